import {
  type BundleReader,
  type BundleWriter,
  columnOf,
  type Estimator,
  type FitOptions,
  InvalidArgument,
  type Matrix,
  matrix,
  type Saveable,
  type Table,
  throwIfCancelled,
} from "../../core/index.ts"
import { loadTransform } from "./load.ts"
import { type FittedReader, fitReader, loadReader, numbers, type Reader, vocabulary } from "./readers.ts"
import { type FittedTransform, fitStep, type TransformStep } from "./transform.ts"

/** Some columns and what is done to them, first to last. */
export interface ColumnGroup {
  /** Names of table columns. */
  readonly of: readonly string[]
  /** Default: numbers as they are, words by a vocabulary of all of them. */
  readonly read?: Reader
  readonly steps?: readonly TransformStep[]
}

/** What a column transformer learns from: training rows, and labels, shape `[rows]`, when a step looks at them. */
export interface TableData {
  readonly table: Table
  readonly labels?: ArrayLike<number>
}

/** Fitted and immutable: a table to feature rows `[n, d]`, each row by itself. */
export interface FittedTable extends Saveable {
  /** Names of the `d` feature columns. */
  readonly columns: readonly string[]
  transform(table: Table): Matrix
}

/** The preprocessing of a whole table. */
export interface ColumnTransformer extends Estimator<TableData, FittedTable> {
  /** Fits, and gives the training rows as a model may train on them: encodings of the target are out of fold. */
  fitTransform(data: TableData, options: FitOptions): Promise<{ readonly fitted: FittedTable; readonly rows: Matrix }>
}

/**
 * Preprocessing as a plan over named columns: groups side by side, steps within a group one after another. Fit it on training rows alone; what
 * it learnt saves into a release and does the same to a table offline and to one row online.
 *
 * @throws {@link InvalidArgument} on an empty plan; in `fit`, {@link NotFound} for a column that is not there
 */
export function columnTransformer(groups: readonly ColumnGroup[]): ColumnTransformer {
  if (groups.length === 0 || groups.some(({ of }) => of.length === 0))
    throw new InvalidArgument("columnTransformer", "groups of one column or more", "an empty one", "Name the columns.")
  const config = {
    groups: groups.map(({ of, read = null, steps = [] }) => ({
      of,
      read,
      steps: steps.map((step) => ({ kind: step.kind, config: step.config })),
    })),
  }
  const fitTransform: ColumnTransformer["fitTransform"] = async (data, options) => {
    throwIfCancelled(options.signal, "columnTransformer")
    checkLabels(data)
    const parts: FittedGroup[] = []
    const trained: Matrix[] = []
    for (const group of groups) {
      const onProgress = (done: number) => options.onProgress?.((parts.length + done * 0.999) / groups.length)
      const { part, rows } = await fitGroup(group, data, { ...options, onProgress })
      parts.push(part)
      trained.push(rows)
    }
    options.onProgress?.(1)
    return { fitted: fittedTable(parts), rows: sideBySide(data.table.rows, trained) }
  }
  return { config, fitTransform, fit: async (data, options) => (await fitTransform(data, options)).fitted }
}

/** Restores a fitted column transformer. */
export function loadColumnTransformer(bundle: BundleReader): FittedTable {
  const { steps } = bundle.json("table") as { steps: number[] }
  return fittedTable(
    steps.map((count, i) => {
      const child = bundle.child(`group ${i}`)
      return { reader: loadReader(child), steps: Array.from({ length: count }, (_, j) => loadTransform(child.child(`step ${j}`))) }
    }),
  )
}

interface FittedGroup {
  readonly reader: FittedReader
  readonly steps: readonly FittedTransform[]
}

async function fitGroup({ of, read, steps = [] }: ColumnGroup, { table, labels }: TableData, options: FitOptions) {
  const reader = fitReader(read ?? defaultReader(of, table), of, table)
  const fitted: FittedTransform[] = []
  let rows = reader.read(table)
  for (const step of steps) {
    const onProgress = (done: number) => options.onProgress?.((fitted.length + done * 0.999) / steps.length)
    const trained = await fitStep(step, labels === undefined ? { rows } : { rows, labels }, { ...options, onProgress })
    fitted.push(trained.fitted)
    rows = trained.rows
  }
  options.onProgress?.(1)
  return { part: { reader, steps: fitted }, rows }
}

function defaultReader(names: readonly string[], table: Table): Reader {
  const kinds = new Set(names.map((name) => columnOf(table, name, "columnTransformer").kind))
  if (kinds.size > 1)
    throw new InvalidArgument("columnTransformer", "numbers or words in a group", `both in ${names.join(", ")}`, "Make two groups of them.")
  return kinds.has("word") ? vocabulary() : numbers()
}

function fittedTable(groups: readonly FittedGroup[]): FittedTable {
  const columns = groups.flatMap(({ reader, steps }) => {
    const first = steps[0]?.columns(reader.columns, (column, code) => reader.valueName(column, code))
    return steps.slice(1).reduce((names, step) => step.columns(names), first ?? reader.columns)
  })
  return {
    columns,
    transform(table) {
      return sideBySide(
        table.rows,
        groups.map(({ reader, steps }) => steps.reduce((rows, step) => step.transform(rows), reader.read(table))),
      )
    },
    save(bundle: BundleWriter) {
      bundle.json("table", { columns, steps: groups.map(({ steps }) => steps.length) })
      groups.forEach(({ reader, steps }, i) => {
        const child = bundle.child(`group ${i}`)
        reader.save(child)
        steps.forEach((step, j) => {
          step.save(child.child(`step ${j}`))
        })
      })
    },
  }
}

function checkLabels({ table, labels }: TableData): void {
  if (labels !== undefined && labels.length !== table.rows)
    throw new InvalidArgument("columnTransformer", `${table.rows} labels`, `${labels.length}`, "Pass the label of every row.")
}

function sideBySide(rows: number, parts: readonly Matrix[]): Matrix {
  if (parts.length === 1) return parts[0]!
  const cols = parts.reduce((sum, part) => sum + part.cols, 0)
  const out = matrix(rows, cols)
  let first = 0
  for (const part of parts) {
    for (let row = 0; row < rows; row++) out.data.set(part.data.subarray(row * part.cols, (row + 1) * part.cols), row * cols + first)
    first += part.cols
  }
  return out
}
