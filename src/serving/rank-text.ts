import type { RankAnswer, RankedItem } from "../definition/index.ts"

/**
 * The JSON text of a ranked page, the same as the answer's schema gives, in a fraction of the time: fields of an item are written once and
 * used again for as long as the catalogue gives the same object.
 *
 * What every answer has comes first, in the order of the schema, then what some have.
 * @returns undefined for an answer with parts that few have (explanation, facets, corrections, highlights): the schema writes those
 */
export function rankText(answer: RankAnswer): string | undefined {
  if (answer.explanation !== undefined || answer.facets !== undefined || answer.corrections !== undefined) return undefined
  let items = ""
  for (const item of answer.items) {
    if (item.highlights !== undefined || !Number.isFinite(item.score)) return undefined
    items += items === "" ? itemText(item) : `,${itemText(item)}`
  }
  let stages = ""
  for (const { name, in: from, out, ms } of answer.stages) {
    stages += `${stages === "" ? "" : ","}{"name":${text(name)},"in":${from},"out":${out},"ms":${ms}}`
  }
  const { requestId, release, variant, cursor, degraded, position, tookMs, stored } = answer
  const head = `{"requestId":${text(requestId)},"release":${text(release)},"variant":${text(variant)},"items":[${items}]`
  const next = cursor === undefined ? "" : `,"cursor":${text(cursor)}`
  const told = `,"degraded":${text(degraded)},"stages":[${stages}],"position":${text(position)},"tookMs":${tookMs}`
  return `${head}${told}${next}${stored === undefined ? "" : `,"stored":{"madeMs":${stored.madeMs},"gone":${stored.gone}}`}}`
}

function itemText({ id, collection, score, reasons, fields }: RankedItem): string {
  const where = collection === undefined ? "" : `,"collection":${text(collection)}`
  const why = reasons === undefined ? "" : `,"reasons":${text(reasons)}`
  return `{"id":${text(id)},"score":${score}${where}${why}${fields === undefined ? "" : `,"fields":${fieldsText(fields)}`}}`
}

/** Texts of fields that nobody can change any more, by the object that holds them. */
const written = new WeakMap<object, string>()

function fieldsText(fields: NonNullable<RankedItem["fields"]>): string {
  const known = written.get(fields)
  if (known !== undefined) return known
  const made = text(fields)
  if (Object.isFrozen(fields)) written.set(fields, made)
  return made
}

const text = (value: string | readonly string[] | object): string => JSON.stringify(value)
