import { murmur3 } from "../../core/index.ts"
import { fillColumn } from "../columns.ts"
import type { FeatureFactory } from "../family.ts"

/** Where visitors come from; the place in this list is the code. */
export const REFERER_MEDIA = ["direct", "internal", "search", "social", "email", "other"] as const

/** Names that stand before the ending of a host, at any depth: `www.google.co.uk` has `google`. */
const HOSTS: Readonly<Record<"search" | "social" | "email", ReadonlySet<string>>> = {
  search: new Set("google bing duckduckgo yahoo yandex baidu ecosia qwant startpage brave naver seznam ask aol sogou".split(" ")),
  social: new Set(
    "facebook instagram twitter t x reddit linkedin lnkd pinterest tiktok youtube youtu vk weibo tumblr quora threads mastodon snapchat whatsapp telegram bsky discord".split(
      " ",
    ),
  ),
  email: new Set(["mail", "webmail", "outlook", "gmail", "protonmail", "mailchimp"]),
}

/** Codes of hosts: 20 bits, exact in f32. */
const HOST_CODES = 2 ** 20

/**
 * Where a visitor came from, by the address of the page before: `<field>.medium`, a code of {@link REFERER_MEDIA}, and `<field>.host`, a hash
 * of the host. An empty address is `direct`; NaN when the request does not say, or says what is no address.
 *
 * @param options.own - hosts of the product itself; their pages, and those of hosts below them, are `internal`
 */
export function referer(field = "referer", { own = [] }: { readonly own?: readonly string[] } = {}): FeatureFactory {
  const columns = [`context.${field}.medium`, `context.${field}.host`]
  return () => ({
    name: `referer ${field}`,
    version: 1,
    config: { field, own: [...own].sort() },
    columns,
    actors: ["context"],
    personal: true,
    codes: columns,
    states: [],
    read(_tables, request, candidates, out, firstColumn) {
      const value = request.context[field]
      const host = typeof value === "string" ? hostOf(value) : undefined
      fillColumn(out, candidates.size, firstColumn, host === undefined ? Number.NaN : REFERER_MEDIA.indexOf(refererMedium(host, own)))
      fillColumn(out, candidates.size, firstColumn + 1, host === undefined || host === "" ? Number.NaN : murmur3(host) % HOST_CODES)
    },
  })
}

/** What kind of place a host is; the empty host is `direct`. */
export function refererMedium(host: string, own: readonly string[] = []): (typeof REFERER_MEDIA)[number] {
  if (host === "") return "direct"
  if (own.some((name) => host === name || host.endsWith(`.${name}`))) return "internal"
  const labels = host.split(".").slice(0, -1)
  for (const medium of ["email", "search", "social"] as const) if (labels.some((label) => HOSTS[medium].has(label))) return medium
  return "other"
}

/** The host of an address in lower case without `www.`; empty for an empty address, undefined for what is none. */
function hostOf(address: string): string | undefined {
  if (address.trim() === "") return ""
  const host = /^(?:[a-z][a-z0-9+.-]*:)?\/\/(?:[^/@?#]*@)?([^/:?#]+)/i.exec(address.trim())?.[1]
  return host?.toLowerCase().replace(/^www\./, "")
}
