import { describe, expect, test } from "vitest"
import { estimatorContract } from "../../test/contracts/estimator.ts"
import { random, sparseMatrix } from "../core/index.ts"
import { loadSpectral, spectral, spectralScores } from "./spectral.ts"

/** People of two tastes over 12 items: even items or odd ones, 4 of each person's 6. */
function twoTastes() {
  const chance = random(4)
  const users: number[] = []
  const items: number[] = []
  for (let user = 0; user < 40; user++) {
    for (const item of chance.shuffle([0, 1, 2, 3, 4, 5]).slice(0, 4)) {
      users.push(user)
      items.push(2 * item + (user % 2))
    }
  }
  return sparseMatrix({ rows: 40, cols: 13 }, users, items)
}

const scoresOf = async (history: number[], config = { factors: 2 }) => {
  const out = new Float32Array(13).fill(7)
  spectralScores(await spectral(config).fit(twoTastes(), { seed: 5 }), Uint32Array.from(history), out)
  return out
}

estimatorContract("spectral", {
  estimator: () => spectral({ factors: 3 }),
  data: twoTastes,
  load: loadSpectral,
  answers: (model) => {
    const out = new Float32Array(13)
    spectralScores(model, Uint32Array.of(0, 3), out)
    return out
  },
})

describe("spectral", () => {
  test("a history points to the items of its own taste, and nowhere to an item nobody took up", async () => {
    const scores = await scoresOf([0, 2])
    for (let item = 0; item < 12; item++) {
      if (item % 2 === 0) expect(scores[item]).toBeGreaterThan(0.1)
      else expect(Math.abs(scores[item]!)).toBeLessThan(0.02)
    }
    expect(scores[12]).toBe(0)
  })

  test("unknown items add nothing; no history scores 0", async () => {
    expect(await scoresOf([0, 99])).toEqual(await scoresOf([0]))
    expect(Array.from(await scoresOf([]))).toEqual(Array(13).fill(0))
  })

  test("the basis is orthonormal", async () => {
    const { basis, factors } = await spectral({ factors: 4 }).fit(twoTastes(), { seed: 5 })
    for (let a = 0; a < factors; a++) {
      for (let b = 0; b <= a; b++) {
        let sum = 0
        for (let item = 0; item < 13; item++) sum += basis[item * factors + a]! * basis[item * factors + b]!
        expect(sum).toBeCloseTo(a === b ? 1 : 0, 5)
      }
    }
  })

  test("more factors than the data has directions: those left over are 0", async () => {
    const { basis, factors } = await spectral({ factors: 50 }).fit(sparseMatrix({ rows: 2, cols: 3 }, [0, 1], [0, 1]), { seed: 5 })
    expect(factors).toBe(3)
    expect(Array.from(basis).every(Number.isFinite)).toBe(true)
    expect(Array.from(basis.subarray(6))).toEqual([0, 0, 0])
  })

  test.each([{ factors: 0 }, { factors: 1.5 }, { rounds: 0 }])("refuses %o", (config) => {
    expect(() => spectral(config)).toThrow(/spectral: expected/)
  })
})
