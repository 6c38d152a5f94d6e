import { InvalidArgument, type Random, random } from "../../core/index.ts"
import type { TrainPart } from "../splits/parts.ts"

/** Makes new examples of one: another picture of the same thing, a reworded text, sides swapped. */
export interface Expansion<Example> {
  readonly name: string
  /** As many examples as it can make, each with the label of the one given; none where it does not apply. */
  make(example: Example, draw: Random): readonly Example[]
}

/** Examples and what was made of them. */
export interface Expanded<Example> {
  /** The given ones first, in order, then those made. */
  readonly examples: readonly Example[]
  /** Place of the given example each comes from; its own for a given one. Keep both on one side of any later split. */
  readonly source: Uint32Array
  /** Name of the expansion, `undefined` for a given one. */
  readonly by: readonly (string | undefined)[]
}

/**
 * Adds examples made of those that are there. It takes the train part alone, by its type: what is measured must be as it comes.
 *
 * @param perExample - most that are made of one example; all without
 * @throws {@link InvalidArgument} on two expansions of one name
 */
export function expandTrain<Example>(
  train: TrainPart<readonly Example[]>,
  expansions: readonly Expansion<Example>[],
  { seed, perExample = Number.POSITIVE_INFINITY }: { readonly seed: number; readonly perExample?: number },
): Expanded<Example> & { readonly train: TrainPart<readonly Example[]> } {
  const names = new Set(expansions.map(({ name }) => name))
  if (names.size < expansions.length) {
    throw new InvalidArgument("expandTrain", "a name for each expansion", expansions.map(({ name }) => name).join(", "), "Rename one.")
  }
  const examples = [...train.data]
  const source = examples.map((_, place) => place)
  const by: (string | undefined)[] = examples.map(() => undefined)
  const draw = random(seed).split("expandTrain")
  for (const [place, example] of train.data.entries()) {
    const made = expansions.flatMap(({ name, make }) => make(example, draw.split(`${name} ${place}`)).map((other) => ({ name, other })))
    const kept = made.length <= perExample ? made : draw.split(place).shuffle(made).slice(0, perExample)
    for (const { name, other } of kept) {
      examples.push(other)
      source.push(place)
      by.push(name)
    }
  }
  const rows = Uint32Array.from(source, (place) => train.rows[place]!)
  return { examples, source: Uint32Array.from(source), by, train: { part: "train", rows, data: examples } }
}
