import {
  type BundleReader,
  type BundleWriter,
  columnOf,
  InvalidArgument,
  type Saveable,
  type SparseMatrix,
  sparseMatrix,
  type Table,
} from "../../core/index.ts"
import { hashSlot } from "./hash-encode.ts"
import { asWords, fitVocabulary, OTHER, type Vocabulary, type VocabularyConfig, vocabularyOf } from "./vocabulary.ts"

/** Words of some columns as sparse rows of ones: what linear models and factorisation machines take when there are many values. */
export interface SparseEncoder extends Saveable {
  readonly columns: readonly string[]
  transform(table: Table): SparseMatrix
}

/**
 * A column for every word that training saw, columns side by side; rare and unseen words meet in the column's `other`, missing ones are left out.
 * Learns from training rows alone. A dense table of the same would take `rows x words` numbers.
 */
export function sparseOneHot(
  table: Table,
  names: readonly string[],
  { atLeast = 1, most = null, order = "alphabet" }: VocabularyConfig = {},
): SparseEncoder {
  const vocabularies = names.map((name) => fitVocabulary(columnOf(table, name, "sparseOneHot"), { atLeast, most, order }))
  return encoderOf(names, vocabularies)
}

/** Restores what a {@link sparseOneHot} saved. */
export function loadSparseOneHot(bundle: BundleReader): SparseEncoder {
  const { names, words } = bundle.json("sparse one-hot") as { names: string[]; words: string[][] }
  return encoderOf(names, words.map(vocabularyOf))
}

function encoderOf(names: readonly string[], vocabularies: readonly Vocabulary[]): SparseEncoder {
  const columns = names.flatMap((name, i) => [OTHER, ...vocabularies[i]!.words].map((word) => `${name}=${word}`))
  return {
    columns,
    transform(table) {
      const [rows, cols]: [number[], number[]] = [[], []]
      let first = 0
      names.forEach((name, i) => {
        const codes = vocabularies[i]!.encode(columnOf(table, name, "sparseOneHot"))
        codes.forEach((code, row) => {
          if (Number.isNaN(code)) return
          rows.push(row)
          cols.push(first + code)
        })
        first += vocabularies[i]!.words.length + 1
      })
      return sparseMatrix({ rows: table.rows, cols: columns.length }, rows, cols)
    },
    save: (bundle: BundleWriter) => bundle.json("sparse one-hot", { names, words: vocabularies.map(({ words }) => words) }),
  }
}

/**
 * Words of some columns hashed into `size` shared columns of ones, sparse: nothing is learnt and nothing is ever unseen, at the price of
 * collisions, which {@link hashCollisions} counts. Two words of a row in one slot count once.
 */
export function sparseHash(table: Table, names: readonly string[], size: number): SparseMatrix {
  if (!(Number.isInteger(size) && size >= 1))
    throw new InvalidArgument("sparseHash", "a whole number of slots, 1 or more", `${size}`, "Use 65536.")
  const [rows, cols]: [number[], number[]] = [[], []]
  for (const name of names) {
    const { codes, words } = asWords(columnOf(table, name, "sparseHash"))
    const slots = words.map((word) => hashSlot(`${name}=${word}`, size).slot)
    codes.forEach((code, row) => {
      if (code < 0) return
      rows.push(row)
      cols.push(slots[code]!)
    })
  }
  return sparseMatrix({ rows: table.rows, cols: size }, rows, cols)
}
