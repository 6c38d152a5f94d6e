import { readFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { random, type SparseMatrix, sparseMatrix, sparseRow } from "../src/core/index.ts"

/** People's items in two parts: what models learn from, and what they are asked for. */
export interface ImplicitData {
  readonly name: string
  readonly train: SparseMatrix
  readonly test: SparseMatrix
  /** Categories of each item, 32 at most, where the set has any. */
  readonly categories: readonly (readonly string[])[]
  /** Longest history of somebody new, and of a light user. */
  readonly segments: readonly [newTo: number, lightTo: number]
  /** What run files call users and items, by place. */
  readonly names: { readonly users: readonly string[]; readonly items: readonly string[] }
}

/** `rec-ml-1m-implicit`: one line a user, with its items, in a train and a test file. */
export function movieLens1m(folder: string): ImplicitData {
  const text = (name: string) => gunzipSync(readFileSync(join(folder, name))).toString()
  const part = (name: string) => {
    const [users, items]: [number[], number[]] = [[], []]
    for (const line of text(name).split("\n")) {
      const [user, ...own] = line.trim().split(/\s+/).map(Number)
      for (const item of own) {
        users.push(user!)
        items.push(item)
      }
    }
    return { users, items }
  }
  const [train, test] = [part("train.txt.gz"), part("test.txt.gz")]
  const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), 0) + 1
  const shape = { rows: Math.max(most(train.users), most(test.users)), cols: Math.max(most(train.items), most(test.items)) }
  const categories: string[][] = Array.from({ length: shape.cols }, () => [])
  for (const line of text("items.tsv.gz").split("\n").slice(1)) {
    const [item, , , genres] = line.split("\t")
    if (genres !== undefined) categories[Number(item)] = genres.trim().split("|")
  }
  return {
    name: "MovieLens 1M, implicit",
    train: sparseMatrix(shape, train.users, train.items),
    test: sparseMatrix(shape, test.users, test.items),
    categories,
    segments: [30, 125],
    names: { users: numbersTo(shape.rows), items: numbersTo(shape.cols) },
  }
}

/** `rec-amazon-instruments`: every review is a purchase; each person's last one is asked for, the others are learnt from. */
export function instruments(folder: string): ImplicitData {
  const lines = gunzipSync(readFileSync(join(folder, "reviews.tsv.gz")))
    .toString()
    .trim()
    .split("\n")
  const header = lines[0]!.split("\t")
  const column = (name: string) => header.findIndex((title) => title.toLowerCase() === name)
  const [user, item, time] = [column("user"), column("item"), column("unix_time")]
  const rows = lines.slice(1).map((line) => line.split("\t"))
  const numbered = (at: number) => new Map([...new Set(rows.map((row) => row[at]!))].sort().map((name, place) => [name, place]))
  const [users, items] = [numbered(user), numbered(item)]
  const last = new Map<string, number>()
  rows.forEach((row, at) => {
    const known = last.get(row[user]!)
    if (known === undefined || Number(row[time]) >= Number(rows[known]![time])) last.set(row[user]!, at)
  })
  const held = new Set(last.values())
  const shape = { rows: users.size, cols: items.size }
  const of = (keep: (at: number) => boolean) => {
    const kept = rows.filter((_, at) => keep(at))
    return sparseMatrix(
      shape,
      kept.map((row) => users.get(row[user]!)!),
      kept.map((row) => items.get(row[item]!)!),
    )
  }
  return {
    name: "Amazon instruments, last purchase",
    train: of((at) => !held.has(at)),
    test: of((at) => held.has(at)),
    categories: [],
    segments: [4, 7],
    names: { users: [...users.keys()], items: [...items.keys()] },
  }
}

const numbersTo = (count: number) => Array.from({ length: count }, (_, at) => String(at))

/** An inner split of a training part: a seeded share of each person's items is held out. */
export function innerSplit({ train, ...data }: ImplicitData, share: number, seed: number): ImplicitData {
  const chance = random(seed)
  const [kept, held]: [number[][], number[][]] = [
    [[], []],
    [[], []],
  ]
  for (let user = 0; user < train.rows; user++) {
    const own = [...sparseRow(train, user)]
    chance.shuffle(own)
    const out = own.length < 2 ? 0 : Math.max(1, Math.round(own.length * share))
    own.forEach((item, at) => {
      const part = at < out ? held : kept
      part[0]!.push(user)
      part[1]!.push(item)
    })
  }
  const shape = { rows: train.rows, cols: train.cols }
  return { ...data, train: sparseMatrix(shape, kept[0]!, kept[1]!), test: sparseMatrix(shape, held[0]!, held[1]!) }
}
