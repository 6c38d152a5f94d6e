import { createRequire } from "node:module"
import { Unavailable } from "../../core/index.ts"
import { fillColumn } from "../columns.ts"
import type { FeatureFactory } from "../family.ts"

/** Kinds of device, systems and browsers; the place in its list is the code, the last one is everything else. */
export const DEVICE_KINDS = ["desktop", "mobile", "tablet", "tv", "bot", "other"] as const
export const SYSTEMS = ["Windows", "macOS", "iOS", "Android", "Linux", "Chrome OS", "Tizen", "WebOS", "other"] as const
export const BROWSERS = [
  "Chrome",
  "Safari",
  "Firefox",
  "Microsoft Edge",
  "Opera",
  "Samsung Internet for Android",
  "Internet Explorer",
  "UC Browser",
  "Yandex Browser",
  "Android Browser",
  "Chromium",
  "Vivaldi",
  "Electron",
  "other",
] as const

/** What a user agent says of itself. */
export interface UserAgent {
  readonly device: (typeof DEVICE_KINDS)[number]
  readonly system: (typeof SYSTEMS)[number]
  readonly browser: (typeof BROWSERS)[number]
  /** Major version of the browser, NaN when it does not say. */
  readonly version: number
}

/**
 * Device, system and browser behind the request's user agent: codes `context.<field>.device`, `.system` and `.browser`, and the browser's major
 * `.version`; NaN when the request has none. Read by `bowser`; strings are remembered, since a product sees few different ones.
 *
 * @throws {@link Unavailable} at the first read when the library is not installed
 */
export function userAgent(field = "userAgent"): FeatureFactory {
  const name = `context.${field}`
  const codes = [`${name}.device`, `${name}.system`, `${name}.browser`]
  return () => {
    let recent = new Map<string, UserAgent>()
    const parsed = (text: string): UserAgent => {
      const known = recent.get(text)
      if (known !== undefined) return known
      if (recent.size >= 10_000) recent = new Map()
      const found = parseUserAgent(text)
      recent.set(text, found)
      return found
    }
    return {
      name: `user agent ${field}`,
      version: 1,
      config: { field, parser: PARSER },
      columns: [...codes, `${name}.version`],
      actors: ["context"],
      personal: true,
      codes,
      states: [],
      read(_tables, request, candidates, out, firstColumn) {
        const value = request.context[field]
        const found = typeof value === "string" && value !== "" ? parsed(value) : undefined
        fillColumn(out, candidates.size, firstColumn, found === undefined ? Number.NaN : DEVICE_KINDS.indexOf(found.device))
        fillColumn(out, candidates.size, firstColumn + 1, found === undefined ? Number.NaN : SYSTEMS.indexOf(found.system))
        fillColumn(out, candidates.size, firstColumn + 2, found === undefined ? Number.NaN : BROWSERS.indexOf(found.browser))
        fillColumn(out, candidates.size, firstColumn + 3, found?.version ?? Number.NaN)
      },
    }
  }
}

/** The parser and its version: another one may read other values, so it is part of the schema hash. */
const PARSER = "bowser 2.15.0"

/** Reads a user agent; what is not recognised is `other`, never an error. */
export function parseUserAgent(text: string): UserAgent {
  const { browser, os, platform } = bowser().parse(text)
  const kind = platform.type ?? ""
  return {
    device: /bot|crawl|spider|slurp/i.test(text) ? "bot" : oneOf(DEVICE_KINDS, kind),
    system: oneOf(SYSTEMS, os.name ?? ""),
    browser: oneOf(BROWSERS, browser.name ?? ""),
    version: Number.parseInt(browser.version ?? "", 10),
  }
}

function oneOf<Name extends string>(names: readonly Name[], found: string): Name {
  return names.find((name) => name === found) ?? names.at(-1)!
}

interface Bowser {
  parse(text: string): {
    readonly browser: { readonly name?: string; readonly version?: string }
    readonly os: { readonly name?: string }
    readonly platform: { readonly type?: string }
  }
}

let loaded: Bowser | undefined

function bowser(): Bowser {
  if (loaded !== undefined) return loaded
  try {
    loaded = createRequire(import.meta.url)("bowser") as Bowser
    return loaded
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "an error while loading"
    throw new Unavailable("user agent", "the package bowser", reason, "Run: npm install bowser@2.15.0")
  }
}
