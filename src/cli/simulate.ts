import { InvalidArgument } from "../core/index.ts"
import type { Interval } from "../metrics/index.ts"
import type { SimulationReport } from "../systems/index.ts"
import type { Command } from "./command.ts"
import { hint } from "./did-you-mean.ts"
import { numberFlag } from "./input.ts"
import { progressLine } from "./progress.ts"
import { count, pairs, table } from "./table.ts"
import { print } from "./with-engine.ts"

const KINDS = ["recommendation"]

/** `trommel simulate <kind>`. */
export const simulateCommand: Command = {
  name: "simulate",
  usage: "trommel simulate <kind> [--days N] [--viewers N] [--films N] [--explore SHARE] [--seed N]",
  summary: "a made-up audience against rankers that learn from what they showed",
  text: "Invented films and viewers with turning tastes; the same visits in every arm. Needs no store and writes nothing.",
  flags: {
    days: { value: "N", text: "simulated days after two weeks of warm-up; 30" },
    viewers: { value: "N", text: "400" },
    films: { value: "N", text: "600, a quarter of which come new" },
    explore: { value: "SHARE", text: "share of the funnel's places that go to chance; 0.1" },
    seed: { value: "N", text: "another world; 1" },
  },
  positionals: [1, 1],
  async run(input, context) {
    const kind = input.positionals[0]!
    if (!KINDS.includes(kind))
      throw new InvalidArgument("simulate", `a kind among ${KINDS.join(", ")}`, JSON.stringify(kind), hint(kind, KINDS))
    const whole = (name: string, usual: number, least = 1) => numberFlag(input, name, usual, { min: least, max: 100_000, whole: true })
    const seed = whole("seed", 1, 0)
    const line = progressLine("simulate", context.stderr, context.monotonicMs)
    // Loaded at first use: no other command needs an audience.
    const [{ inventedFilms }, { simulateRecommendation }] = await Promise.all([import("../data/index.ts"), import("../systems/index.ts")])
    try {
      const report = await simulateRecommendation({
        catalogue: inventedFilms({ seed, count: whole("films", 600, 50) }),
        seed,
        viewers: whole("viewers", 400, 20),
        days: whole("days", 30),
        explore: numberFlag(input, "explore", 0.1, { min: 0, max: 1 }),
        signal: context.signal,
        onProgress: line.show,
      })
      line.end()
      print(report, () => simulationText(report), input, context)
      return 0
    } finally {
      line.end()
    }
  },
}

function simulationText({ viewers, films, newFilms, days, seed, arms, watchTime, newFilmHelp, newFilmHitRate }: SimulationReport): string {
  const share = (value: number) => `${(100 * value).toFixed(1)} %`
  const { mean, low, high } = watchTime.difference
  const between = ({ mean, low, high }: Interval) => `${share(mean)} [${share(low)}, ${share(high)}]`
  const finely = ({ mean, low, high }: Interval) => `${(100 * mean).toFixed(2)} % [${(100 * low).toFixed(2)}, ${(100 * high).toFixed(2)}]`
  const { content, ranked, popularity, overall, difference, rankedDifference, judged } = newFilmHitRate
  const rows = arms.map(({ name, pages, clickRate, minutes, weeks, firstDay, newExposure }) => [
    name,
    count(pages),
    share(clickRate),
    minutes.toFixed(0),
    weeks.map(({ coverage }) => share(coverage)).join("  "),
    weeks.map(({ effectiveFilms }) => effectiveFilms.toFixed(0)).join("  "),
    share(newExposure),
    between(firstDay),
  ])
  return `${pairs([
    ["world", `${count(viewers)} viewers, ${count(films)} films of which ${count(newFilms)} come new, ${days} days, seed ${seed}`],
    [
      "watch time",
      `funnel minus incumbent ${mean.toFixed(0)} minutes a viewer [${low.toFixed(0)}, ${high.toFixed(0)}], p ${watchTime.pValue.toPrecision(2)}`,
    ],
    [
      "new films",
      `favourite among the first ten: of the new-item route ${share(content)}, of the funnel's order ${share(ranked)}, of the most watched new films ${share(popularity)} (differences ${between(difference)} and ${between(rankedDifference)}), of the most watched of all ${share(overall)}; ${count(judged)} judged`,
    ],
    ...newFilmHelp.map(
      ({ help, exposure, clickRate }) =>
        [
          "help for new",
          `${help}: ${share(exposure.without)} of places become ${share(exposure.with)}, ${between(exposure.difference)} more; by the audience's truth opened ${finely(clickRate)} more of it`,
        ] as const,
    ),
  ])}\n${table(["arm", "pages", "opened", "minutes", "shown of what is on offer, by week", "counts as films, by week", "places with new films", "pages of a new film's first day with it"], rows)}`
}
