/**
 * Lets events that wait be heard, such as a signal or a message; long work calls it between its blocks.
 *
 * Uses `setImmediate` where there is one: a timer would wait at least a millisecond each time.
 */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve)
    else setTimeout(resolve, 0)
  })
}
