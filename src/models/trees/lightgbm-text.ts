import { Corrupt } from "../../core/index.ts"

/** One block of LightGBM's text format: lines `name=value`, lists separated by blanks. Methods throw {@link Corrupt} naming the field. */
export interface LightgbmBlock {
  readonly where: string
  readonly fields: ReadonlyMap<string, string>
  count(name: string): number
  texts(name: string): string[]
  numbers(name: string, length?: number): Float64Array
}

/**
 * The header, then a block for every tree, of a model in LightGBM's text format.
 * @throws {@link Corrupt} when the text does not start as one, or ends before its trees do
 */
export function lightgbmBlocks(where: string, text: string): LightgbmBlock[] {
  const lines = text.split(/\r?\n/)
  if (lines[0]?.trim() !== "tree") {
    throw new Corrupt(where, 'a first line "tree"', JSON.stringify(lines[0]?.slice(0, 40)), "Save the model with save_model('model.txt').")
  }
  const blocks: LightgbmBlock[] = []
  let fields = new Map<string, string>()
  blocks.push(block(`${where}: header`, fields))
  for (const line of lines.slice(1)) {
    if (line.startsWith("end of trees")) return blocks
    const equals = line.indexOf("=")
    const name = equals < 0 ? line.trim() : line.slice(0, equals)
    if (name === "Tree") {
      fields = new Map()
      blocks.push(block(`${where}: tree ${line.slice(equals + 1)}`, fields))
    } else if (name !== "") fields.set(name, equals < 0 ? "" : line.slice(equals + 1))
  }
  throw new Corrupt(
    where,
    'a line "end of trees"',
    `the end of the text after ${blocks.length - 1} trees`,
    "The file is cut short: save it again.",
  )
}

function block(where: string, fields: ReadonlyMap<string, string>): LightgbmBlock {
  function words(name: string): string[] {
    const text = fields.get(name)
    if (text === undefined) throw new Corrupt(where, `a line ${name}=`, "none", "Save the model again; version 3 and 4 can be read.")
    return text.split(" ").filter((word) => word !== "")
  }
  function numbers(name: string, length?: number): Float64Array {
    const found = words(name)
    if (length !== undefined && found.length !== length) {
      throw new Corrupt(where, `${length} numbers in ${name}`, `${found.length}`, "The file is damaged: save the model again.")
    }
    return Float64Array.from(found, (word) => {
      const value = word === "inf" ? Number.POSITIVE_INFINITY : word === "-inf" ? Number.NEGATIVE_INFINITY : Number(word)
      if (Number.isNaN(value))
        throw new Corrupt(where, `numbers in ${name}`, JSON.stringify(word), "The file is damaged: save the model again.")
      return value
    })
  }
  return {
    where,
    fields,
    texts: words,
    numbers,
    count(name) {
      const [value] = numbers(name, 1)
      if (!(Number.isInteger(value) && value! >= 0))
        throw new Corrupt(where, `a whole number in ${name}`, `${value}`, "Save the model again.")
      return value!
    },
  }
}
