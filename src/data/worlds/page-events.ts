import type { Event } from "../../core/index.ts"
import { FILMS } from "./film.ts"
import type { Reaction } from "./viewing.ts"

/** A page somebody is shown, as {@link FilmWorld.answer} takes it. */
export interface ShownPage {
  readonly request: string
  /** Epoch milliseconds at which it is shown. */
  readonly at: number
  readonly placement?: string
  readonly session?: string
  /** What the viewer watched before: opened again only rarely. */
  readonly watched?: (film: string) => boolean
}

/** The event of a page that was seen, all its places. */
export function impressionEvent(
  list: readonly string[],
  user: string,
  page: ShownPage & { readonly system: string; readonly uniform?: boolean },
): Event {
  return {
    id: `${page.request}-seen`,
    timestamp: page.at,
    event: "impression",
    system: page.system,
    user,
    ...(page.session === undefined ? {} : { session: page.session }),
    items: list.map((id) => ({ id, collection: FILMS })),
    request: page.request,
    placement: page.placement ?? "home",
    ...(page.uniform === true ? { context: { order: "uniform" } } : {}),
  }
}

/** The event of one reaction to a page, the `at`-th; a film found elsewhere has no request. */
export function reactionEvent(
  reaction: Reaction,
  film: string,
  user: string,
  page: { readonly request: string; readonly at: number; readonly session?: string; readonly found?: boolean },
  at: number,
): Event {
  return {
    id: `${page.request}-${at}`,
    timestamp: page.at + reaction.afterMs,
    event: "interaction",
    user,
    ...(page.session === undefined ? {} : { session: page.session }),
    item: film,
    collection: FILMS,
    type: reaction.type,
    ...(reaction.value === undefined ? {} : { value: reaction.value }),
    ...(page.found === true ? {} : { request: page.request }),
  }
}
