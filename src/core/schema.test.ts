import { expect, expectTypeOf, test } from "vitest"
import { type FieldValues, field } from "./schema.ts"

const film = {
  title: field.text({ required: true }),
  genres: field.categories(),
  year: field.number({ required: true, range: [1888, 2100] }),
  released: field.time(),
  isColour: field.boolean(),
  poster: field.image(),
  taste: field.vector(16, { required: true }),
  studio: field.reference("studios", { personal: "drop" }),
}

test("values infer from the schema: required ones present, others optional or null", () => {
  expectTypeOf<FieldValues<typeof film>>().toEqualTypeOf<
    { title: string; year: number; taste: number[] } & {
      genres?: string[] | null
      released?: number | string | null
      isColour?: boolean | null
      poster?: string | null
      studio?: string | null
    }
  >()
  const value: FieldValues<typeof film> = { title: "Alien", year: 1979, taste: [1], genres: null }
  // @ts-expect-error a required field is missing
  const missing: FieldValues<typeof film> = { title: "Alien", taste: [1] }
  // @ts-expect-error a category list is not a string
  const wrong: FieldValues<typeof film> = { title: "Alien", year: 1979, taste: [1], genres: "horror" }
  expect([value, missing, wrong]).toHaveLength(3)
})

test("constructors are plain data", () => {
  expect(film.year).toEqual({ type: "number", required: true, range: [1888, 2100] })
  expect(film.taste).toEqual({ type: "vector", dimension: 16, required: true })
  expect(film.studio).toEqual({ type: "reference", collection: "studios", personal: "drop" })
})
