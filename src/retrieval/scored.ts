/** What retrieval answers: dense ids with their scores, best first, equal scores by lower id. Both have shape `[found]`. */
export interface Scored {
  readonly ids: Uint32Array
  readonly scores: Float32Array
}
