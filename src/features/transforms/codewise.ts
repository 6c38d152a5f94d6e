import { type BundleReader, breathe, type FitOptions, type Matrix, matrix, TooLarge, throwIfCancelled } from "../../core/index.ts"
import { CodeTable } from "./code-table.ts"
import { checkWidth, gatherColumns } from "./columnwise.ts"
import type { FittedTransform, TransformData, TransformStep, ValueName } from "./transform.ts"

/** What one column of codes becomes: `width` numbers a code, and those for a code that is missing or was never seen. */
export interface CodeEncoding {
  /** Codes that training saw, ascending. */
  readonly codes: Float64Array
  readonly width: number
  /** Row `p` belongs to `codes[p]`, the last but one to an unseen code, the last to a missing one; shape `[codes.length + 2, width]`. */
  readonly rows: Float32Array
}

/** How encoders of single columns differ. */
export interface CodeRule {
  readonly kind: string
  readonly config: object
  /** Learns from a column of codes and, when it needs them, all columns and the labels. */
  learn(values: Float64Array, data: TransformData, column: number, seed: number): CodeEncoding | Promise<CodeEncoding>
  /** Name of the output column at `place` of `width`. */
  name(column: string, place: number, encoding: CodeEncoding, valueName: (code: number) => string): string
}

/** Rows written at a time: their output stays in the cache while columns are added. */
const BLOCK = 256
/** Output cells above this are refused: a dense table of them would not fit. */
const MOST_CELLS = 2 ** 31

/** The step that encodes every column by a rule. */
export function codewise(rule: CodeRule): TransformStep {
  return {
    kind: rule.kind,
    config: rule.config,
    async fit(data: TransformData, { seed, onProgress, signal }: FitOptions) {
      throwIfCancelled(signal, rule.kind)
      const encodings: CodeEncoding[] = []
      for (let col = 0; col < data.rows.cols; col++) {
        const [values] = gatherColumns(data.rows, col, col + 1)
        encodings.push(await rule.learn(values!, data, col, seed))
        if (data.rows.rows > 50_000) await breathe(signal, rule.kind)
        onProgress?.((col + 1) / data.rows.cols)
      }
      onProgress?.(1)
      return fittedCodes(rule, encodings)
    },
  }
}

/** The transform of these encodings: every column becomes its numbers, side by side. */
export function fittedCodes(rule: CodeRule, encodings: readonly CodeEncoding[]): FittedTransform {
  const writers = encodings.map(writerOf)
  const width = encodings.reduce((sum, encoding) => sum + encoding.width, 0)
  return {
    inputs: encodings.length,
    columns: (names, valueName = plainName) =>
      encodings.flatMap((encoding, col) =>
        Array.from({ length: encoding.width }, (_, place) => rule.name(names[col]!, place, encoding, (code) => valueName(col, code))),
      ),
    transform(rows) {
      checkWidth(rule.kind, rows, encodings.length)
      if (rows.rows * width > MOST_CELLS) throw tooWide(rule.kind, rows, width)
      const out = matrix(rows.rows, width)
      for (let row = 0; row < rows.rows; row += BLOCK) {
        const last = Math.min(rows.rows, row + BLOCK)
        for (let col = 0, first = 0; col < encodings.length; first += encodings[col]!.width, col++)
          writers[col]!(rows, row, last, col, out, first)
      }
      return out
    },
    save(bundle) {
      bundle.json("transform", { kind: rule.kind, config: rule.config, widths: encodings.map((encoding) => encoding.width) })
      encodings.forEach((encoding, col) => {
        bundle.array(`codes ${col}`, encoding.codes)
        bundle.array(`rows ${col}`, encoding.rows)
      })
    },
  }
}

const plainName: ValueName = (_column, code) => String(code)

function tooWide(where: string, rows: Matrix, width: number): TooLarge {
  const remedy = "Merge rare values, hash, or use a target or embedding encoding."
  return new TooLarge(where, `at most ${MOST_CELLS} cells`, `${rows.rows} rows x ${width} columns`, remedy)
}

type Writer = (rows: Matrix, from: number, to: number, col: number, out: Matrix, first: number) => void

/** Writes an encoding into rows of zeros; when every code has one number other than 0 at most, as one-hot has, that alone. */
function writerOf({ codes, width, rows: vectors }: CodeEncoding): Writer {
  const table = new CodeTable(codes)
  const lone = Int32Array.from({ length: codes.length + 2 }, (_, place) => lonePlace(vectors, place * width, width))
  const isLone = width > 1 && lone.every((place) => place > -2)
  return ({ data, cols }, from, to, col, out, first) => {
    for (let row = from, at = from * cols + col, start = from * out.cols + first; row < to; row++, at += cols, start += out.cols) {
      const code = data[at]!
      const known = table.placeOf(code)
      const place = known >= 0 ? known : Number.isNaN(code) ? table.size + 1 : table.size
      if (isLone) {
        if (lone[place]! >= 0) out.data[start + lone[place]!] = vectors[place * width + lone[place]!]!
      } else for (let i = 0; i < width; i++) out.data[start + i] = vectors[place * width + i]!
    }
  }
}

/** The only place of some numbers that is not 0: -1 for none, -2 for several. */
function lonePlace(vectors: Float32Array, start: number, width: number): number {
  let found = -1
  for (let i = 0; i < width; i++) if (vectors[start + i] !== 0) found = found === -1 ? i : -2
  return found
}

/** Restores what a rule made of that config saved. */
export function loadCodes(make: (config: never) => CodeRule) {
  return (bundle: BundleReader): FittedTransform => {
    const { config, widths } = bundle.json("transform") as { config: never; widths: number[] }
    const encodings = widths.map((width, col) => ({
      codes: bundle.array(`codes ${col}`) as Float64Array,
      width,
      rows: bundle.array(`rows ${col}`) as Float32Array,
    }))
    return fittedCodes(make(config), encodings)
  }
}
