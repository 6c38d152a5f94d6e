import { type BundleReader, type BundleWriter, columnOf, InvalidArgument, type Matrix, matrix, type Table } from "../../core/index.ts"
import { hashWords } from "./hash-encode.ts"
import { asWords, fitVocabulary, OTHER, type Vocabulary, type VocabularyConfig, vocabularyOf } from "./vocabulary.ts"

/** How columns of a table become numbers for the first step. */
export type Reader =
  | { readonly kind: "numbers" }
  | ({ readonly kind: "vocabulary" } & Required<VocabularyConfig>)
  | { readonly kind: "hash"; readonly size: number; readonly signed: boolean }

/** Numbers as they are, rounded to f32; missing is NaN. Words are refused. */
export const numbers = (): Reader => ({ kind: "numbers" })

/** Words become codes learnt from training: 0 for rare and unseen ones. */
export const vocabulary = ({ atLeast = 1, most = null, order = "alphabet" }: VocabularyConfig = {}): Reader => ({
  kind: "vocabulary",
  atLeast,
  most,
  order,
})

/** Words are hashed into `size` columns that all columns of the group share: a fixed width whatever comes, with collisions. */
export const hashing = ({ size = 1024, signed = true }: { readonly size?: number; readonly signed?: boolean } = {}): Reader => ({
  kind: "hash",
  size,
  signed,
})

/** A fitted reader of some columns. */
export interface FittedReader {
  /** Names of what it reads them into. */
  readonly columns: readonly string[]
  read(table: Table): Matrix
  /** What a code of the column at that place stands for. */
  valueName(column: number, code: number): string
  save(bundle: BundleWriter): void
}

/** Fits a reader on the training rows. */
export function fitReader(reader: Reader, names: readonly string[], table: Table): FittedReader {
  if (reader.kind !== "vocabulary") return fixedReader(reader, names)
  return wordReader(
    reader,
    names,
    names.map((name) => fitVocabulary(columnOf(table, name, "columnTransformer"), reader)),
  )
}

/** Restores what a reader saved. */
export function loadReader(bundle: BundleReader): FittedReader {
  const { reader, names, words } = bundle.json("reader") as { reader: Reader; names: string[]; words?: string[][] }
  return reader.kind === "vocabulary" ? wordReader(reader, names, words!.map(vocabularyOf)) : fixedReader(reader, names)
}

function wordReader(reader: Reader, names: readonly string[], vocabularies: readonly Vocabulary[]): FittedReader {
  return {
    columns: names,
    read(table) {
      const out = matrix(table.rows, names.length)
      names.forEach((name, col) => {
        fill(out, col, vocabularies[col]!.encode(columnOf(table, name, "columnTransformer")))
      })
      return out
    },
    valueName: (column, code) => (code === 0 ? OTHER : (vocabularies[column]?.words[code - 1] ?? String(code))),
    save: (bundle) => bundle.json("reader", { reader, names, words: vocabularies.map(({ words }) => words) }),
  }
}

function fixedReader(reader: Exclude<Reader, { kind: "vocabulary" }>, names: readonly string[]): FittedReader {
  const isHash = reader.kind === "hash"
  const read = (table: Table): Matrix => {
    const out = matrix(table.rows, isHash ? reader.size : names.length)
    names.forEach((name, col) => {
      const column = columnOf(table, name, "columnTransformer")
      if (isHash) {
        const { codes, words } = asWords(column)
        hashWords(name, codes, words, reader.size, reader.signed, out, 0)
      } else if (column.kind === "number") fill(out, col, column.values)
      else throw new InvalidArgument("columnTransformer", `numbers in ${name}`, "words", "Read it by vocabulary() or hashing().")
    })
    return out
  }
  return {
    columns: isHash ? Array.from({ length: reader.size }, (_, slot) => `${names.join("+")} #${slot}`) : names,
    read,
    valueName: (_column, code) => String(code),
    save: (bundle) => bundle.json("reader", { reader, names }),
  }
}

function fill(out: Matrix, col: number, values: ArrayLike<number>): void {
  for (let row = 0, at = col; row < values.length; row++, at += out.cols) out.data[at] = values[row]!
}
