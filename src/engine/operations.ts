import { unknownName } from "../core/index.ts"
import type { ListsAnswer } from "../definition/index.ts"
import type { LiveReleases } from "./live-releases.ts"
import type { Rank, Ranked, RankLists } from "./rank.ts"
import type { AnswerRecorder } from "./record.ts"
import type { Tenant } from "./tenant.ts"

/** Runs an operation that a system declares. @throws {@link NotFound} listing the operations there are */
export type Operate = (
  system: string,
  operation: string,
  body: unknown,
  signal?: AbortSignal,
  onKept?: (ranked: Ranked) => void,
) => Promise<unknown>

/** Operations rank through the one path and are kept by the one recorder, as `rank` is. */
export function operationCaller(parts: {
  readonly tenant: Tenant
  readonly live: Pick<LiveReleases, "get">
  readonly rank: Rank
  readonly rankLists: RankLists
  readonly recorder: AnswerRecorder
}): Operate {
  const { tenant, live, rank, rankLists, recorder } = parts
  return async (system, name, body, signal = new AbortController().signal, onKept) => {
    const definition = tenant.systems.get(system)
    if (definition === undefined) throw unknownName("system", "system", system, tenant.systems.keys())
    const { operations = {} } = definition
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined
    if (operation === undefined) throw unknownName(`system ${system}`, "operation", name, ["rank", ...Object.keys(operations)])
    const kept = async (ranked: Ranked) => {
      const { answer } = await recorder.keep(ranked)
      onKept?.(ranked)
      return answer
    }
    return operation.run(body, {
      signal,
      release: (id) => live.get(system, id),
      rank: async (request) => kept(await rank(system, request, signal)),
      async rankLists(asked, prepare): Promise<ListsAnswer> {
        const { lists, ...shared } = await rankLists(system, asked, prepare, signal)
        const answers = []
        for (const { name, ranked } of lists) answers.push({ name, answer: await kept(ranked) })
        return { ...shared, lists: answers }
      },
    })
  }
}
