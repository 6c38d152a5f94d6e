/** Where {@link fingerprint} leaves its answer: `low` and `high` 32 bits, never both 0. Reused, so that hashing allocates nothing. */
export const hashed = { low: 0, high: 0 }

/**
 * A 64-bit fingerprint of a string, left in {@link hashed}: two cross-fed lanes of MurmurHash3 over UTF-16 code units.
 *
 * Two different strings agree with probability 2^-64, so a new id among `n` known ones is taken for a duplicate with probability
 * `n / 2^64`: 2.7e-12 with 50 million ids. It is no defence against somebody who looks for collisions on purpose.
 */
export function fingerprint(text: string): void {
  let a = 0x239b961b
  let b = 0xab0e9789 | 0
  const length = text.length
  for (let i = 0; i < length; i += 2) {
    const k = text.charCodeAt(i) | (i + 1 < length ? text.charCodeAt(i + 1) << 16 : 0)
    let k1 = Math.imul(k, 0x239b961b)
    k1 = Math.imul((k1 << 15) | (k1 >>> 17), 0xab0e9789)
    a ^= k1
    a = (Math.imul(((a << 19) | (a >>> 13)) + b, 5) + 0x561ccd1b) | 0
    let k2 = Math.imul(k, 0x38b34ae5)
    k2 = Math.imul((k2 << 17) | (k2 >>> 15), 0xa1e38b93)
    b ^= k2
    b = (Math.imul(((b << 17) | (b >>> 15)) + a, 5) + 0x0bcaa747) | 0
  }
  a = (a ^ length) + (b ^ length)
  b = (b ^ length) + a
  a = mix(a)
  b = mix(b)
  a = (a + b) | 0
  b = (b + a) | 0
  hashed.low = a >>> 0
  hashed.high = a === 0 && b === 0 ? 1 : b >>> 0
}

function mix(value: number): number {
  let h = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
