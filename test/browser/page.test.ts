import { existsSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Browser, chromium, type Page } from "playwright-core"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { RealServer } from "../serving/real-server.ts"
import { demoServer } from "./demo-server.ts"

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path))
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
const seen = test.skipIf(CHROMIUM === undefined)
const why = CHROMIUM === undefined ? " (needs Chromium)" : ""

let server: RealServer
let browser: Browser
beforeAll(async () => {
  if (CHROMIUM === undefined) return
  server = await demoServer()
  browser = await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, "--disable-component-update", "--disable-sync"] })
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

/** Opens the page in a window of its own and gathers whatever goes wrong in it. */
async function opened(width: number, height: number, colorScheme: "light" | "dark") {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme })
  const page = await context.newPage()
  const troubles: string[] = []
  page.on("console", (message) => message.type() === "error" && troubles.push(message.text()))
  page.on("pageerror", (error) => troubles.push(error.message))
  page.on("requestfailed", (request) => troubles.push(`${request.url()} failed`))
  await page.goto(server.address)
  await page.locator(".film").first().waitFor()
  return { page, troubles, close: () => context.close() }
}
const titles = (page: Page) => page.locator(".film h3").allTextContents()
const reranked = (page: Page) => page.getByText("ranked again").waitFor()

seen(`rows with titles, facts and reasons, the funnel's table, and another viewer's own page${why}`, async () => {
  const { page, troubles, close } = await opened(1366, 900, "light")
  const headings = await page.locator("#rows section h2").allTextContents()
  expect(headings.length).toBeGreaterThanOrEqual(5)
  expect(headings[0]).toMatch(/^Continue watching/)
  expect(headings[1]).toMatch(/^For you/)
  expect(headings.some((title) => title.startsWith("Because you watched "))).toBe(true)
  expect(new Set(await titles(page)).size).toBeGreaterThan(0.95 * (await page.locator(".film").count())) // two films may share a title
  expect((await page.locator(".film .why").allTextContents()).every((reason) => reason.length >= 3)).toBe(true)
  expect(await page.locator("#simulated").isVisible()).toBe(true)
  const steps = await page.locator("#funnel tbody tr td:first-child").allTextContents()
  expect(steps).toEqual(expect.arrayContaining(["plan", "ease", "popular", "rows", "merge", "filters", "scores"]))
  expect(await page.locator("#funnel").textContent()).toMatch(/[\d.]+ ms in all\. Nothing was cut\./)
  const first = await titles(page)
  const other = await page.locator("#user option").nth(7).getAttribute("value")
  await page.locator("#user").selectOption(other!)
  await page.getByRole("heading", { name: `For ${other}` }).waitFor()
  expect(await titles(page)).not.toEqual(first)
  expect(await page.locator("#history tr").count()).toBeGreaterThan(0)
  expect(troubles).toEqual([])
  await close()
})

seen(`hidden: gone from the next page; why: the features that made the score; more like it: another row${why}`, async () => {
  const { page, troubles, close } = await opened(1366, 900, "dark")
  await page.locator("#anyone").fill("somebody new")
  await page.locator("#anyone").press("Enter")
  await page.getByRole("heading", { name: "For somebody new" }).waitFor()
  expect(await page.locator("#history").textContent()).toContain("a new visitor")
  const [first, second] = await titles(page)
  await page.locator(".film").first().getByRole("button", { name: "hide" }).click()
  await reranked(page)
  await expect.poll(() => titles(page)).not.toContain(first)
  expect(await titles(page)).toContain(second)
  await page.locator(".film").first().getByRole("button", { name: "why" }).click()
  const dialog = page.locator("#why")
  await dialog.locator("h2").first().waitFor()
  expect(await dialog.textContent()).toMatch(/Proposed by [a-z, ]+\./)
  expect(await dialog.locator("tbody tr").count()).toBeGreaterThan(5)
  const added = await dialog.locator("td.wide").allTextContents()
  // Where no model orders, as for somebody without a history, the page says so instead.
  if (added.length === 0) expect(await dialog.textContent()).toContain("Ordered by what the retrievers say")
  else expect(added.every((text) => /^[+−]\d+\.\d{3}$/.test(text))).toBe(true)
  await page.screenshot({ path: join(tmpdir(), "trommel-page-why.png") })
  await page.keyboard.press("Escape")
  await page.locator(".film").nth(1).getByRole("button", { name: "more like it" }).click()
  await page.getByRole("heading", { name: /^The page of / }).waitFor()
  expect(await page.locator("#more section h2").first().textContent()).toMatch(/^More like this/)
  expect(await page.locator("#more .film").count()).toBeGreaterThan(8)
  await page.locator("#rows > section .film").nth(2).getByRole("button", { name: "why" }).click()
  await expect.poll(() => dialog.textContent()).toMatch(/Proposed by (?!the fallback)/)
  expect(troubles).toEqual([])
  await close()
})

seen.each([
  { width: 1366, height: 900, scheme: "light" as const },
  { width: 1366, height: 900, scheme: "dark" as const },
  { width: 390, height: 844, scheme: "light" as const },
  { width: 390, height: 844, scheme: "dark" as const },
])(`nothing is wider than a window of $width, $scheme${why}`, async ({ width, height, scheme }) => {
  const { page, troubles, close } = await opened(width, height, scheme)
  // Text, because these tests are compiled without the browser's own types.
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width)
  expect(await page.evaluate("Math.min(...[...document.querySelectorAll('.film')].map((film) => film.clientWidth))")).toBeGreaterThan(200)
  await page.screenshot({ path: join(tmpdir(), `trommel-page-${width}-${scheme}.png`) })
  expect(troubles).toEqual([])
  await close()
})
