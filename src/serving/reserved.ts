import { NotFound, RESERVED_SYSTEM_NAMES } from "../core/index.ts"

/** Names a system cannot have are path segments of other routes: `POST /v1/admin/rank` is a path that does not exist, not an unknown system. */
export function refuseReserved(system: string, url: string): void {
  if (RESERVED_SYSTEM_NAMES.includes(system)) throw unknownRoute(url)
}

/** The refusal of a path that no route has. */
export function unknownRoute(url: string): NotFound {
  const path = url.replace(/[?#].*$/s, "")
  return new NotFound("path", "a route of this API", JSON.stringify(path.slice(0, 120)), "GET /docs lists them.")
}
