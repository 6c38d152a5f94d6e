/** How large one event may be. Text is counted in UTF-16 code units, which is what `length` says. */
export const EVENT_LIMITS = {
  /** Ids, and short names such as a type, a system or a placement. */
  idLength: 256,
  /** Search queries. */
  queryLength: 4096,
  /** One text field. */
  textLength: 65_536,
  /** Entries of one list, be it categories or a vector. */
  listLength: 16_384,
  /** Items of one impression. */
  impressionItems: 1000,
  /** Fields of one item, user or context. */
  fields: 1024,
  /** Text and numbers (8 each) of one whole event. */
  eventSize: 1_048_576,
  /** How far ahead of the clock a timestamp may be. */
  futureMs: 86_400_000,
  /** Before this a timestamp is taken for epoch seconds: 1973-03-03. */
  earliestMs: 100_000_000_000,
} as const
