// What each group of features is worth on KuaiRand (a short-video feed): every exposure in time order is read with what was known before it,
// through the feature families and their state, then folded. A logistic regression a kind of action; the last fifth of the log is the test.
// usage: npm run bench -- feature-ablation DATA_FOLDER (the folder that holds feed-kuairand-kcore)
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { candidates, createIdTable, field, type LogRecord, type Matrix, matrix, random } from "../src/core/index.ts"
import { type FeatureFactory, families, featureRegistry, featureSet } from "../src/features/index.ts"
import { auc } from "../src/metrics/index.ts"
import { logistic, logisticPath } from "../src/models/index.ts"
import { memoryStore } from "../src/storage/index.ts"

const folder = process.argv[2] ?? process.env.TROMMEL_DATA ?? "../shared/data"
const file = join(folder, "feed-kuairand-kcore", "log.tsv.gz")
if (!existsSync(file)) {
  console.log(`feature-ablation: ${file} is missing; name the folder of the data sets`)
  process.exit(0)
}

const ACTIONS = ["click", "long", "follow", "comment", "forward", "profile"] as const
/** Their columns in the file. */
const COLUMNS = ["is_click", "long_view", "is_follow", "is_comment", "is_forward", "is_profile_enter"]
const TRAIN = 28_442
const PENALTIES = [300, 100, 30, 10, 3]
const RESAMPLES = 200

const rows = readRows()
const schema = { item: { seconds: field.number(), length: field.category() } }
const all = { windows: ["all"], strength: 10 } as const
const rates = (by: "user" | "item" | "user+item.length", actions: readonly string[]) =>
  actions.map((action) => families.rate({ name: action, by, numerator: [action], denominator: ["impression"], ...all }))
const watched = (by: "user" | "item" | "user+item.length") =>
  families.rate({ name: "watched", by, numerator: ["watch"], denominator: ["impression"], sum: "value", ...all })
const counted = (by: "user" | "item") => families.counter({ by, types: ["impression"], windows: ["1h", "1d", "all"], transform: "log1p" })

/** Groups in the order a team would add them: the item and the moment, the person, then what is between the two; each an actor or a pair. */
const GROUPS: Readonly<Record<string, readonly FeatureFactory[]>> = {
  "moment and length": [families.timeOfDay({ utcOffsetMinutes: 480 }), families.number("seconds")],
  "user: rates and counts": [...rates("user", ACTIONS), watched("user"), counted("user")],
  "user: the last few": ACTIONS.map((action) =>
    families.movingRate({ name: action, by: "user", numerator: [action], denominator: ["impression"] }),
  ),
  "user: pauses and watching": [
    families.recency({ by: "user", types: ["impression"] }),
    families.recentValues({ by: "user", types: ["watch"], windows: ["1h", "1d"] }),
    families.rate({ name: "shown", by: "user", numerator: ["shown"], denominator: ["impression"], sum: "value", ...all }),
  ],
  "video: rates and counts": [
    ...rates("item", ACTIONS),
    watched("item"),
    counted("item"),
    families.recency({ by: "item", types: ["impression"] }),
  ],
  "user x length": [...rates("user+item.length", ["click", "long"]), watched("user+item.length")],
}

const began = process.cpuUsage()
const { data, columns, groupOf } = await read(GROUPS)
const spent = process.cpuUsage(began)
console.log(
  `${rows.length} exposures, ${columns.length} columns, read and folded in ${((spent.user + spent.system) / 1e6).toFixed(1)} CPU s`,
)

const names = Object.keys(GROUPS)
/** The penalty of each action, picked once with every feature on the last fifth of the training rows. */
const penalties = await pick()
const every = await score(names)
console.log(
  `\n| features | columns | ${ACTIONS.join(" | ")} | mean of 6 [95 %] | difference [95 %] |\n|---|---|${"---|".repeat(ACTIONS.length)}---|---|`,
)
print("all", every)
for (const without of names) print(`without ${without}`, await score(names.filter((name) => name !== without)), every)
let before: Scored | undefined
for (let count = 1; count < names.length; count++) {
  const scored = await score(names.slice(0, count))
  print(count === 1 ? names[0]! : `+ ${names[count - 1]}`, scored, before)
  before = scored
}
print(`+ ${names.at(-1)}`, every, before)

interface Row {
  readonly user: string
  readonly video: string
  readonly time: number
  readonly seconds: number
  readonly played: number
  readonly labels: readonly number[]
}

function readRows(): Row[] {
  const [head, ...lines] = gunzipSync(readFileSync(file)).toString("utf8").trim().split("\n")
  const names = head!.split("\t")
  const at = (name: string) => names.indexOf(name)
  return lines.map((line) => {
    const cells = line.split("\t")
    return {
      user: cells[at("user_id")]!,
      video: cells[at("video_id")]!,
      time: Number(cells[at("time_ms")]),
      seconds: Number(cells[at("duration_ms")]) / 1000,
      played: Number(cells[at("play_time_ms")]) / 1000,
      labels: COLUMNS.map((name) => Number(cells[at(name)])),
    }
  })
}

/** Each exposure read, then folded: an impression, and an interaction for whatever followed. */
async function read(groups: typeof GROUPS): Promise<{ data: Float32Array; columns: readonly string[]; groupOf: readonly string[] }> {
  const ids = createIdTable()
  const set = featureSet({ families: Object.values(groups).flat(), ids, collection: "videos", schema })
  for (const { name, features } of featureRegistry(set).groups) console.log(`${name}: ${features.length} features`)
  const { tables } = await memoryStore().state.open(set.declarations, set.schemaHash)
  const data = new Float32Array(rows.length * set.columns.length)
  const one = candidates(1)
  one.collections[0] = ids.collectionNumber("videos")
  let position = 0
  const tell = (record: Record<string, unknown>, time: number) =>
    set.observe({ position: ++position, time, record: { id: `e${position}`, timestamp: time, ...record } as LogRecord }, tables)
  const described = new Set<string>()
  rows.forEach(({ user, video, time, seconds, played, labels }, index) => {
    if (!described.has(video)) {
      described.add(video)
      const fields = { seconds, length: `octave${Math.floor(Math.log2(Math.max(1, seconds)))}` }
      tell({ event: "item", item: video, collection: "videos", fields }, time)
    }
    one.ids[0] = ids.collection("videos").intern(video)
    const out = matrix(1, set.columns.length, data.subarray(index * set.columns.length, (index + 1) * set.columns.length))
    set.read(tables, set.request(tables, { now: time, user }), one, out)
    tell({ event: "impression", system: "videos", items: [{ id: video, collection: "videos" }], user }, time)
    const act = (type: string, value?: number) =>
      tell({ event: "interaction", type, item: video, collection: "videos", user, ...(value === undefined ? {} : { value }) }, time)
    ACTIONS.forEach((action, a) => {
      if (labels[a] === 1) act(action)
    })
    act("watch", Math.min(5, played / Math.max(1, seconds)))
    act("shown", Math.log1p(seconds))
  })
  const owner = new Map(set.families.flatMap((family) => family.columns.map((column) => [column, family.name] as const)))
  const groupOfFamily = new Map<string, string>()
  for (const [group, factories] of Object.entries(groups)) {
    const own = featureSet({ families: factories, ids: createIdTable(), collection: "videos", schema })
    for (const family of own.families) groupOfFamily.set(family.name, group)
  }
  return { data, columns: set.columns, groupOf: set.columns.map((column) => groupOfFamily.get(owner.get(column)!)!) }
}

interface Scored {
  readonly columns: number
  readonly areas: readonly number[]
  readonly mean: number
  /** Mean area by resample of the test rows; the same rows in every variant. */
  readonly resampled: Float64Array
}

async function score(groups: readonly string[]): Promise<Scored> {
  const [train, test] = [table(groups, 0, TRAIN), table(groups, TRAIN, rows.length)]
  const areas: number[] = []
  const scores: Float32Array[] = []
  for (let action = 0; action < ACTIONS.length; action++) {
    const model = await logistic({ l2: penalties[action]!, missingIndicators: true }).fit(
      { rows: train, labels: labelsOf(action, 0, TRAIN) },
      { seed: 7 },
    )
    scores.push(model.predict(test))
    areas.push(auc(labelsOf(action, TRAIN, rows.length), scores[action]!) ?? Number.NaN)
  }
  return {
    columns: columnsOf(groups).length,
    areas,
    mean: areas.reduce((sum, area) => sum + area, 0) / areas.length,
    resampled: resample(scores),
  }
}

async function pick(): Promise<number[]> {
  const inner = Math.floor(TRAIN * 0.8)
  const [early, late] = [table(names, 0, inner), table(names, inner, TRAIN)]
  const picked: number[] = []
  for (let action = 0; action < ACTIONS.length; action++) {
    const data = { rows: early, labels: labelsOf(action, 0, inner) }
    const models = await logisticPath(data, PENALTIES, { missingIndicators: true }, { seed: 7 })
    const areas = models.map((model) => auc(labelsOf(action, inner, TRAIN), model.predict(late)) ?? 0)
    picked.push(PENALTIES[areas.indexOf(Math.max(...areas))]!)
  }
  return picked
}

function columnsOf(groups: readonly string[]): number[] {
  return columns.map((_, column) => column).filter((column) => groups.includes(groupOf[column]!))
}

function table(groups: readonly string[], from: number, to: number): Matrix {
  const kept = columnsOf(groups)
  const out = matrix(to - from, kept.length)
  for (let row = from; row < to; row++) {
    for (let c = 0; c < kept.length; c++) {
      out.data[(row - from) * kept.length + c] = bent(columns[kept[c]!]!, data[row * columns.length + kept[c]!]!)
    }
  }
  return out
}

function labelsOf(action: number, from: number, to: number): Float32Array {
  return Float32Array.from(rows.slice(from, to), ({ labels }) => labels[action]!)
}

/** The mean area over actions on test rows drawn with replacement, weights being how often each was drawn. */
function resample(scores: readonly Float32Array[]): Float64Array {
  const chance = random(11)
  const count = rows.length - TRAIN
  const labels = ACTIONS.map((_, action) => Float32Array.from(rows.slice(TRAIN), (row) => row.labels[action]!))
  return Float64Array.from({ length: RESAMPLES }, () => {
    const weights = new Float32Array(count)
    for (let i = 0; i < count; i++) weights[chance.integer(count)]!++
    return scores.reduce((sum, score, action) => sum + (auc(labels[action]!, score, weights) ?? 0.5), 0) / scores.length
  })
}

/** Rates as log-odds and long-tailed numbers as logarithms: what a linear model can use. */
function bent(column: string, value: number): number {
  if (/^(watched|shown)\./.test(column) || column.startsWith("time.")) return value
  if (/^(click|long|follow|comment|forward|profile)\./.test(column)) {
    const rate = Math.min(0.999, Math.max(0.001, value))
    return Number.isNaN(value) ? value : Math.log(rate / (1 - rate))
  }
  return column.includes(".1h") || column.includes(".1d") || column.includes(".all") ? value : Math.log1p(Math.max(0, value))
}

function print(name: string, scored: Scored, against?: Scored): void {
  const interval = (values: Float64Array) => {
    const sorted = values.toSorted()
    return `[${sorted[Math.floor(RESAMPLES * 0.025)]!.toFixed(4)}, ${sorted[Math.ceil(RESAMPLES * 0.975) - 1]!.toFixed(4)}]`
  }
  const difference =
    against === undefined
      ? ""
      : `${(scored.mean - against.mean).toFixed(4)} ${interval(scored.resampled.map((value, i) => value - against.resampled[i]!))}`
  const cells = scored.areas.map((area) => area.toFixed(4)).join(" | ")
  console.log(`| ${name} | ${scored.columns} | ${cells} | ${scored.mean.toFixed(4)} ${interval(scored.resampled)} | ${difference} |`)
}
