import { afterEach, describe, expect, test } from "vitest"
import type { LogEntry, LogRecord } from "../../src/core/index.ts"
import { manualClock } from "../../src/core/index.ts"
import type { EventLog, Incoming } from "../../src/storage/index.ts"

type ManualClock = ReturnType<typeof manualClock>

/** How a contract test gets its log. `reopen` is there when the log outlives its process. */
export interface LogUnderTest {
  readonly log: EventLog
  readonly close: () => Promise<void>
  readonly reopen?: () => Promise<LogUnderTest>
}

export const click = (id: string, user = "u1", item = "i1", time = 1000): Incoming => ({
  time,
  record: { id, timestamp: time, event: "interaction", user, item, type: "click" },
})
const of = (record: LogRecord, time = 1000): Incoming => ({ record, time })

export async function readAll(log: EventLog, options: Parameters<EventLog["read"]>[0] = {}): Promise<LogEntry[]> {
  const entries: LogEntry[] = []
  for await (const batch of log.read(options)) entries.push(...batch)
  return entries
}
const ids = (entries: readonly LogEntry[]) => entries.map(({ record }) => record.id)

/** What every event log does. `make` gets a clock and limits for recognised ids. */
export function eventLogContract(name: string, make: (clock: ManualClock, limits: { maxIds?: number }) => Promise<LogUnderTest>): void {
  describe(`event log contract: ${name}`, () => {
    const open: LogUnderTest[] = []
    const start = async (clock = manualClock(1e12), limits: { maxIds?: number } = {}) => {
      const made = await make(clock, limits)
      open.push(made)
      return made
    }
    afterEach(async () => {
      for (const made of open.splice(0)) await made.close()
    })

    test("positions are consecutive from 1, given at once, and durable tells the last", async () => {
      const { log } = await start()
      expect(log.end).toBe(0)
      const a = log.append([click("a"), click("b")])
      const b = log.append([click("c")])
      expect([...a.entries, ...b.entries].map((entry) => entry.position)).toEqual([1, 2, 3])
      expect(await a.durable).toBeGreaterThanOrEqual(2)
      expect(await b.durable).toBe(3)
      expect([log.end, log.count]).toEqual([3, 3])
    })

    test("an id is remembered from its append on", async () => {
      const { log } = await start()
      expect(log.remembers("a")).toBe(false)
      const { durable } = log.append([click("a")])
      expect([log.remembers("a"), log.remembers("b")]).toEqual([true, false])
      await durable
      expect(log.remembers("a")).toBe(true)
    })

    test("a closed log takes nothing", async () => {
      const { log } = await start()
      await log.close()
      expect(() => log.append([click("a")])).toThrow("an open log")
    })

    test("an empty append is durable where the log ends", async () => {
      const { log } = await start()
      expect(await log.append([]).durable).toBe(0)
      expect(await readAll(log)).toEqual([])
    })

    test("records come back as they were, whatever the text", async () => {
      const { log } = await start()
      const records: Incoming[] = [
        of(
          {
            id: "é",
            timestamp: "2020-01-01T00:00:00Z",
            event: "item",
            item: "雪\u0000\ud83d\ude00",
            fields: { a: null, b: [1.5, -0.25], c: ["x"] },
          },
          1.5,
        ),
        of(
          {
            id: "s",
            timestamp: 5,
            event: "served",
            system: "films",
            items: [{ id: "i" }],
            scores: [0.1],
            release: "r",
            variant: "v",
            readAt: 3,
          },
          5,
        ),
        click("plain"),
      ]
      await log.append(records).durable
      const read = await readAll(log)
      expect(read.map(({ record, time }) => ({ record, time }))).toEqual(records)
    })

    test("the same id is recognised within an append, later, and only once forgotten taken again", async () => {
      const clock = manualClock(1e12)
      const { log } = await start(clock)
      const first = log.append([click("a"), click("a"), click("b")])
      expect(first.duplicates).toEqual([1])
      const second = log.append([click("c"), click("b")])
      expect([second.duplicates, ids(second.entries)]).toEqual([[1], ["c"]])
      await second.durable
      clock.advance(8 * 86_400_000)
      expect(log.append([click("d")]).duplicates).toEqual([])
      clock.advance(8 * 86_400_000)
      const late = log.append([click("a")])
      expect(late.duplicates).toEqual([])
      await late.durable
      expect(ids(await readAll(log))).toEqual(["a", "b", "c", "d", "a"])
    })

    test("at least the newest maxIds are recognised", async () => {
      const { log } = await start(manualClock(1e12), { maxIds: 80 })
      for (let i = 0; i < 200; i += 4) await log.append([0, 1, 2, 3].map((j) => click(`e${i + j}`))).durable
      const again = log.append(Array.from({ length: 200 }, (_, i) => click(`e${i}`)))
      expect(again.duplicates.slice(-80)).toEqual(Array.from({ length: 80 }, (_, i) => 120 + i))
      expect(again.entries.length).toBeGreaterThan(0)
      await again.durable
    })

    test("reads any stretch, in order, over small and large appends", async () => {
      const { log } = await start()
      for (let i = 0; i < 40; i++) log.append([click(`s${i}`)])
      const { durable } = log.append(Array.from({ length: 2500 }, (_, i) => click(`l${i}`)))
      await durable
      const all = await readAll(log)
      expect(all.map(({ position }) => position)).toEqual(Array.from({ length: 2540 }, (_, i) => i + 1))
      for (const [after, to] of [
        [0, 1],
        [39, 41],
        [500, 1700],
        [2539, 2540],
        [2540, 9999],
        [7, 7],
      ] as const) {
        const part = await readAll(log, { after, to })
        expect(part).toEqual(all.slice(after, to))
      }
    })

    test("a stopped read throws Cancelled", async () => {
      const { log } = await start()
      await log.append([click("a")]).durable
      await expect(readAll(log, { signal: AbortSignal.abort() })).rejects.toThrow("stop signal")
    })

    test("a deleted user disappears with aliases, served and seen lists; the deletion and later records stay", async () => {
      const { log } = await start()
      await log.append([
        click("a", "u1"),
        click("b", "u2"),
        of({ id: "sess", timestamp: 1, event: "interaction", session: "s9", item: "i", type: "click" }),
        of({ id: "seen", timestamp: 1, event: "impression", system: "films", user: "u1", items: [{ id: "i" }] }),
        of({
          id: "srv",
          timestamp: 1,
          event: "served",
          system: "f",
          user: "u1",
          items: [],
          scores: [],
          release: "r",
          variant: "v",
          readAt: 0,
        }),
        of({ id: "usr", timestamp: 1, event: "user", user: "u1", fields: { name: "x" } }),
        of({ id: "ali", timestamp: 1, event: "alias", from: "s9", to: "u1" }),
      ]).durable
      await log.append([of({ id: "del", timestamp: 2, event: "delete", user: "u1" }), click("later", "u1")]).durable
      expect(ids(await readAll(log))).toEqual(["b", "del", "later"])
      expect(ids(await readAll(log, { to: 4 }))).toEqual(["b"])
    })

    test("a deleted item takes its fields and interactions along, in its collection only", async () => {
      const { log } = await start()
      await log.append([
        of({ id: "a", timestamp: 1, event: "item", item: "i1", fields: {} }),
        of({ id: "b", timestamp: 1, event: "item", item: "i1", collection: "films", fields: {} }),
        click("c", "u1", "i1"),
        click("d", "u1", "i2"),
        of({ id: "del", timestamp: 2, event: "delete", item: "i1" }),
        of({ id: "back", timestamp: 3, event: "item", item: "i1", fields: {} }),
      ]).durable
      expect(ids(await readAll(log))).toEqual(["b", "d", "del", "back"])
    })

    test("rolling changes nothing that is read, except that deleted records are gone", async () => {
      const { log } = await start()
      await log.append(Array.from({ length: 1500 }, (_, i) => click(`e${i}`, `u${i % 7}`, `i${i}`, i + 0.5))).durable
      await log.append([of({ id: "del", timestamp: 9, event: "delete", user: "u3" }), click("after", "u3")]).durable
      const before = await readAll(log)
      expect((await log.roll(700)).records).toBe(600)
      expect(await readAll(log)).toEqual(before)
      expect((await log.roll(700)).records).toBe(0)
      await log.roll(1502)
      expect(await readAll(log)).toEqual(before)
      expect(await readAll(log, { after: 650, to: 1501 })).toEqual(before.filter(({ position }) => position > 650 && position <= 1501))
      expect(log.count).toBe(before.length)
      await log.append([click("new")]).durable
      expect(ids(await readAll(log, { after: 1501 }))).toEqual(["after", "new"])
      await log.append([of({ id: "del2", timestamp: 9, event: "delete", user: "u5" })]).durable
      expect((await readAll(log)).some(({ record }) => record.event === "interaction" && record.user === "u5")).toBe(false)
    })

    test("closing keeps everything for the next opening: records, ids, deletions, files", async () => {
      let made = await start()
      if (made.reopen === undefined) return expect(made.reopen).toBeUndefined()
      await made.log.append(Array.from({ length: 1200 }, (_, i) => click(`e${i}`, `u${i % 3}`))).durable
      await made.log.roll(600)
      await made.log.append([of({ id: "del", timestamp: 9, event: "delete", user: "u2" })]).durable
      const before = await readAll(made.log)
      const { end, count } = made.log
      made.log.append([click("unwaited")])
      await made.close()
      await made.close()
      made = await made.reopen()
      open.push(made)
      expect((await readAll(made.log)).slice(0, -1)).toEqual(before)
      expect([made.log.end, made.log.count]).toEqual([end + 1, count + 1])
      expect(made.log.append([click("e5"), click("unwaited"), click("e1199")]).duplicates).toEqual([0, 1, 2])
      expect(made.log.append([click("x")]).entries[0]!.position).toBe(end + 2)
    })
  })
}
