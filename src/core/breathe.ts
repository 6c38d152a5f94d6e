import { throwIfCancelled } from "./errors.ts"

/** Lets waiting events run, then stops if the signal has fired; call it between the blocks of long work. @throws {@link Cancelled} */
export async function breathe(signal: AbortSignal | undefined, where: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0))
  throwIfCancelled(signal, where)
}

/** Leaves the thread to requests for a while: between slices of work that has time, so that what waits does not wait for all of it. */
export function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
