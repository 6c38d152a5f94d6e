import { type Random, random } from "../../core/index.ts"
import type { Blueprint, FieldType } from "./blueprint.ts"

const ITEMS = 120
const PEOPLE = 200
const DAYS = 30
const DAY_MS = 86_400_000
/** Share of the time, from the end, whose events stand in the later file: what happened after the first training. */
const LATER = 0.15
const TASTES = ["red", "green", "blue", "white", "black", "gold"]
const WORDS = ["river", "stone", "paper", "garden", "winter", "engine", "letter", "island", "mirror", "copper"]

/** Invented files that a new system can be tried with. */
export interface SampleData {
  /** One row an item: CSV with a header. */
  readonly items: string
  /** Interactions before and after the day of the first training: one JSON object a line. */
  readonly history: string
  readonly later: string
}

/**
 * Seeded, invented data of a schema: every item belongs to one of six tastes, told by its categories where it has any, and people mostly
 * click what belongs to theirs, on each of thirty days before `nowMs`.
 */
export function sampleData({ fields }: NonNullable<Blueprint["items"]>, nowMs: number, seed = 7): SampleData {
  const chance = random(seed)
  const tasteOf = (item: number) => item % TASTES.length
  const names = Object.keys(fields)
  const rows = Array.from({ length: ITEMS }, (_, item) =>
    [`item-${item}`, ...names.map((name) => cell(fields[name]!, tasteOf(item), nowMs, chance))].join(","),
  )
  const events: { readonly at: number; readonly line: string }[] = []
  for (let person = 0; person < PEOPLE; person++) {
    const taste = person % TASTES.length
    for (let n = 0; n < 24; n++) {
      const own = taste + TASTES.length * Math.floor(chance.next() ** 2 * (ITEMS / TASTES.length))
      const item = chance.next() < 0.8 ? own : chance.integer(ITEMS)
      const at = Math.floor(nowMs - chance.next() * DAYS * DAY_MS)
      const draw = chance.next()
      const type = draw < 0.7 ? "click" : draw < 0.95 ? "like" : "hide"
      const event = {
        id: `sample-${person}-${n}`,
        timestamp: at,
        event: "interaction",
        user: `person-${person}`,
        item: `item-${item}`,
        type,
      }
      events.push({ at, line: JSON.stringify(event) })
    }
  }
  events.sort((a, b) => a.at - b.at)
  const lines = (from: number, to: number) => events.flatMap(({ at, line }) => (at >= from && at < to ? [`${line}\n`] : [])).join("")
  const split = nowMs - LATER * DAYS * DAY_MS
  return {
    items: `${["item", ...names].join(",")}\n${rows.join("\n")}\n`,
    history: lines(0, split),
    later: lines(split, Number.POSITIVE_INFINITY),
  }
}

function cell(type: FieldType, taste: number, nowMs: number, chance: Random): string {
  switch (type) {
    case "text":
      return `${WORDS[chance.integer(WORDS.length)]} ${WORDS[chance.integer(WORDS.length)]}`
    case "category":
      return TASTES[taste]!
    case "categories":
      return chance.next() < 0.3 ? `${TASTES[taste]}|${TASTES[chance.integer(TASTES.length)]}` : TASTES[taste]!
    case "number":
      return String(1980 + chance.integer(45))
    case "boolean":
      return String(chance.next() < 0.5)
    case "time":
      return new Date(nowMs - chance.integer(900) * DAY_MS).toISOString()
  }
}
