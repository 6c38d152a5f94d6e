import { InvalidArgument } from "../../core/index.ts"
import { CHUNK } from "./chunks.ts"
import { packingScale } from "./packing.ts"
import { type SplitRules, writeRules } from "./split-rules.ts"
import type { Workspace } from "./workspace.ts"

/** Turns one output's gradients and hessians into the pairs that histograms sum. */
export interface PairMaker {
  /**
   * @param factors - what each row counts beside its weight; shape `[n]`
   * @param seed - decides how the packed numbers are rounded
   * @returns the sum of hessians, weights included
   * @throws {@link InvalidArgument} when a gradient or hessian is not finite
   */
  make(output: number, factors: Float32Array | undefined, seed: number): number
}

/** Weighs, scales and packs the gradients in a workspace; writes the kernel's rules with the units of the scale. */
export function pairMaker(space: Workspace, rules: SplitRules): PairMaker {
  const { job, sizes, stride } = space
  const { arena, crew } = job
  const [gradientsAt, hessiansAt, pairs, sumsAt] = ["gradients", "hessians", "pairs", "sums"].map((name) => arena.address(name)) as [
    number,
    number,
    number,
    number,
  ]
  const weights = sizes.isWeighted ? arena.address("weights") : 0
  const chunks = Array.from(
    { length: Math.ceil(sizes.rows / CHUNK) },
    (_, i) => [i * CHUNK, Math.min(sizes.rows, (i + 1) * CHUNK)] as const,
  )
  const sums = arena.view("sums", "f64")
  const [allGradients, allHessians] = [arena.view("gradients", "f32"), arena.view("hessians", "f32")]

  function multiply(factors: Float32Array, output: number): void {
    const [gradients, hessians] = [allGradients, allHessians].map((all) => all.subarray(output * stride)) as [Float32Array, Float32Array]
    for (let i = 0; i < sizes.rows; i++) {
      gradients[i]! *= factors[i]!
      hessians[i]! *= factors[i]!
    }
  }

  return {
    make(output, factors, seed) {
      const [gradients, hessians] = [gradientsAt + output * stride * 4, hessiansAt + output * stride * 4]
      const each = (call: (from: number, to: number, chunk: number) => number[]) => chunks.map(([from, to], chunk) => call(from, to, chunk))
      if (weights !== 0) {
        crew.run(
          "weigh",
          each((from, to) => [gradients, hessians, weights, from, to]),
        )
      }
      if (factors !== undefined) multiply(factors, output)
      crew.run(
        "sumSizes",
        each((from, to, chunk) => [gradients, hessians, from, to, sumsAt + chunk * 16]),
      )
      const total = (half: 0 | 1) => chunks.reduce((sum, _, chunk) => sum + sums[2 * chunk + half]!, 0)
      const [gradientSum, hessianSum] = [total(0), total(1)]
      if (!Number.isFinite(gradientSum + hessianSum)) {
        throw new InvalidArgument(
          "trees",
          "finite gradients and hessians",
          "others",
          "Lower the learning rate, or bound labels and weights.",
        )
      }
      if (sizes.isExact) {
        writeRules(arena.view("rules", "f64"), rules, 1, 1)
        crew.run(
          "joinPairs",
          each((from, to) => [gradients, hessians, from, to, pairs]),
        )
        return hessianSum
      }
      const scale = packingScale(sizes.rows, gradientSum, hessianSum)
      writeRules(arena.view("rules", "f64"), rules, unit(scale.gradient), unit(scale.hessian))
      crew.run(
        "packPairs",
        each((from, to) => [gradients, hessians, from, to, scale.gradient, scale.hessian, seed, pairs]),
      )
      return hessianSum
    },
  }
}

function unit(scale: number): number {
  return scale > 0 ? 1 / scale : 0
}
