// Labels and where they come from: types of labels on KuaiRand, leaks, position bias and feedback, bots, raters, late conversions, near duplicates.
// usage: npm run bench -- labels [types | leaks | position | feedback | bots | raters | delays | duplicates]
import { type Matrix, matrix, numberColumn, random, tableOf } from "../src/core/index.ts"
import {
  conversionWeights,
  delayCurve,
  delayedLabels,
  explicitLabel,
  findBots,
  findLeaks,
  implicitLabel,
  inventedFilms,
  type LabelledList,
  labelTypes,
  nearDuplicates,
  positionBiasByEm,
  positionBiasFromRandom,
  raterProfiles,
  sessionProfiles,
  simulateAudience,
  simulateLabelling,
  simulateTraffic,
  textShingles,
  watchLabel,
  withLabelNoise,
} from "../src/data/index.ts"
import { auc } from "../src/metrics/index.ts"
import { regression } from "../src/models/index.ts"
import { feedbackLoop, type Learner } from "./experiments/feedback-loop.ts"
import { type Examples, meanAndInterval, printTable, readLines, takeExamples, vehicle } from "./experiments/real.ts"

const START = Date.UTC(2026, 0, 5)
const ACTIONS = ["is_click", "long_view", "is_follow", "is_comment", "is_forward", "is_profile_enter"] as const

interface Exposures {
  readonly rows: string[][]
  readonly of: (name: string) => Float64Array
  readonly features: Matrix
  readonly train: Uint32Array
  readonly test: Uint32Array
}

/** KuaiRand: its log in order of time, the first 80 % to train; features of the past alone, six action rates of user and of video, and duration. */
function kuairand(): Exposures | undefined {
  const table = readLines("feed-kuairand-kcore/log.tsv.gz", "\t")
  if (table === undefined) return undefined
  const { names, rows } = table
  const of = (name: string) => Float64Array.from(rows, (cells) => Number(cells[names.indexOf(name)] || Number.NaN))
  const actions = ACTIONS.map(of)
  const [users, videos, duration] = [of("user_id"), of("video_id"), of("duration_ms")]
  const features = matrix(rows.length, 2 * ACTIONS.length + 1)
  const seen = { user: new Map<number, Float64Array>(), video: new Map<number, Float64Array>() }
  const global = new Float64Array(ACTIONS.length + 1).fill(0.5, 0, ACTIONS.length)
  global[ACTIONS.length] = 1
  for (let row = 0; row < rows.length; row++) {
    for (const [side, states, id] of [
      [0, seen.user, users[row]!],
      [1, seen.video, videos[row]!],
    ] as const) {
      const state = states.get(id) ?? new Float64Array(ACTIONS.length + 1)
      states.set(id, state)
      for (let a = 0; a < ACTIONS.length; a++) {
        const prior = global[a]! / global[ACTIONS.length]!
        const rate = (state[a]! + 10 * prior) / (state[ACTIONS.length]! + 10)
        features.data[row * features.cols + side * ACTIONS.length + a] = Math.log(rate / (1 - rate))
      }
      for (let a = 0; a < ACTIONS.length; a++) state[a]! += actions[a]![row]!
      state[ACTIONS.length]! += 1
    }
    features.data[row * features.cols + 2 * ACTIONS.length] = Math.log1p(duration[row]!)
    for (let a = 0; a < ACTIONS.length; a++) global[a]! += actions[a]![row]!
    global[ACTIONS.length]! += 1
  }
  const cut = Math.floor(rows.length * 0.8)
  const span = (from: number, to: number) => Uint32Array.from({ length: to - from }, (_, i) => from + i)
  return { rows, of, features, train: span(0, cut), test: span(cut, rows.length) }
}

/** Trains on the labelled rows of train and gives probabilities for test. */
async function scoresOf({ features, train, test }: Exposures, labels: Float32Array): Promise<Float32Array> {
  const take = (rows: Uint32Array) => {
    const taken = matrix(rows.length, features.cols)
    for (const [i, row] of rows.entries())
      taken.data.set(features.data.subarray(row * features.cols, (row + 1) * features.cols), i * features.cols)
    return taken
  }
  const sure = train.filter((row) => !Number.isNaN(labels[row]!))
  const data = { rows: take(sure), targets: Float32Array.from(sure, (row) => Math.min(1, labels[row]!)) }
  return (await regression({ family: "logistic", l2: 10, standardise: true }).fit(data, { seed: 1 })).predict(take(test))
}

/** AUC on test rows that the target labels, with the middle 95 % of 300 resamples of users' rows. */
function area(exposures: Exposures, target: Float32Array, scores: Float32Array): string {
  const rows = Array.from(exposures.test.keys()).filter((i) => !Number.isNaN(target[exposures.test[i]!]!))
  const of = (chosen: readonly number[]) =>
    auc(
      chosen.map((i) => (target[exposures.test[i]!]! > 0 ? 1 : 0)),
      chosen.map((i) => scores[i]!),
    )!
  const draw = random(1)
  const drawn = Array.from({ length: 300 }, () => of(rows.map(() => rows[draw.integer(rows.length)]!))).sort((a, b) => a - b)
  return `${of(rows).toFixed(4)} [${drawn[7]!.toFixed(3)}, ${drawn[292]!.toFixed(3)}]`
}

/** Volume, noise, delay and what a model makes of each way of labelling the same exposures. */
async function types(): Promise<void> {
  const exposures = kuairand()
  if (exposures === undefined) return
  const [times, play, duration] = [exposures.of("time_ms"), exposures.of("play_time_ms"), exposures.of("duration_ms")]
  const actions = ACTIONS.map((name) => [name.replace("is_", ""), exposures.of(name)] as const)
  const table = labelTypes(
    {
      "explicit: follow, comment, forward": implicitLabel({ follow: 1, comment: 1, forward: 1 }),
      "profile opened": explicitLabel({ type: "profile_enter" }),
      "long view": explicitLabel({ type: "long_view" }),
      "watched 80 %, unsure from 20 %": watchLabel({ yes: 0.8, no: 0.2 }),
      click: explicitLabel({ type: "click" }),
      "weighted: explicit 1, profile 0.6, long view 0.3": implicitLabel({
        follow: 1,
        comment: 1,
        forward: 1,
        profile_enter: 0.6,
        long_view: 0.3,
      }),
    },
    "explicit: follow, comment, forward",
  )
  for (let row = 0; row < exposures.rows.length; row++) {
    const at = times[row]!
    const done = actions.filter(([, values]) => values[row]! > 0).map(([type]) => ({ type, after: type === "click" ? 0 : play[row]! }))
    const events = [...done, { type: "watch", after: play[row]!, value: Math.min(1, play[row]! / duration[row]!) }]
    const interactions = events
      .sort((a, b) => a.after - b.after)
      .map(({ after, ...rest }, i) => ({ ...rest, id: `${row}-${i}`, timestamp: at + after, event: "interaction" as const, item: "v" }))
    const list: LabelledList = {
      ...{ requestId: String(row), system: "feed", time: at, readAt: 0, items: [{ id: "v" }], interactions: [interactions] },
      ...{ labels: new Float32Array(1), places: new Uint32Array(1) },
    }
    table.add(list)
  }
  const target = table.labelsOf("explicit: follow, comment, forward")
  const rows: (string | number)[][] = []
  for (const { name, ...report } of table.report()) {
    const labels = table.labelsOf(name)
    const scores = await scoresOf(exposures, labels)
    const { unsure, positives, rate, noise, precision, recall, medianDelayMs } = report
    const shares = [rate, noise, precision, recall].map((share) => (Number.isNaN(share) ? "" : `${(100 * share).toFixed(1)} %`))
    rows.push([
      name,
      positives,
      unsure,
      ...shares,
      `${(medianDelayMs / 1000).toFixed(0)} s`,
      area(exposures, labels, scores),
      area(exposures, target, scores),
    ])
  }
  console.log(
    `KuaiRand, ${exposures.rows.length} exposures; noise, precision and recall against the explicit label; trained on the first 80 %`,
  )
  printTable(
    ["label", "positives", "unsure", "rate", "noise", "precision", "recall", "median delay", "AUC of itself", "AUC of explicit"],
    rows,
  )
  const clean = table.labelsOf("long view")
  const curve: string[][] = []
  for (const rate of [0, 0.1, 0.2, 0.3, 0.4])
    curve.push([`${100 * rate} %`, area(exposures, clean, await scoresOf(exposures, withLabelNoise(clean, rate, { seed: 1 })))])
  printTable(["long view, labels of train turned", "AUC on test"], curve)
}

/** Outcomes among the columns of KuaiRand, and a copy planted in each set. */
async function leaks(): Promise<void> {
  const exposures = kuairand()
  if (exposures === undefined) return
  const names = ["user_id", "video_id", "hourmin", "play_time_ms", "duration_ms", "comment_stay_time"]
  const draw = random(1)
  for (const target of ["long_view", "is_comment"]) {
    const labels = exposures.of(target)
    const planted = { copy: numberColumn(labels.map((label) => 3 * label - 1)), honest: numberColumn(labels.map(() => draw.normal())) }
    const columns = { ...Object.fromEntries(names.map((name) => [name, numberColumn(exposures.of(name))])), ...planted }
    const found = findLeaks({
      table: tableOf(columns),
      labels,
      times: exposures.of("time_ms"),
      groups: exposures.of("user_id"),
      suspicious: 0.9,
    })
    printTable(
      [`KuaiRand, target ${target}`, "column", "statistic", "value", "first rows"],
      found.map(({ kind, column, statistic, value, rows }) => [kind, column, statistic, value.toFixed(4), rows.join(" ")]),
    )
  }
}

/** Position bias of the simulated audience, counted on evenly drawn pages and by expectation-maximisation on the others. */
async function position(): Promise<void> {
  const world = simulateAudience({
    catalogue: inventedFilms({ seed: 3, count: 300 }),
    seed: 5,
    start: START,
    users: 1500,
    days: 30,
    uniformShare: 0.1,
  })
  const films = new Map<string, number>()
  const pages = new Map<string, { uniform: boolean; items: string[] }>()
  const clicks = new Set<string>()
  for (const event of world.events()) {
    if (event.event === "impression")
      pages.set(event.request!, { uniform: event.context?.order === "uniform", items: event.items.map(({ id }) => id) })
    else if (event.event === "interaction" && event.type === "click" && event.request !== undefined)
      clicks.add(`${event.request} ${event.item}`)
  }
  const log = (uniform: boolean) => {
    const rows = { things: [] as number[], places: [] as number[], clicks: [] as number[] }
    for (const [request, page] of pages) {
      if (page.uniform !== uniform) continue
      for (const [place, film] of page.items.entries()) {
        if (!films.has(film)) films.set(film, films.size)
        rows.things.push(films.get(film)!)
        rows.places.push(place)
        rows.clicks.push(clicks.has(`${request} ${film}`) ? 1 : 0)
      }
    }
    return rows
  }
  const [even, ranked] = [log(true), log(false)]
  const counted = positionBiasFromRandom(even)
  const naive = positionBiasFromRandom(ranked)
  const before = process.cpuUsage()
  const em = positionBiasByEm(ranked)
  const cpu = process.cpuUsage(before).user / 1e6
  const table = [0, 1, 2, 4, 9, 14, 19].map((place) => [
    place + 1,
    world.truth.examination(place + 1).toFixed(3),
    `${counted.examination[place]!.toFixed(3)} [${counted.low[place]!.toFixed(3)}, ${counted.high[place]!.toFixed(3)}]`,
    em.examination[place]!.toFixed(3),
    naive.examination[place]!.toFixed(3),
  ])
  console.log(
    `position bias: ${even.places.length} rows of evenly drawn pages, ${ranked.places.length} of the incumbent's; EM ${em.iterations} rounds, ${cpu.toFixed(2)} CPU s`,
  )
  printTable(["place", "truth", "counted on even pages", "EM on the others", "click rates of the others"], table)
  const off = (values: Float64Array) =>
    (values.reduce((sum, value, place) => sum + Math.abs(value / world.truth.examination(place + 1) - 1), 0) / values.length).toFixed(3)
  console.log(
    `mean relative error: counted ${off(counted.examination)}, EM ${off(em.examination)}, click rates ${off(naive.examination)}\n`,
  )
}

/** A ranker that learns from its own pages keeps what was on top; a few pages drawn by chance free it. */
async function feedback(): Promise<void> {
  const films = inventedFilms({ seed: 3, count: 200 })
  const world = simulateAudience({ catalogue: films, seed: 5, start: START, users: 400 })
  const ids = films.films.map(({ id }) => id)
  const table: string[][] = []
  const loops: readonly [Learner, number][] = [
    ["clicks as they are", 0],
    ["clicks as they are", 0.05],
    ["clicks undone by position", 0.05],
    ["pages drawn by chance, weighted", 0.01],
    ["pages drawn by chance, weighted", 0.05],
  ]
  for (const [learner, share] of loops) {
    const runs = [1, 2, 3].map((seed) => feedbackLoop(world, ids, { learner, days: 15, share, seed, start: START }))
    const column = (key: "value" | "kept" | "right" | "cost") => meanAndInterval(runs.map((run) => run[key]))
    table.push([learner, `${100 * share} %`, column("value"), column("kept"), column("right"), column("cost")])
  }
  console.log("feedback: 400 viewers, 15 days, 200 films, from an arbitrary ranking; by the simulator's truth, 3 seeds")
  printTable(
    ["learns from", "explores", "value of the best page", "first page kept from day 0", "first page truly best", "cost of exploring"],
    table,
  )
}

async function bots(): Promise<void> {
  const table: (string | number)[][] = []
  for (const seed of [2, 3, 4, 5, 6]) {
    const { events, kinds } = simulateTraffic({ seed, start: START, people: 3000 })
    const before = process.cpuUsage()
    const profiles = sessionProfiles(events)
    const found = new Set(findBots(profiles).map(({ session }) => session))
    const cpu = process.cpuUsage(before).user / 1e6
    const all = [...kinds].filter(([, kind]) => kind !== undefined)
    const right = all.filter(([session]) => found.has(session))
    const rate = (keep: (session: string) => boolean) => {
      const kept = profiles.filter(({ session }) => keep(session))
      return kept.reduce((sum, { interactions }) => sum + interactions, 0) / kept.reduce((sum, { shown }) => sum + shown, 0)
    }
    const truth = rate((session) => kinds.get(session) === undefined)
    const missed = ["scraper", "clicker", "script", "clickFarm"].map((kind) => {
      const own = all.filter(([, other]) => other === kind)
      return `${own.filter(([session]) => !found.has(session)).length}/${own.length}`
    })
    const bias = (keep: (session: string) => boolean) => `${(100 * (rate(keep) / truth - 1)).toFixed(1)} %`
    table.push([
      seed,
      events.length,
      all.length,
      (right.length / all.length).toFixed(4),
      (right.length / found.size).toFixed(4),
      missed.join(" "),
      bias(() => true),
      bias((session) => !found.has(session)),
      `${(events.length / cpu / 1e6).toFixed(1)}M/s`,
    ])
  }
  console.log("bots in simulated traffic of 3,000 people (the limits were set on seed 1)")
  printTable(
    ["seed", "events", "bots", "recall", "precision", "missed: scraper clicker script farm", "click rate off", "cleaned", "events"],
    table,
  )
}

/** Whom to pay: labels of train from each pool, the model measured on true labels of test. */
async function raters(): Promise<void> {
  const all = vehicle()
  if (all === undefined) return
  const places = (is: (year: number) => boolean) => Array.from(all.years.keys()).filter((row) => is(all.years[row]!))
  const [train, test] = [
    takeExamples(
      all,
      places((year) => year < 1996),
    ),
    takeExamples(
      all,
      places((year) => year === 1996),
    ),
  ]
  const measured = async (labels: Float32Array, { rows }: Examples) =>
    auc(
      test.labels,
      (await regression({ family: "logistic", l2: 10 }).fit({ rows, targets: labels }, { seed: 1 })).predictSparse(test.rows),
    )!
  const table: (string | number)[][] = []
  const plans = [
    ["crowd", 1],
    ["crowd", 3],
    ["crowd", 5],
    ["specialist", 1],
  ] as const
  for (const [pool, redundancy] of plans) {
    const [areas, accuracies]: [number[], number[]] = [[], []]
    let [cost, hours, kappa] = [0, 0, 0]
    for (const seed of [1, 2, 3]) {
      const outcome = simulateLabelling(train.labels, 2, raterProfiles[pool], { redundancy, seed })
      areas.push(
        await measured(
          Float32Array.from(outcome.labels, (label) => Math.max(0, label)),
          train,
        ),
      )
      accuracies.push(outcome.accuracy)
      cost = outcome.costMicros / 1e6
      hours = outcome.hours
      kappa = outcome.kappa
    }
    const points = 100 * (areas.reduce((sum, value) => sum + value, 0) / 3 - 0.5)
    table.push([
      `${pool}, ${redundancy} a claim`,
      meanAndInterval(accuracies),
      Number.isNaN(kappa) ? "" : kappa.toFixed(3),
      cost.toFixed(0),
      hours.toFixed(0),
      meanAndInterval(areas),
      (cost / points).toFixed(1),
    ])
  }
  table.push(["the outcome itself", "1.0000", "", 0, 0, (await measured(train.labels, train)).toFixed(4), 0])
  console.log(`${train.labels.length} claims of vehicle insurance labelled by simulated raters, 3 seeds; AUC on the true labels of 1996`)
  printTable(["labelled by", "accuracy", "kappa", "cost", "hours", "AUC", "cost a point of AUC above 50"], table)
}

/** Conversions of a simulated shop, known until now: what each way of taking rows whose window is open makes of the rate. */
async function delays(): Promise<void> {
  const table: string[][] = []
  for (const meanDays of [0.5, 2, 5]) {
    const found: Record<string, number[]> = { "as negative": [], "leave out": [], expected: [], weights: [] }
    for (const seed of [1, 2, 3, 4, 5]) {
      const draw = random(seed)
      const [rows, windowMs, now] = [50_000, 7 * 86_400_000, 21 * 86_400_000]
      const shownAt = Float64Array.from({ length: rows }, () => draw.next() * now)
      // The rate grows over time, so labels of old rows alone are out of date.
      const whole = shownAt.map((shown) =>
        draw.next() < 0.03 + 0.04 * (shown / now) ? shown - meanDays * 86_400_000 * Math.log(1 - draw.next()) : Number.NaN,
      )
      const outcomes = { shownAt, convertedAt: whole.map((time) => (time <= now ? time : Number.NaN)), now, windowMs }
      const recent = (values: ArrayLike<number>) => {
        let [sum, count] = [0, 0]
        for (let row = 0; row < rows; row++) {
          if (now - shownAt[row]! > windowMs || Number.isNaN(values[row]!)) continue
          sum += values[row]!
          count++
        }
        return sum / count
      }
      const truth = recent(whole.map((time, row) => (time - shownAt[row]! <= windowMs ? 1 : 0)))
      const curve = delayCurve(outcomes)
      const old = delayedLabels(outcomes, "leave out").labels
      let p = old.reduce((sum, label) => sum + (label > 0 ? 1 : 0), 0) / rows
      for (let turn = 0; turn < 20; turn++) p = recent(delayedLabels(outcomes, "expected", { curve, probability: p }).labels)
      found["as negative"]!.push(recent(delayedLabels(outcomes, "as negative").labels) / truth - 1)
      const settled = Array.from(old.keys()).filter((row) => now - shownAt[row]! > windowMs)
      found["leave out"]!.push(settled.reduce((sum, row) => sum + old[row]!, 0) / settled.length / truth - 1)
      found.expected!.push(p / truth - 1)
      found.weights!.push(recent(conversionWeights(outcomes, curve)) / truth - 1)
    }
    table.push([`${meanDays} days`, ...Object.values(found).map(meanAndInterval)])
  }
  console.log("conversion rate of the newest week beside the truth, window 7 days, 5 seeds: relative error")
  printTable(["mean delay", "open rows as negative", "older rows instead", "expected", "weighted"], table)
}

async function duplicates(): Promise<void> {
  const words = Array.from({ length: 3000 }, (_, i) => `w${(i * 7919 + 13).toString(36)}`)
  const draw = random(1)
  const texts: string[] = []
  const [equal, near]: [number[], number[]] = [[], []]
  for (let i = 0; i < 20_000; i++) {
    const text = Array.from({ length: 30 + draw.integer(40) }, () => words[Math.floor(words.length * draw.next() ** 2)]!)
    texts.push(text.join(" "))
    if (i % 20 === 0) equal.push(texts.push(`${text.join(", ").toUpperCase()}!`) - 1)
    if (i % 20 === 10)
      near.push(texts.push(text.with(draw.integer(text.length), "changed").with(draw.integer(text.length), "twice").join(" ")) - 1)
  }
  const before = process.cpuUsage()
  const { drop } = nearDuplicates(
    texts.map((text) => textShingles(text)),
    { threshold: 0.7 },
  )
  const cpu = process.cpuUsage(before).user / 1e6
  const dropped = new Set(drop)
  const share = (some: readonly number[]) => `${((100 * some.filter((text) => dropped.has(text)).length) / some.length).toFixed(1)} %`
  const others = drop.length - [...equal, ...near].filter((text) => dropped.has(text)).length
  printTable(
    ["near duplicates", "found"],
    [
      ["equal up to case and marks", `${share(equal)} of ${equal.length}`],
      ["two words of 30 to 70 changed", `${share(near)} of ${near.length}`],
      ["others dropped", others],
    ],
  )
  console.log(`${texts.length} texts, ${cpu.toFixed(2)} CPU s, ${(texts.length / cpu).toFixed(0)} texts/s\n`)
}

const parts: Readonly<Record<string, () => Promise<void>>> = { types, leaks, position, feedback, bots, raters, delays, duplicates }
for (const name of process.argv[2] === undefined ? Object.keys(parts) : process.argv.slice(2)) await parts[name]!()
