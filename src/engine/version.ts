import { existsSync, readFileSync } from "node:fs"

let known: string | undefined

/** The version in the package's own manifest. */
export function packageVersion(): string {
  known ??= readVersion()
  return known
}

/** From `src/engine` the manifest is two folders up, from `dist/src/engine` three. */
function readVersion(): string {
  const found = ["../../package.json", "../../../package.json"].map((up) => new URL(up, import.meta.url)).find((path) => existsSync(path))
  return found === undefined ? "0.0.0" : (JSON.parse(readFileSync(found, "utf8")) as { version: string }).version
}
