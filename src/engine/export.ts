import { type Clock, fingerprintHex, InvalidArgument, TooLarge, type Turns, throwIfCancelled, USERS } from "../core/index.ts"
import { listBytes, listFile, type RankedListLine } from "../data/index.ts"
import type { RankRequest, SystemDefinition } from "../definition/index.ts"
import { encodePage, type PageKey, type PageRow, pageKeyBytes } from "../funnel/index.ts"
import type { ExportOptions, ExportPlan, ExportReport } from "./api.ts"
import { namesOf, placeAfter } from "./export-names.ts"
import type { LiveReleases } from "./live-releases.ts"
import type { TenantPages } from "./pages.ts"
import type { Rank, Ranked } from "./rank.ts"
import type { Tenant } from "./tenant.ts"

/** Lists between two notes of how far the work is: what a stop may cost. The first are few: they warm up, and are timed. */
const BLOCKS = [32, 64, 256] as const
/** Time one list may take: ahead of the need nobody waits. */
const TIMEOUT_MS = 10_000
const HOUR_MS = 3_600_000

/** What an export works on. */
export interface ExportJob {
  readonly tenant: Tenant
  readonly live: LiveReleases
  readonly rank: Rank
  readonly pages: TenantPages
  readonly definition: SystemDefinition
  readonly clock: Clock
  /** Each list waits for its turn, so that requests are answered in between. */
  readonly turns: Turns
}

/** How far an export is, kept in the spool until it is done. */
interface Progress {
  readonly release: string
  readonly done: number
  /** The last name that is done. */
  readonly last: string
  readonly items: number
  readonly empty: number
  readonly fileBytes: number
  readonly pageBytes: number
  readonly pages: number
  readonly degraded: number
}

/**
 * Ranks a list for every person with a history, or for every item, through the one rank path, and writes them to a file, keeps them as pages, or
 * both. Nothing of it is logged. Stopped in the middle, the same call goes on after the last whole block.
 */
export async function exportLists(job: ExportJob, options: ExportOptions): Promise<ExportReport> {
  const { tenant, live, clock, pages, definition, turns } = job
  const started = clock.monotonicMs()
  const { placement = "home", limit, out, format = "jsonl", keepHours = 48, signal } = options
  const { id: release, served } = await live.get(definition.name)
  const of = served.storedPages?.placements[placement]
  if (of === undefined) throw noPlacement(definition.name, placement, Object.keys(served.storedPages?.placements ?? {}))
  if (out === undefined && !options.storePages) {
    throw new InvalidArgument(`export ${definition.name}`, "a file to write, or pages to keep", "neither", "Pass out, storePages, or both.")
  }
  const names = await namesOf(tenant, definition, of, options.users)
  const note = `export.${fingerprintHex(JSON.stringify([definition.name, placement, limit ?? null, out ?? null, format, options.users ?? null]))}`
  const left = await noted(tenant, note, release)
  // A file that somebody took away is begun again.
  const before = left !== undefined && (out === undefined || (await listBytes(out)) >= left.fileBytes) ? left : undefined
  const file = out === undefined ? undefined : await listFile(out, format, before?.fileBytes ?? 0)
  const at = { ...(before ?? { done: 0, last: "", items: 0, empty: 0, fileBytes: 0, pageBytes: 0, pages: 0, degraded: 0 }), release }
  at.done = before === undefined ? 0 : placeAfter(before, names, tenant.ids.collection(of === "user" ? USERS : definition.collections[0]!))
  const ranked = rankedAhead(job, { release, placement, limit, of })
  const runStarted = clock.monotonicMs()
  const begun = at.done
  try {
    for (let turn = 0; at.done < names.length; turn++) {
      const block = names.slice(at.done, at.done + BLOCKS[Math.min(turn, BLOCKS.length - 1)]!)
      const blockStarted = clock.monotonicMs()
      const position = tenant.position
      const lists: RankedListLine[] = []
      const rows: PageRow[] = []
      for (const name of block) {
        await turns.next()
        throwIfCancelled(signal, "export")
        const one = await ranked(name)
        if (one === undefined || one.answer.items.length === 0) {
          at.empty++
          continue
        }
        at.items += one.answer.items.length
        if (one.answer.degraded.length > 0) at.degraded++
        if (file !== undefined) lists.push(lineOf(one, { of, name, placement, release }))
        if (options.storePages) rows.push(rowOf(one, { system: definition.name, placement, of, name }, keepHours))
      }
      await Promise.all([file?.write(lists), pages.keep(rows, position, `${note}.${String(at.done).padStart(10, "0")}`)])
      at.done += block.length
      at.last = block.at(-1)!
      at.fileBytes = file?.bytes ?? 0
      at.pages += rows.length
      at.pageBytes += rows.reduce((sum, { key, bytes }) => sum + bytes.length + pageKeyBytes(key), 0)
      // Once code is warm; a work of one block is planned by it.
      const isTimed = turn === 1 || (turn === 0 && at.done === names.length)
      if (isTimed) checkPlan(planOf(at, names.length, (clock.monotonicMs() - blockStarted) / block.length, begun), options)
      await tenant.store.spool.put(note, new TextEncoder().encode(JSON.stringify(at)))
      options.onProgress?.({ step: `rank ${placement}`, done: at.done, total: names.length })
    }
    await file?.finish()
  } catch (error) {
    await file?.close()
    throw error
  }
  await tenant.store.spool.delete(note)
  const swept = options.storePages ? await pages.sweep(signal) : undefined
  const rankSeconds = (clock.monotonicMs() - runStarted) / 1000
  return {
    system: definition.name,
    release,
    placement,
    lists: at.done - at.empty,
    items: at.items,
    empty: at.empty,
    degraded: at.degraded,
    resumedAt: begun,
    listsPerSecond: Math.round((10 * (at.done - begun)) / Math.max(rankSeconds, 1e-3)) / 10,
    seconds: Math.round(clock.monotonicMs() - started) / 1000,
    ...(out === undefined ? {} : { file: out, format }),
    ...(options.storePages ? { stored: { pages: at.pages, bytes: at.pageBytes, keepHours, expired: swept?.expired ?? 0 } } : {}),
  }
}

/** Ranks one list ahead: the same state and release give the same list, chance included. */
function rankedAhead(
  { rank, definition, tenant }: ExportJob,
  {
    release,
    placement,
    limit,
    of,
  }: { readonly release: string; readonly placement: string; readonly limit: number | undefined; readonly of: PageKey["of"] },
): (name: string) => Promise<Ranked | undefined> {
  const items = tenant.ids.collection(definition.collections[0]!)
  return async (name) => {
    // An item withdrawn since the list of names was made has no page.
    if (of === "item" && items.find(name) < 0) return undefined
    const request: RankRequest = {
      placement,
      release,
      log: false,
      timeoutMs: TIMEOUT_MS,
      ...(limit === undefined ? {} : { limit }),
      ...(of === "item" ? { item: name } : whoOf(name)),
    }
    return rank(definition.name, request, undefined, `ahead-${fingerprintHex(`${release} ${placement} ${name} ${tenant.position}`)}`)
  }
}

const SESSION = "session:"
const whoOf = (name: string) => (name.startsWith(SESSION) ? { session: name.slice(SESSION.length) } : { user: name })

function lineOf({ answer, now }: Ranked, list: Pick<RankedListLine, "of" | "name" | "placement" | "release">): RankedListLine {
  const items = answer.items.map(({ id, score, reasons }) => ({ id, score, ...(reasons === undefined ? {} : { reasons }) }))
  return { ...list, made: new Date(now).toISOString(), items }
}

function rowOf({ answer, candidates, prepared, run, readAt, now }: Ranked, key: PageKey, keepHours: number): PageRow {
  const { items, release } = answer
  const bytes = encodePage({
    release,
    madeMs: now,
    expiresMs: now + keepHours * HOUR_MS,
    position: readAt,
    ids: candidates.ids.slice(0, items.length),
    scores: Float32Array.from(items, ({ score }) => score),
    sources: candidates.sources.slice(0, items.length),
    propensities: Float32Array.from(prepared.propensities?.(run) ?? items.map(() => Number.NaN)),
    reasons: items.map(({ reasons = [] }) => reasons),
  })
  return { key, bytes }
}

async function noted(tenant: Tenant, name: string, release: string): Promise<Progress | undefined> {
  const bytes = await tenant.store.spool.get(name)
  const found = bytes === undefined ? undefined : (JSON.parse(new TextDecoder().decode(bytes)) as Progress)
  return found?.release === release ? found : undefined
}

/** What the whole will cost, from the first lists: said before the rest is ranked. */
function planOf(at: Progress, lists: number, msPerList: number, begun: number): ExportPlan {
  const bytesPerPage = at.pages === 0 ? 0 : at.pageBytes / at.pages
  return {
    lists,
    done: begun,
    msPerList,
    seconds: ((lists - begun) * msPerList) / 1000,
    fileBytes: (at.fileBytes / Math.max(1, at.done)) * lists,
    bytesPerPage,
    itemsPerList: at.items / Math.max(1, at.done - at.empty),
    pageBytes: bytesPerPage * lists,
  }
}

function checkPlan(plan: ExportPlan, { onPlan, maxPageBytes = 8e9 }: ExportOptions): void {
  onPlan?.(plan)
  if (plan.pageBytes <= maxPageBytes) return
  throw new TooLarge(
    "export",
    `pages of at most ${maxPageBytes} bytes`,
    `about ${Math.round(plan.pageBytes)}`,
    "Lower the limit, or raise the bound.",
  )
}

function noPlacement(system: string, placement: string, known: readonly string[]): InvalidArgument {
  return new InvalidArgument(
    `export ${system}`,
    `a placement among ${known.join(", ") || "(none)"}`,
    JSON.stringify(placement),
    "Check the spelling.",
  )
}
