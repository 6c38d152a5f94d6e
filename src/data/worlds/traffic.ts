import { type Event, InvalidArgument, type Random, random } from "../../core/index.ts"

/** How traffic with bots in it is simulated. */
export interface TrafficOptions {
  readonly seed: number
  /** Epoch milliseconds at which the first day begins. */
  readonly start: number
  /** Days, 3 without. */
  readonly days?: number
  /** People, 600 without. */
  readonly people?: number
  /** Sessions of bots for each session of a person, 0.1 without. */
  readonly botShare?: number
  /** Items there are, 400 without. */
  readonly items?: number
  readonly system?: string
}

/** The kinds of bots there are, from blunt to careful. */
export const BOT_KINDS = ["scraper", "clicker", "script", "clickFarm"] as const
export type BotKind = (typeof BOT_KINDS)[number]

/** Sessions of people and bots, and which are which. */
export interface Traffic {
  /** In order of time; ids begin with `sim-`. */
  readonly events: readonly Event[]
  /** The kind of each session, `undefined` for people's; every session has an entry. */
  readonly kinds: ReadonlyMap<string, BotKind | undefined>
  /** Chance that a person who looks at the item opens it; shape `[items]`. */
  readonly attraction: Float64Array
}

const PAGE = 10
const DAY_MS = 86_400_000

/**
 * Simulates visits to a list of items: people who skim, read and come back, a few of them for hours, and bots.
 *
 * Scrapers page on without opening anything, every one to three seconds. Clickers open nearly everything. Scripts do what people do at
 * regular times. Click farms open one item again and again, at people's pace. People's pauses are log-normal; no person is as fast as
 * 250 ms.
 */
export function simulateTraffic(options: TrafficOptions): Traffic {
  const { seed, start, days = 3, people = 600, botShare = 0.1, items = 400, system = "list" } = options
  if (!(people > 0 && days > 0 && items >= PAGE && botShare >= 0)) {
    throw new InvalidArgument("simulateTraffic", "people, days and at least 10 items", `${people}, ${days}, ${items}`, "Leave them out.")
  }
  const draw = random(seed).split("traffic")
  const attraction = Float64Array.from({ length: items }, () => 0.02 + 0.3 * draw.next() ** 3)
  const kinds = new Map<string, BotKind | undefined>()
  const events: Event[] = []
  const world = { draw, attraction, events, system, items }
  let sessions = 0
  for (let person = 0; person < people; person++) {
    const visits = 1 + Math.floor(-2 * Math.log(1 - draw.next()))
    // One in fifty reads a lot.
    const eagerness = draw.next() < 0.02 ? 6 : 1
    for (let visit = 0; visit < visits; visit++) {
      const session = `sim-${person}-${visit}`
      kinds.set(session, undefined)
      sessions++
      visitPages({ ...world, session, at: start + draw.next() * days * DAY_MS, eagerness })
    }
  }
  for (let bot = 0; bot < Math.round(sessions * botShare); bot++) {
    const kind = BOT_KINDS[bot % BOT_KINDS.length]!
    // Named like people: a name must not give them away.
    const session = `sim-${people + bot}-0`
    kinds.set(session, kind)
    run[kind]({ ...world, session, at: start + draw.next() * days * DAY_MS })
  }
  events.sort((a, b) => (a.timestamp as number) - (b.timestamp as number))
  return { events, kinds, attraction }
}

interface Visit {
  readonly draw: Random
  readonly attraction: Float64Array
  readonly events: Event[]
  readonly system: string
  readonly items: number
  readonly session: string
  readonly at: number
}

const lognormal = (draw: Random, median: number, spread: number) => median * Math.exp(spread * draw.normal())

function visitPages(visit: Visit & { readonly eagerness: number }): void {
  const { draw, attraction, eagerness } = visit
  const pages = Math.min(80, 1 + Math.floor(-3 * eagerness * Math.log(1 - draw.next())))
  const pace = lognormal(draw, 1, 0.4)
  let at = visit.at
  for (let page = 0; page < pages; page++) {
    const shown = showPage(visit, page, at)
    at += pace * lognormal(draw, 3500, 0.7)
    for (const [place, item] of shown.entries()) {
      if (draw.next() >= (place + 1) ** -0.6 * attraction[item]!) continue
      click(visit, page, item, at)
      at += pace * lognormal(draw, 18_000, 1)
    }
    at += 400 + pace * lognormal(draw, 2500, 0.9)
  }
}

const run: Readonly<Record<BotKind, (visit: Visit) => void>> = {
  scraper(visit) {
    const { draw } = visit
    let at = visit.at
    for (let page = 0, pages = 25 + draw.integer(100); page < pages; page++) {
      showPage(visit, page, at)
      at += 1000 + 2000 * draw.next()
    }
  },
  clicker(visit) {
    const { draw } = visit
    let at = visit.at
    for (let page = 0, pages = 3 + draw.integer(12); page < pages; page++) {
      for (const item of showPage(visit, page, at)) {
        at += lognormal(draw, 900, 0.5)
        if (draw.next() < 0.9) click(visit, page, item, at)
      }
      at += lognormal(draw, 2000, 0.5)
    }
  },
  script(visit) {
    const { draw } = visit
    const step = 2000 + 6000 * draw.next()
    const next = (from: number) => from + step * (0.9 + 0.2 * draw.next())
    let at = visit.at
    for (let page = 0, pages = 12 + draw.integer(40); page < pages; page++) {
      const shown = showPage(visit, page, at)
      at = next(at)
      if (draw.next() < 0.5) {
        click(visit, page, shown[draw.integer(3)]!, at)
        at = next(at)
      }
    }
  },
  clickFarm(visit) {
    const { draw } = visit
    const target = visit.session.length % 7
    let at = visit.at
    for (let page = 0, pages = 6 + draw.integer(20); page < pages; page++) {
      showPage(visit, page, at, target)
      at += lognormal(draw, 3000, 0.7)
      click(visit, page, target, at)
      at += lognormal(draw, 8000, 0.8)
    }
  },
}

/** Shows a page drawn evenly, with `wanted` somewhere on it when given. */
function showPage({ draw, events, system, items, session, at: _ }: Visit, page: number, at: number, wanted?: number): number[] {
  const shown = new Set<number>(wanted === undefined ? [] : [wanted])
  while (shown.size < PAGE) shown.add(draw.integer(items))
  const order = draw.shuffle([...shown])
  const request = `${session}-${page}`
  const list = order.map((item) => ({ id: `item-${item}` }))
  events.push({ id: `${request}-seen`, timestamp: Math.round(at), event: "impression", system, session, items: list, request })
  return order
}

function click({ events, session }: Visit, page: number, item: number, at: number): void {
  const request = `${session}-${page}`
  const id = `${request}-${item}-${Math.round(at)}`
  events.push({ id, timestamp: Math.round(at), event: "interaction", type: "click", item: `item-${item}`, session, request })
}
