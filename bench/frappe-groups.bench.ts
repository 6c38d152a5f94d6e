// What each group of columns is worth on Frappe (which app somebody uses, in which context), and what hashing them into fewer columns costs: a
// logistic regression over one-hot columns, the official test rows. usage: npm run bench -- frappe-groups DATA_FOLDER
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { random, type SparseMatrix } from "../src/core/index.ts"
import { hashCollisions, hashSlot } from "../src/features/index.ts"
import { auc, logLoss } from "../src/metrics/index.ts"
import { regression } from "../src/models/index.ts"

const folder = join(process.argv[2] ?? process.env.TROMMEL_DATA ?? "../shared/data", "ctr-frappe")
if (!existsSync(join(folder, "test.tsv.gz"))) {
  console.log(`frappe-groups: ${folder} is missing; name the folder of the data sets`)
  process.exit(0)
}

const GROUPS = {
  user: ["user"],
  item: ["item"],
  "time of day, weekday": ["daytime", "weekday", "isweekend"],
  "home or work, cost": ["homework", "cost"],
  "weather, country, city": ["weather", "country", "city"],
  "user x context": ["user x daytime", "user x homework", "user x weather"],
  "item x context": ["item x daytime", "item x weekday", "item x homework", "item x country"],
} as const
const names = Object.keys(GROUPS) as (keyof typeof GROUPS)[]
const plain = names.filter((name) => !name.includes(" x "))
const PENALTIES = [0.3, 1, 3]
const RESAMPLES = 200

const [train, test] = ["train-57k.tsv.gz", "test.tsv.gz"].map(readTable) as [Table, Table]
const inner = Array.from(train.labels, (_, row) => row % 10 !== 3)

console.log(`\n| columns | different values | AUC [95 %] | log loss | difference in AUC [95 %] |\n|---|---|---|---|---|`)
const l2 = await pick(plain)
const crossL2 = await pick(names)
const base = await score(plain, l2)
print(`LR, one-hot ids (penalty ${l2})`, base)
for (const without of plain)
  print(
    `without ${without}`,
    await score(
      plain.filter((name) => name !== without),
      l2,
    ),
    base,
  )
let before = base
for (const extra of names.filter((name) => name.includes(" x "))) {
  const kept = [...plain, ...names.filter((name) => name.includes(" x ") && names.indexOf(name) <= names.indexOf(extra))]
  const crossed = await score(kept, crossL2)
  print(`+ ${extra} (penalty ${crossL2})`, crossed, before)
  before = crossed
}

console.log(`\n| hashed into | values that meet another | by theory | AUC | lost |\n|---|---|---|---|---|`)
const tokens = new Set(train.columns.flatMap((_, column) => train.rows.map((row) => `${column}=${row[column]}`)))
for (const bits of [8, 9, 10, 11, 12, 13, 14, 16]) {
  const collisions = hashCollisions(tokens, 2 ** bits)
  const area = (await score(plain, l2, 2 ** bits)).area
  console.log(
    `| 2^${bits} | ${(100 * collisions.rate).toFixed(1)} % | ${(100 * collisions.expected).toFixed(1)} % | ${area.toFixed(4)} | ${(base.area - area).toFixed(4)} |`,
  )
}

interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly labels: Float32Array
}

function readTable(file: string): Table {
  const [head, ...lines] = gunzipSync(readFileSync(join(folder, file)))
    .toString("utf8")
    .trim()
    .split("\n")
  const cells = lines.map((line) => line.split("\t"))
  return {
    columns: head!.split("\t").slice(1),
    rows: cells.map((row) => row.slice(1)),
    labels: Float32Array.from(cells, (row) => Number(row[0])),
  }
}

/** The columns that a group's names stand for, as functions of a row. */
function readers(groups: readonly (keyof typeof GROUPS)[]): ((row: readonly string[]) => string)[] {
  const place = (name: string) => train.columns.indexOf(name)
  return groups.flatMap((group) =>
    GROUPS[group].map((name) => {
      const [a, b] = name.split(" x ")
      const [left, right] = [place(a!), b === undefined ? -1 : place(b)]
      return right < 0
        ? (row: readonly string[]) => `${left}=${row[left]}`
        : (row: readonly string[]) => `${left}=${row[left]}&${right}=${row[right]}`
    }),
  )
}

/** One-hot rows: a column a value seen in training, or a hash of it. */
function encode(
  table: Table,
  of: (row: number) => boolean,
  read: ReturnType<typeof readers>,
  vocabulary: Map<string, number>,
  size?: number,
  learn = false,
) {
  const kept = table.rows.filter((_, row) => of(row))
  const offsets = new Uint32Array(kept.length + 1)
  const indices: number[] = []
  kept.forEach((row, r) => {
    const found = new Set<number>()
    for (const one of read) {
      const token = one(row)
      if (size !== undefined) found.add(hashSlot(token, size).slot)
      else if (learn || vocabulary.has(token)) {
        if (!vocabulary.has(token)) vocabulary.set(token, vocabulary.size)
        found.add(vocabulary.get(token)!)
      }
    }
    indices.push(...[...found].sort((a, b) => a - b))
    offsets[r + 1] = indices.length
  })
  return { kept: kept.length, offsets, indices: Uint32Array.from(indices) }
}

async function fitted(
  groups: readonly (keyof typeof GROUPS)[],
  l2: number,
  of: (row: number) => boolean,
  judged: { table: Table; of: (row: number) => boolean },
  size?: number,
) {
  const read = readers(groups)
  const vocabulary = new Map<string, number>()
  const seen = encode(train, of, read, vocabulary, size, true)
  const asked = encode(judged.table, judged.of, read, vocabulary, size)
  const cols = size ?? vocabulary.size
  const matrix = ({ kept, offsets, indices }: ReturnType<typeof encode>): SparseMatrix => ({ rows: kept, cols, offsets, indices })
  const estimator = regression({ family: "logistic", l2 })
  const model = await estimator.fit({ rows: matrix(seen), targets: train.labels.filter((_, row) => of(row)) }, { seed: 7 })
  return { values: cols, scores: model.predictSparse(matrix(asked)), labels: judged.table.labels.filter((_, row) => judged.of(row)) }
}

/** The penalty with the best area on every tenth training row. */
async function pick(groups: readonly (keyof typeof GROUPS)[]): Promise<number> {
  const areas: number[] = []
  for (const l2 of PENALTIES) {
    const { scores, labels } = await fitted(groups, l2, (row) => inner[row]!, { table: train, of: (row) => !inner[row] })
    areas.push(auc(labels, scores) ?? 0)
  }
  return PENALTIES[areas.indexOf(Math.max(...areas))]!
}

interface Scored {
  readonly values: number
  readonly area: number
  readonly loss: number
  readonly resampled: Float64Array
}

async function score(groups: readonly (keyof typeof GROUPS)[], l2: number, size?: number): Promise<Scored> {
  const all = () => true
  const { values, scores, labels } = await fitted(groups, l2, all, { table: test, of: all }, size)
  const chance = random(11)
  const resampled = Float64Array.from({ length: size === undefined ? RESAMPLES : 0 }, () => {
    const weights = new Float32Array(labels.length)
    for (let i = 0; i < labels.length; i++) weights[chance.integer(labels.length)]!++
    return auc(labels, scores, weights) ?? 0.5
  })
  return { values, area: auc(labels, scores) ?? 0.5, loss: logLoss(labels, scores) ?? Number.NaN, resampled }
}

function print(name: string, scored: Scored, against?: Scored): void {
  const interval = (values: Float64Array) => {
    const sorted = values.toSorted()
    return `[${sorted[Math.floor(RESAMPLES * 0.025)]!.toFixed(4)}, ${sorted[Math.ceil(RESAMPLES * 0.975) - 1]!.toFixed(4)}]`
  }
  const difference =
    against === undefined
      ? ""
      : `${(scored.area - against.area).toFixed(4)} ${interval(scored.resampled.map((value, i) => value - against.resampled[i]!))}`
  console.log(
    `| ${name} | ${scored.values} | ${scored.area.toFixed(4)} ${interval(scored.resampled)} | ${scored.loss.toFixed(4)} | ${difference} |`,
  )
}
