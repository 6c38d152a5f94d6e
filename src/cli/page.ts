import { readFileSync } from "node:fs"
import type { PageFile } from "../serving/index.ts"

/** The plain page at `/`, read once; `undefined` for any other path, or when the package was built without it. */
export function page(path: string): PageFile | undefined {
  if (path !== "/") return undefined
  html ??= readPage()
  return html === undefined ? undefined : { type: "text/html; charset=utf-8", body: html }
}

let html: string | undefined

function readPage(): string | undefined {
  try {
    return readFileSync(new URL("../studio/page.html", import.meta.url), "utf8")
  } catch {
    return undefined
  }
}
