import { expect, test } from "vitest"
import { ran } from "../../test/fakes/cli-context.ts"

test.each(["serve", "demo"])("%s prints the address, answers, and stops with the signal", async (name) => {
  const stop = new AbortController()
  let told: (address: string) => void = () => {}
  const address = new Promise<string>((resolve) => {
    told = resolve
  })
  let printed = ""
  const stdout = {
    write(text: string) {
      printed += text
      told(text.trim())
    },
  }
  const done = ran([name, "--port", "0"], { signal: stop.signal, stdout })
  const health = await fetch(`${await address}/health`)
  expect(await health.json()).toMatchObject({ status: "ok", version: "1.2.3" })
  expect((await fetch(`${await address}/`)).status).toBe(200)
  stop.abort()
  const { code, closed } = await done
  expect([code, closed, printed]).toEqual([0, 1, `${await address}\n`])
})

test("a wider host without keys is refused before the store is opened", async () => {
  let opened = false
  const open = async () => {
    opened = true
    throw new Error("opened")
  }
  const { code, stderr } = await ran(["serve", "--host", "0.0.0.0"], { open })
  expect([code, opened]).toEqual([7, false])
  expect(stderr).toContain("TROMMEL_API_KEYS")
})

test("PORT is heard when there is no flag", async () => {
  expect((await ran(["serve"], { env: { PORT: "eighty" } })).stderr).toContain(
    'PORT: expected a whole number from 0 to 65535, came "eighty"',
  )
})
