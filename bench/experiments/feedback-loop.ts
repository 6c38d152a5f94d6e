// What happens when a ranker is trained on the clicks of its own pages, day after day, against the truth of the simulated audience.
import { random } from "../../src/core/index.ts"
import { exploreList, type FilmWorld, positionBiasByEm, positionWeights } from "../../src/data/index.ts"

/** How the next ranking is made of the logs. */
export type Learner = "clicks as they are" | "clicks undone by position" | "pages drawn by chance, weighted"

/** Where a loop ended. */
export interface LoopResult {
  readonly learner: Learner
  /** Opened films a page of the ranking is expected to bring, over the best ranking's: by the truth. */
  readonly value: number
  /** Share of the first page that was on the first page the loop began with. */
  readonly kept: number
  /** Share of the first page that is truly among its best. */
  readonly right: number
  /** What exploring cost: expected opens lost on its pages over all pages, of the best. */
  readonly cost: number
}

const PAGE = 20

/**
 * Begins with an arbitrary ranking, shows it to everybody each day (a share of pages is drawn by chance), learns click rates from all pages so far
 * and ranks by them the next day. One ranking for all, so that nothing but the logs' bias is at work.
 */
export function feedbackLoop(
  world: FilmWorld,
  films: readonly string[],
  { learner, days, share, seed, start }: { learner: Learner; days: number; share: number; seed: number; start: number },
): LoopResult {
  const { users } = world.truth
  const liking = films.map((film) => users.reduce((sum, user) => sum + world.truth.attraction(user, film), 0) / users.length)
  const best = [...films.keys()].sort((a, b) => liking[b]! - liking[a]!)
  const worth = (page: readonly number[]) =>
    page.slice(0, PAGE).reduce((sum, film, at) => sum + world.truth.examination(at + 1) * liking[film]!, 0)
  const draw = random(seed).split("feedback loop")
  const number = new Map(films.map((film, place) => [film, place]))
  let ranking = draw.shuffle([...films.keys()])
  const first = new Set(ranking.slice(0, PAGE))
  const log: Log = { things: [], places: [], clicks: [], propensities: [] }
  let [cost, pages] = [0, 0]
  for (let day = 0; day < days; day++) {
    const ranked = ranking.map((film) => films[film]!)
    for (const user of users) {
      const request = `${learner}-${seed}-${day}-${user}`
      const options = { ranked, pool: films, limit: PAGE }
      const list =
        share > 0
          ? exploreList(request, options, { share }, draw)
          : { items: ranked.slice(0, PAGE), propensities: new Float64Array(PAGE).fill(1), explores: false }
      const events = world.answer(list.items, user, { request, at: start + day * 86_400_000 })
      const clicked = new Set(events.flatMap((event) => (event.event === "interaction" && event.type === "click" ? [event.item] : [])))
      for (const [place, film] of list.items.entries()) {
        log.things.push(number.get(film)!)
        log.places.push(place)
        log.clicks.push(clicked.has(film) ? 1 : 0)
        log.propensities.push(list.propensities[place]!)
      }
      if (list.explores) cost += worth(ranking) - worth(list.items.map((film) => number.get(film)!))
      pages++
    }
    ranking = learn(learner, log, films.length)
  }
  return {
    learner,
    value: worth(ranking) / worth(best),
    kept: ranking.slice(0, PAGE).filter((film) => first.has(film)).length / PAGE,
    right: ranking.slice(0, PAGE).filter((film) => best.indexOf(film) < PAGE).length / PAGE,
    cost: cost / pages / worth(best),
  }
}

interface Log {
  readonly things: number[]
  readonly places: number[]
  readonly clicks: number[]
  readonly propensities: number[]
}

/** A ranking by what each film brought. */
function learn(learner: Learner, log: Log, films: number): number[] {
  const value = new Float64Array(films)
  if (learner === "clicks as they are") for (const [row, film] of log.things.entries()) value[film]! += log.clicks[row]!
  else if (learner === "clicks undone by position") {
    const weights = positionWeights(log, positionBiasByEm(log, { iterations: 300 }))
    const shown = new Float64Array(films)
    for (const [row, film] of log.things.entries()) {
      value[film]! += log.clicks[row]! * weights[row]!
      shown[film]! += 1
    }
    for (let film = 0; film < films; film++) value[film]! /= shown[film]! + 20
  } else {
    // Each click stands for all the times it was not shown there: films count as if every place of theirs had been as likely.
    for (const [row, film] of log.things.entries()) value[film]! += log.clicks[row]! / log.propensities[row]!
  }
  return [...value.keys()].sort((a, b) => value[b]! - value[a]! || a - b)
}
