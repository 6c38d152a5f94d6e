import { type Fields, InvalidArgument } from "../../core/index.ts"

/** What a labelling task shows to whoever does it. */
export interface TaskKind {
  /** Names of the fields that raters see. */
  readonly shows: readonly string[]
  /** What they are fields of; those marked `personal` are private. */
  readonly fields: Fields
  /** True when it needs training: medicine, law, rules of many pages, marking every pixel. */
  readonly isComplex: boolean
}

/** Who may do a task, and why not the others. */
export interface TaskRoute {
  readonly allowed: readonly ("crowd" | "specialist" | "in house")[]
  readonly reasons: readonly string[]
}

/** Who may be given a task: private fields never leave the house, complex work is not for a crowd. Fields not in the schema count as private. */
export function routeTask({ shows, fields, isComplex }: TaskKind): TaskRoute {
  const isPrivate = (name: string) => fields[name] === undefined || fields[name].personal !== undefined
  const secret = shows.filter(isPrivate)
  const reasons = [
    ...secret.map((name) => (fields[name] === undefined ? `${name} is in no schema, so it may be private` : `${name} is personal`)),
    ...(isComplex ? ["the task needs training"] : []),
  ]
  return {
    allowed: secret.length > 0 ? ["in house"] : isComplex ? ["specialist", "in house"] : ["crowd", "specialist", "in house"],
    reasons,
  }
}

/** Stops a task from going where it must not. @throws {@link InvalidArgument} with the reasons */
export function checkRoute(task: TaskKind, to: TaskRoute["allowed"][number]): void {
  const { allowed, reasons } = routeTask(task)
  if (allowed.includes(to)) return
  throw new InvalidArgument(
    "labelling route",
    allowed.join(" or "),
    `${to}: ${reasons.join("; ")}`,
    "Leave private fields out, or send it there.",
  )
}
