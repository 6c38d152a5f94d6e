/** Rows of one call when a pass over all rows is shared out; fixed, so that sums have the same bytes on any number of threads. */
export const CHUNK = 65536
