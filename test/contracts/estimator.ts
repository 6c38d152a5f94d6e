import { describe, expect, test } from "vitest"
import type { BundleReader, Estimator, Saveable } from "../../src/core/index.ts"
import { memoryBundle } from "./memory-bundle.ts"

/** One implementation of {@link Estimator} and what the suite needs to know of it. */
export interface EstimatorSubject<Data, Model extends Saveable> {
  readonly estimator: () => Estimator<Data, Model>
  /** The same small data set at every call, in fresh arrays. */
  readonly data: () => Data
  readonly load: (bundle: BundleReader) => Model
  /** Everything the model answers that a person could see: compared bit for bit. */
  readonly answers: (model: Model) => unknown
}

/** What every estimator keeps to, and every model it fits. */
export function estimatorContract<Data, Model extends Saveable>(name: string, subject: EstimatorSubject<Data, Model>): void {
  const { estimator, data, load, answers } = subject
  const saved = (model: Model) => {
    const bundle = memoryBundle()
    model.save(bundle.writer)
    return bundle
  }

  describe(`estimator contract: ${name}`, () => {
    test("fitting twice, and by another estimator of the same config, gives the same model and the same bytes", async () => {
      const first = estimator()
      const models = [
        await first.fit(data(), { seed: 5 }),
        await first.fit(data(), { seed: 5 }),
        await estimator().fit(data(), { seed: 5 }),
      ]
      for (const model of models.slice(1)) {
        expect(answers(model)).toEqual(answers(models[0]!))
        expect(saved(model).bytes()).toEqual(saved(models[0]!).bytes())
      }
      expect(saved(models[0]!).bytes().size).toBeGreaterThan(0)
    })

    test("fitting and answering leave the data and the config as they were", async () => {
      const given = data()
      const subjectUnderTest = estimator()
      const config = JSON.stringify(subjectUnderTest.config)
      answers(await subjectUnderTest.fit(given, { seed: 5 }))
      expect(given).toEqual(data())
      expect(JSON.stringify(subjectUnderTest.config)).toBe(config)
    })

    test("the config is JSON with a value for every key, and gives the same estimator again", () => {
      const { config } = estimator()
      expect(JSON.parse(JSON.stringify(config))).toEqual(config)
      for (const [key, value] of Object.entries(config)) expect(value, key).toBeDefined()
    })

    test("a loaded model answers the same, bit for bit, and saves the same bytes", async () => {
      const model = await estimator().fit(data(), { seed: 5 })
      const bundle = saved(model)
      const loaded = load(bundle.reader)
      expect(answers(loaded)).toEqual(answers(model))
      expect(saved(loaded).bytes()).toEqual(bundle.bytes())
    })

    test("saving twice and answering twice change nothing", async () => {
      const model = await estimator().fit(data(), { seed: 5 })
      const before = saved(model).bytes()
      const once = answers(model)
      expect(answers(model)).toEqual(once)
      expect(saved(model).bytes()).toEqual(before)
    })

    test("a signal that has fired stops it with Cancelled", async () => {
      const fit = estimator().fit(data(), { seed: 5, signal: AbortSignal.abort() })
      await expect(fit).rejects.toMatchObject({ code: "cancelled" })
    })

    test("progress never falls, stays in [0, 1] and ends at 1", async () => {
      const heard: number[] = []
      await estimator().fit(data(), { seed: 5, onProgress: (done) => heard.push(done) })
      expect(heard.at(-1)).toBe(1)
      expect(heard).toEqual(heard.toSorted((a, b) => a - b))
      for (const done of heard) expect(done).toBeGreaterThanOrEqual(0)
    })
  })
}
