import type { StateFamily } from "../family.ts"

/** The table behind {@link sessionOwner}. */
export const SESSION_OWNERS = "sessions.owner"

/** Which user a session was last seen with, so that forgetting a person finds the rows of their sessions. */
export const sessionOwner: StateFamily = {
  name: SESSION_OWNERS,
  version: 1,
  config: {},
  state: [{ kind: "latest", name: SESSION_OWNERS, key: "session", width: 1 }],
  observe(event, tables) {
    if (event.session < 0 || event.user < 0) return
    const table = tables.fixed(SESSION_OWNERS)
    const page = table.touch(event.session)
    page[table.offset(event.session)] = event.time
    page[table.offset(event.session) + 1] = event.user
  },
}
