/**
 * Seeded random numbers that can be split: `split(name)` gives an independent stream that depends on the seed and the name alone,
 * so that adding a consumer never changes the numbers of another.
 */
export interface Random {
  /** Uniform in `[0, 1)`, 53 bits. */
  next(): number
  /** A whole number in `[0, bound)`, without modulo bias; `bound` in `[1, 2^32]`. */
  integer(bound: number): number
  /** Standard normal. */
  normal(): number
  /** Shuffles in place, Fisher-Yates. */
  shuffle<T extends { length: number; [index: number]: unknown }>(values: T): T
  split(name: string | number): Random
}

/**
 * The generator every part uses: xoshiro128**, seeded through splitmix32.
 *
 * @param seed - any number; its 32-bit integer part counts
 * @see Blackman & Vigna 2021, doi:10.1145/3460772
 */
export function random(seed: number): Random {
  let state = seed | 0
  const splitmix = () => {
    state = (state + 0x9e3779b9) | 0
    let z = state ^ (state >>> 16)
    z = Math.imul(z, 0x21f0aaad)
    z ^= z >>> 15
    z = Math.imul(z, 0x735a2d97)
    return (z ^ (z >>> 15)) >>> 0
  }
  return xoshiro(splitmix(), splitmix(), splitmix(), splitmix(), seed | 0)
}

function xoshiro(s0: number, s1: number, s2: number, s3: number, seed: number): Random {
  let a = s0
  let b = s1
  let c = s2
  let d = s3
  let spare = Number.NaN
  const uint32 = () => {
    const scrambled = Math.imul(b, 5)
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = (d << 11) | (d >>> 21)
    return result
  }
  const next = () => ((uint32() >>> 5) * 67108864 + (uint32() >>> 6)) / 9007199254740992
  const integer = (bound: number) => {
    const limit = 4294967296 - (4294967296 % bound)
    let draw = uint32()
    while (draw >= limit) draw = uint32()
    return draw % bound
  }
  return {
    next,
    integer,
    normal() {
      if (!Number.isNaN(spare)) {
        const value = spare
        spare = Number.NaN
        return value
      }
      const radius = Math.sqrt(-2 * Math.log(1 - next()))
      const angle = 2 * Math.PI * next()
      spare = radius * Math.sin(angle)
      return radius * Math.cos(angle)
    },
    shuffle(values) {
      for (let i = values.length - 1; i > 0; i--) {
        const j = integer(i + 1)
        const swapped = values[i]
        values[i] = values[j]
        values[j] = swapped
      }
      return values
    },
    split: (name) => random(mix(seed, String(name))),
  }
}

/** FNV-1a of the name from a start that the whole seed is mixed into: or else seed 1, name 0 would meet seed 0, name 1. */
function mix(seed: number, name: string): number {
  let h = finish(seed ^ 0x811c9dc5)
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193)
  return finish(h)
}

/** Murmur3's last step: every bit of the result depends on every bit of `h`. */
function finish(h: number): number {
  const a = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  const b = Math.imul(a ^ (a >>> 13), 0xc2b2ae35)
  return b ^ (b >>> 16)
}
