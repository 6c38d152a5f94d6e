import { breathe, type FitOptions, InvalidArgument, openKernel, random, throwIfCancelled } from "../../core/index.ts"
import { columnPlaces, occurringColumns } from "./column-map.ts"
import { type FamilyName, families } from "./families.ts"
import { checkSparseData, meanLoss, type SparseData } from "./sparse-data.ts"

/** How a factorization machine is learned, plain or field-aware. */
export interface FactorConfig {
  /** What is minimised. Default `logistic`. */
  readonly family?: FamilyName
  /** Numbers in a vector: a multiple of 4. Default 16 (4 when field-aware). */
  readonly factors?: number
  /** Passes over the rows, in a new order each time. Default 10. */
  readonly epochs?: number
  /** AdaGrad's step: the size of a first step, before gradients add up. Default 0.1. */
  readonly learningRate?: number
  /** Penalty on linear weights, `l2 / 2` times the square, at each row in which the column occurs. Default 0.001. */
  readonly l2?: number
  /** The same on the vectors. Default 0.03 (0.01 when field-aware). */
  readonly l2Factors?: number
  /** Standard deviation of the vectors' numbers at the start. Default 0.05. */
  readonly initialScale?: number
  /** Memory of the job; more is refused before training with the bytes it would need. Default 2 GiB. */
  readonly maxBytes?: number
}

/** What training leaves. Row 0 of `weights` and `vectors` is 0: the place of every column that was never seen. */
export interface FactorParts {
  readonly family: FamilyName
  readonly width: number
  readonly factors: number
  readonly fields: number
  /** The columns that occur in training, ascending; column `columns[i]` has place `i + 1`. */
  readonly columns: Uint32Array
  readonly intercept: number
  /** Shape `[columns + 1]`. */
  readonly weights: Float32Array
  /** Shape `[columns + 1, fields, factors]`. */
  readonly vectors: Float32Array
  /** Mean loss of each epoch, every row predicted before it was learned from. */
  readonly losses: Float64Array
}

interface FactorKernel {
  factorize(...args: number[]): void
  factorizeFields(...args: number[]): void
}

/** Entries times factors between two turns of the event loop. */
const BREATH = 4e6
/** Where the sums of squared gradients begin: small enough that the first rows move a vector. */
const FIRST_SQUARE = 0.01

/** Learns by AdaGrad, one row at a time, in the kernel. `fieldIds` beside the entries makes it field-aware. */
export async function trainFactors(
  where: string,
  data: SparseData & { readonly fieldIds?: Uint32Array; readonly fieldCount?: number },
  config: Required<FactorConfig>,
  options: FitOptions,
): Promise<FactorParts> {
  throwIfCancelled(options.signal, where)
  const { rows, targets, weights, fieldIds, fieldCount = 1 } = data
  const family = families[config.family]
  checkSparseData(where, data, family)
  const k = config.factors
  const columns = occurringColumns(rows)
  const places = columnPlaces(columns, rows.cols, 0)
  const { run, arena } = await openKernel<FactorKernel>("machines", config.maxBytes)
  const n = rows.rows
  const step = 2 * k
  const at = {
    vectors: arena.add("vectors", "f32", columns.length * fieldCount * step),
    linear: arena.add("linear", "f32", 2 * columns.length),
    bias: arena.add("bias", "f32", 2),
    sums: arena.add("sums", "f32", k),
    out: arena.add("out", "f32", n),
    order: arena.add("order", "u32", n),
    offsets: arena.put("offsets", "u32", rows.offsets),
    indices: arena.put("indices", "u32", rows.indices),
    values: rows.values === undefined ? 0 : arena.put("values", "f32", rows.values),
    fields: fieldIds === undefined ? 0 : arena.put("fields", "u32", fieldIds),
    targets: arena.put("targets", "f32", targets),
    weights: weights === undefined ? 0 : arena.put("weights", "f32", weights),
  }
  const indices = arena.view("indices", "u32")
  for (let i = 0; i < indices.length; i++) indices[i] = places[indices[i]!]!
  const draw = random(options.seed)
  begin(arena.view("vectors", "f32"), k, config.initialScale, draw.split("vectors"))
  const linear = arena.view("linear", "f32")
  for (let i = 1; i < linear.length; i += 2) linear[i] = FIRST_SQUARE
  arena.view("bias", "f32")[1] = FIRST_SQUARE
  const order = arena.view("order", "u32")
  for (let i = 0; i < n; i++) order[i] = i
  const out = arena.view("out", "f32")
  const shuffles = draw.split("order")
  const perRow = Math.max(
    1,
    (rows.indices.length / Math.max(1, n)) * k * (fieldIds === undefined ? 1 : rows.indices.length / Math.max(1, n)),
  )
  const chunk = Math.max(64, Math.round(BREATH / perRow))
  const code = { squared: 0, logistic: 1, poisson: 2 }[config.family]
  const losses = new Float64Array(config.epochs)
  for (let epoch = 0; epoch < config.epochs; epoch++) {
    shuffles.shuffle(order)
    for (let from = 0; from < n; from += chunk) {
      const to = Math.min(n, from + chunk)
      const rowsPart = [at.targets, at.weights, at.order, from, to, at.bias, at.linear, at.vectors]
      const rates = [config.learningRate, config.l2, config.l2Factors, code]
      if (fieldIds === undefined) run.factorize(at.offsets, at.indices, at.values, ...rowsPart, k, ...rates, at.sums, at.out)
      else run.factorizeFields(at.offsets, at.indices, at.fields, at.values, ...rowsPart, fieldCount, k, ...rates, at.out)
      options.onProgress?.((epoch + to / n) / config.epochs)
      await breathe(options.signal, where)
    }
    losses[epoch] = meanLoss(family, out, (place) => targets[order[place]!]!, n)
    if (!Number.isFinite(losses[epoch]!)) {
      throw new InvalidArgument(
        where,
        "a loss that stays finite",
        `${losses[epoch]} in epoch ${epoch}`,
        "Pass a smaller learningRate, or scale the values.",
      )
    }
  }
  options.onProgress?.(1)
  const perColumn = fieldCount * k
  const vectors = new Float32Array((columns.length + 1) * perColumn)
  const learned = arena.view("vectors", "f32")
  for (let from = 0, to = perColumn; from < learned.length; from += step, to += k) vectors.set(learned.subarray(from, from + k), to)
  const found = new Float32Array(columns.length + 1)
  for (let i = 0; i < columns.length; i++) found[i + 1] = linear[2 * i]!
  const intercept = arena.view("bias", "f32")[0]!
  return { family: config.family, width: rows.cols, factors: k, fields: fieldCount, columns, intercept, weights: found, vectors, losses }
}

function begin(vectors: Float32Array, k: number, scale: number, draw: { normal(): number }): void {
  for (let at = 0; at < vectors.length; at += 2 * k) {
    for (let c = 0; c < k; c++) {
      vectors[at + c] = scale * draw.normal()
      vectors[at + k + c] = FIRST_SQUARE
    }
  }
}

/** The config with every default, checked. */
export function completeFactors(
  where: string,
  config: FactorConfig,
  defaults: { factors: number; l2Factors: number },
): Required<FactorConfig> {
  const full = {
    family: "logistic" as const,
    epochs: 10,
    learningRate: 0.1,
    l2: 0.001,
    initialScale: 0.05,
    maxBytes: 2 ** 31,
    ...defaults,
    ...config,
  }
  const isWhole = (value: number) => Number.isInteger(value) && value >= 1
  if (!(isWhole(full.factors) && full.factors % 4 === 0)) {
    throw new InvalidArgument(where, "factors as a multiple of 4", String(full.factors), "Pass 8, 16 or 32.")
  }
  if (!isWhole(full.epochs)) throw new InvalidArgument(where, "epochs of 1 or more", String(full.epochs), "Pass 10.")
  if (!(full.learningRate > 0)) throw new InvalidArgument(where, "a learningRate above 0", String(full.learningRate), "Pass 0.1.")
  for (const name of ["l2", "l2Factors", "initialScale"] as const) {
    if (!(full[name] >= 0)) throw new InvalidArgument(where, `${name} of 0 or more`, String(full[name]), "Pass 0 for none.")
  }
  return full
}
