import { expect, test } from "vitest"
import { field } from "../../src/core/index.ts"
import { recalled, rememberOptions } from "../../src/engine/remember.ts"
import { memoryStore } from "../../src/storage/index.ts"
import { recommendation } from "../../src/systems/index.ts"

const options = async (definition: ReturnType<typeof recommendation>, noted: ReturnType<typeof recommendation>) => {
  const store = memoryStore()
  await rememberOptions(store.values, noted)
  return (await recalled(store, definition, "train")).options
}

test("training takes the schema that an import noted, and what the definition itself says over what was noted", async () => {
  const noted = recommendation({ name: "shop", limit: 5, ranker: "logistic", schema: { item: { price: field.number() } } })
  expect(await options(recommendation({ name: "shop", ranker: "trees" }), noted)).toMatchObject({
    ranker: "trees",
    limit: 5,
    schema: { item: { price: { type: "number" } } },
  })
})
