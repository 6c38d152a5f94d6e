const SQRT_HALF = Math.SQRT1_2
const INV_SQRT_PI = 0.5641895835477563

/** Numerators and denominators of Cody's three ranges: |x| <= 0.46875, up to 4, above. */
const erfP = [3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694, 0.18577770618460315]
const erfQ = [23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171]
const midP = [
  0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001, 881.952221241769, 1712.0476126340707, 2051.0783778260716,
  1230.3393547979972, 2.1531153547440383e-8,
]
const midQ = [
  15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597, 4362.619090143247, 3439.3676741437216,
  1230.3393548037495,
]
const farP = [
  0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275, 0.0006587491615298378, 0.016315387137302097,
]
const farQ = [2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918]

/**
 * Complementary error function `1 - erf(x)`, relative error about 1e-15 as long as the value is a normal number.
 * @see Cody 1969, Rational Chebyshev approximations for the error function, doi:10.1090/S0025-5718-1969-0247736-4
 */
export function erfc(x: number): number {
  const y = Math.abs(x)
  if (y <= 0.46875) {
    const square = y * y
    return 1 - x * rational(square, erfP, erfQ, 3)
  }
  if (y > 27) return x < 0 ? 2 : 0
  const scaled = y <= 4 ? rational(y, midP, midQ, 7) : farScaled(y)
  // exp(-y^2) in two factors, since y^2 alone is rounded by as much as its last bit times y^2.
  const head = Math.trunc(y * 16) / 16
  const tail = (y - head) * (y + head)
  const value = scaled * Math.exp(-head * head) * Math.exp(-tail)
  return x < 0 ? 2 - value : value
}

function farScaled(y: number): number {
  const inverse = 1 / (y * y)
  return (INV_SQRT_PI - inverse * rational(inverse, farP, farQ, 4)) / y
}

/** Cody's loop: the last numerator coefficient leads, the denominator is monic. */
function rational(x: number, p: readonly number[], q: readonly number[], last: number): number {
  let top = p[last + 1]! * x
  let bottom = x
  for (let i = 0; i < last; i++) {
    top = (top + p[i]!) * x
    bottom = (bottom + q[i]!) * x
  }
  return (top + p[last]!) / (bottom + q[last]!)
}

/** P(Z <= x) of the standard normal; relative error about 1e-15 in the far left tail too. */
export function normalCdf(x: number): number {
  return 0.5 * erfc(-x * SQRT_HALF)
}

/** P(Z > x) of the standard normal; relative error about 1e-15 in the far right tail too. */
export function normalSf(x: number): number {
  return 0.5 * erfc(x * SQRT_HALF)
}

/** Density of the standard normal. */
export function normalPdf(x: number): number {
  return Math.exp(-0.5 * x * x) * 0.3989422804014327
}

const centreP = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087, 33430.57558358813,
  2509.0809287301227,
]
const centreQ = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943, 5226.495278852854,
]
const tailP = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
  0.022723844989269184, 0.0007745450142783414,
]
const tailQ = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 0.0005475938084995345,
  1.0507500716444169e-9,
]
const endP = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124, 0.0012426609473880784,
  0.000027115555687434876, 2.0103343992922881e-7,
]
const endQ = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 0.000018463183175100548, 1.421511758316446e-7,
  2.0442631033899397e-15,
]

/**
 * The `x` with P(Z <= x) = `p`; relative error about 1e-15; -Infinity at 0, Infinity at 1, NaN outside [0, 1].
 * @see Wichura 1988, Algorithm AS 241, doi:10.2307/2347330
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (q * polynomial(r, centreP)) / polynomial(r, centreQ)
  }
  if (!(p >= 0 && p <= 1)) return Number.NaN
  if (p === 0 || p === 1) return p === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p))
  const x = r <= 5 ? polynomial(r - 1.6, tailP) / polynomial(r - 1.6, tailQ) : polynomial(r - 5, endP) / polynomial(r - 5, endQ)
  return q < 0 ? -x : x
}

/** Horner, constant term first. */
function polynomial(x: number, coefficients: readonly number[]): number {
  let sum = 0
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i]!
  return sum
}
