import { scoreHistory } from "../../src/core/index.ts"
import {
  bpr,
  type FactorModel,
  implicitAls,
  itemNeighbours,
  type PreparedEase,
  popularity,
  prepareEase,
  rp3Beta,
  spectral,
  spectralScores,
} from "../../src/models/index.ts"
import { damped } from "../../src/systems/recommendation/damped.ts"
import type { ImplicitData } from "../implicit-data.ts"
import { type Score, SEED } from "./judge.ts"

/** One kind of model: candidates of its hyper-parameters, and how to fit one. */
export interface Subject<Config = unknown> {
  readonly name: string
  readonly tries: readonly Config[]
  learn(data: ImplicitData, config: Config): Promise<Score>
}

/** The models that are compared, with what is tried of each. */
export function subjects(data: ImplicitData): readonly Subject[] {
  const perItem = data.train.indices.length / data.train.cols
  const grid = [0.003, 0.01, 0.03, 0.1].flatMap((l2) => [0.1, 0.2, 0.4].map((unobserved) => ({ l2, unobserved })))
  const ridges = [0.3, 1, 3, 10, 30].map((times) => Number((times * perItem).toPrecision(3)))
  return [
    subject({
      name: "popularity",
      tries: [0],
      async learn({ train }) {
        const { scores } = await popularity().fit({ items: train.indices, itemCount: train.cols }, { seed: SEED })
        return (_history, out) => out.set(scores)
      },
    }),
    subject({
      name: "item neighbours",
      tries: [0, 16, 64, 256].flatMap((shrinkage) => [0, 0.5].map((damping) => ({ shrinkage, damping }))),
      async learn({ train }, config: { readonly shrinkage: number; readonly damping: number }) {
        const { table } = await itemNeighbours({ neighbours: 100, ...config }).fit(train, { seed: SEED })
        return (history, out) => void scoreHistory(table, history, undefined, out.fill(0))
      },
    }),
    subject({
      name: "RP3beta",
      tries: [0.3, 0.6, 0.9].flatMap((beta) => [0.7, 1].map((alpha) => ({ alpha, beta }))),
      async learn({ train }, config: { readonly alpha: number; readonly beta: number }) {
        const { table } = await rp3Beta(config).fit(train, { seed: SEED })
        return (history, out) => void scoreHistory(table, history, undefined, out.fill(0))
      },
    }),
    subject({
      name: "BPR, 64",
      tries: [{ l2: 0.01 }, { l2: 0.02 }, { l2: 0.02, learningRate: 0.03 }].map((config) => ({ epochs: 30, ...config })),
      learn: async ({ train }, config: { readonly l2: number; readonly epochs: number; readonly learningRate?: number }) =>
        scored(await bpr(config).fit(train, { seed: SEED })),
    }),
    subject({
      name: "spectral, 64",
      tries: [0],
      async learn({ train }) {
        const model = await spectral().fit(train, { seed: SEED })
        return (history, out) => spectralScores(model, history, out)
      },
    }),
    als(
      "ALS plain, 64",
      64,
      [2, 4, 8, 16, 32].map((l2) => ({ l2, unobserved: 1 / 3 })),
      "plain",
    ),
    als("ALS frequency-scaled, 64", 64, grid),
    als("ALS frequency-scaled, 128", 128, [
      { l2: 0.01, unobserved: 0.2 },
      { l2: 0.01, unobserved: 0.1 },
      { l2: 0.02, unobserved: 0.2 },
    ]),
    ease(
      "EASE",
      ridges.map((l2) => ({ l2, damping: 0 })),
    ),
    ease(
      "EASE, damped",
      ridges.flatMap((l2) => [0.25, 0.5].map((damping) => ({ l2, damping }))),
    ),
  ]
}

const subject = <Config>(one: Subject<Config>): Subject => one as Subject<unknown>
const scored =
  (model: FactorModel): Score =>
  (history, out) =>
    model.scores(history, out)

function als(
  name: string,
  factors: number,
  tries: readonly { readonly l2: number; readonly unobserved: number }[],
  regularisation: "frequency" | "plain" = "frequency",
): Subject {
  return subject({
    name,
    tries,
    learn: async ({ train }, config: { readonly l2: number; readonly unobserved: number }) =>
      scored(await implicitAls({ factors, regularisation, threads: 2, ...config }).fit(train, { seed: SEED })),
  })
}

/** The closed form; damping counts people with long histories for less. */
function ease(name: string, tries: readonly { readonly l2: number; readonly damping: number }[]): Subject {
  return subject({
    name,
    tries,
    async learn({ train }, { l2, damping }: { readonly l2: number; readonly damping: number }) {
      const prepared: PreparedEase = await prepareEase(damped(train, damping))
      const { table } = await prepared.fit(Math.max(l2, prepared.leastL2), { seed: SEED })
      return (history, out) => void scoreHistory(table, history, undefined, out.fill(0))
    },
  })
}
