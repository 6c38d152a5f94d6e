import type { Fields, Schema } from "../../core/index.ts"
import { categoryFields } from "./options.ts"

// A schema says what type a field has. What it means for a recommendation is read off its name: a genre is not a director. A field that no
// pattern knows is used as its type allows, by the families that ask for no meaning.

const KIND = /^(genre|categor|kind|mood|style|subgenre|tag|theme|topic)/i
const MAKER = /(actor|actress|artist|author|brand|cast|composer|creator|director|maker|producer|writer)/i
const MATURITY = /^(age_?rating|certificate|fsk|maturity|mpaa)/i
const AGE = /^age($|_|[A-Z])/
const GROUP = /^(age($|_|[A-Z])|country$|gender$|job$|language$|occupation$|plan$|profession$|region$|segment$|sex$|tier$)/

/** Category fields whose values are kinds of items: genre, mood, category. */
export const kindFields = (schema: Schema): string[] => categoryFields(schema).filter((field) => KIND.test(field))

/** Category fields whose values are who made an item or is in it: director, cast, brand. */
export const makerFields = (schema: Schema): string[] => categoryFields(schema).filter((field) => MAKER.test(field))

/** The item's field that says from which age on it is meant for people; undefined without one. */
export const maturityOf = ({ item }: Schema): string | undefined => named(item, MATURITY, ["number", "category"])

/** The user's field with the age, or a band of ages. */
export const ageOf = ({ user = {} }: Schema): string | undefined => named(user, AGE, ["number", "category"])

/** The user's fields by which people fall into few groups: gender, age, occupation, country. */
export const groupFields = ({ user = {} }: Schema): string[] =>
  Object.keys(user).filter((name) => GROUP.test(name) && (user[name]!.type === "category" || user[name]!.type === "number"))

function named(fields: Fields, pattern: RegExp, types: readonly string[]): string | undefined {
  return Object.keys(fields).find((name) => pattern.test(name) && types.includes(fields[name]!.type))
}
