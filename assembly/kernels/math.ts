/**
 * Elementary functions on four float32 lanes, and the logarithm in float64.
 *
 * They use only IEEE additions, multiplications, divisions and bit operations in a fixed order, so every engine and CPU computes
 * the same bits. NaN in gives NaN out, if it is the canonical NaN: arithmetic on numbers makes no other one, and src/ lets no
 * other one in. tools/measure-math.js measures maximum errors over all inputs, in ULP of the result.
 */

/** a b + c. Rounds twice by default. The relaxed build lets the CPU fuse the two, which rounds once. */
// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Sums the four lanes as (0 + 2) + (1 + 3). sumLanesOf4 adds in the same order. */
// @ts-ignore: decorator
@inline
export function sumLanes(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 2) + (f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 3))
  );
}

/** Puts the sum of the four lanes into each lane, added in the order of sumLanes. */
// @ts-ignore: decorator
@inline
export function sumToLanes(v: v128): v128 {
  const pairs = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return f32x4.add(pairs, v128.shuffle<f32>(pairs, pairs, 1, 0, 3, 2));
}

/** The lane sums of four vectors, as one vector: a 4x4 transpose and three additions. */
// @ts-ignore: decorator
@inline
export function sumLanesOf4(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** The constant at this place in CONSTANTS, in all four lanes. */
// @ts-ignore: decorator
@inline
function constant(index: usize): v128 {
  return v128.load(CONSTANTS + (index << 4));
}

// Read from memory, where V8 folds them into the arithmetic. A splat inside the loop takes V8 three instructions each, and splats
// moved out of the loop spill. Four sigmoids take 4.7 ns this way and 7.3 ns with splats, on Node 20 and 24. This is the only static
// data of the module. It is the same in every instance, so instances that share a memory may overwrite it with itself.
// prettier-ignore
const CONSTANTS: usize = memory.data<f32>([
  87.33654, 87.33654, 87.33654, 87.33654, // 0: -ln(2^-126), the smallest normal number
  -88.72283, -88.72283, -88.72283, -88.72283, // 1: -ln(FLT_MAX)
  -1.44269504, -1.44269504, -1.44269504, -1.44269504, // 2: -1 / ln 2
  12582912.0, 12582912.0, 12582912.0, 12582912.0, // 3: 1.5 * 2^23; adding it leaves the nearest integer in the low bits
  0.693359375, 0.693359375, 0.693359375, 0.693359375, // 4: ln 2, its first nine bits
  -2.1219444e-4, -2.1219444e-4, -2.1219444e-4, -2.1219444e-4, // 5: ln 2, the rest
  4.999999403953552e-1, 4.999999403953552e-1, 4.999999403953552e-1, 4.999999403953552e-1, // 6 to 10: the polynomial
  -1.666652113199234e-1, -1.666652113199234e-1, -1.666652113199234e-1, -1.666652113199234e-1,
  4.1668254882097244e-2, 4.1668254882097244e-2, 4.1668254882097244e-2, 4.1668254882097244e-2,
  -8.368661627173424e-3, -8.368661627173424e-3, -8.368661627173424e-3, -8.368661627173424e-3,
  1.3821450993418694e-3, 1.3821450993418694e-3, 1.3821450993418694e-3, 1.3821450993418694e-3,
  1.0, 1.0, 1.0, 1.0, // 11
  40.0, 40.0, 40.0, 40.0, // 12: sigmoid is 1 from here on
  -87.33654, -87.33654, -87.33654, -87.33654, // 13: ln(2^-126); below it sigmoid is not a normal number
], 16);

/** 1.5 * 2^23 + n, with n the integer nearest to -x / ln 2. */
// @ts-ignore: decorator
@inline
function shiftedExponent4(x: v128): v128 {
  return f32x4.add(f32x4.mul(x, constant(2)), constant(3));
}

/** The remainder s, with -x = n ln 2 - s and |s| at most ln 2 / 2. ln 2 is split as in Cephes expf, S. L. Moshier. */
// @ts-ignore: decorator
@inline
function remainder4(x: v128, shifted: v128): v128 {
  const n = f32x4.sub(shifted, constant(3));
  return multiplyAdd(n, constant(5), multiplyAdd(n, constant(4), x));
}

/**
 * e^-s - 1 + s for a remainder s, as s^2 P(s). Estrin's scheme: its chain of operations is half as long as Horner's, and a sample
 * that is trained alone waits for this chain. The coefficients are a least squares fit with Lawson's weights, each rounded before
 * the next one was fitted. The error is 3e-9 of e^-s, a twentieth of the last bit.
 */
// @ts-ignore: decorator
@inline
function expTail4(s: v128): v128 {
  const z = f32x4.mul(s, s);
  const low = multiplyAdd(s, constant(7), constant(6));
  const high = multiplyAdd(z, constant(10), multiplyAdd(s, constant(9), constant(8)));
  return f32x4.mul(z, multiplyAdd(z, high, low));
}

/**
 * e^-x. Saturates: x above -ln(2^-126) gives the smallest normal number, x below -ln(FLT_MAX) gives FLT_MAX. At most 1 ULP.
 *
 * -x = n ln 2 - s. A polynomial gives e^-s. Adding n to the exponent bits multiplies it by 2^n.
 */
// @ts-ignore: decorator
@inline
export function expNegative4(x: v128): v128 {
  // pmin and pmax return their first operand if a comparison meets NaN. x comes first, so NaN goes through.
  const clamped = f32x4.pmax(f32x4.pmin(x, constant(0)), constant(1));
  const shifted = shiftedExponent4(clamped);
  const s = remainder4(clamped, shifted);
  const mantissa = f32x4.add(f32x4.sub(expTail4(s), s), constant(11));
  return i32x4.add(mantissa, i32x4.shl(shifted, 23));
}

/**
 * 1 / (1 + e^-x), in [0, 1], monotone. At most 1.7488 ULP (at -1.1000).
 *
 * With e^-x = 2^n (1 + q) it equals 2^-n / ((1 + 2^-n) + q). The sum in the inner brackets is exact for |n| < 24; what it loses
 * beyond that is added to q. Computing 1 + e^-x directly would round once more, which counts double if the quotient is just below
 * a power of two.
 */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  return sigmoidNear4(f32x4.pmax(f32x4.pmin(x, constant(12)), constant(13)));
}

/** sigmoid4 for -87.33 <= x <= 40. */
// @ts-ignore: decorator
@inline
export function sigmoidNear4(x: v128): v128 {
  const one = constant(11);
  const shifted = shiftedExponent4(x);
  const exponent = i32x4.shl(shifted, 23);
  const power = i32x4.sub(one, exponent);
  const sum = f32x4.add(one, power);
  const lost = f32x4.sub(power, f32x4.sub(sum, one));
  const s = remainder4(x, shifted);
  const q = f32x4.sub(expTail4(s), f32x4.sub(s, lost));
  return i32x4.sub(f32x4.div(one, f32x4.add(sum, q)), exponent);
}

/**
 * tanh x, in [-1, 1], odd to the bit, monotone. At most 1.3304 ULP (at 0.6283).
 *
 * For |x| below 0.625 it is x + x^3 P(x^2), else 1 - 2 / (e^2|x| + 1) with the sign of x. Polynomial: Cephes tanhf, S. L. Moshier.
 */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const magnitude = f32x4.abs(x);
  const one = f32x4.splat(1);
  const e = expNegative4(f32x4.mul(magnitude, f32x4.splat(-2)));
  const far = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(e, one)));
  const z = f32x4.mul(x, x);
  let p = f32x4.splat(-5.70498872745e-3);
  p = multiplyAdd(p, z, f32x4.splat(2.06390887954e-2));
  p = multiplyAdd(p, z, f32x4.splat(-5.37397155531e-2));
  p = multiplyAdd(p, z, f32x4.splat(1.33314422036e-1));
  p = multiplyAdd(p, z, f32x4.splat(-3.33332819422e-1));
  const near = multiplyAdd(f32x4.mul(p, z), magnitude, magnitude);
  const result = v128.bitselect(far, near, f32x4.ge(magnitude, f32x4.splat(0.625)));
  return v128.bitselect(x, result, f32x4.splat(-0.0));
}

/**
 * e^x - 1 for x <= 0, accurate near 0 too. With e^x = 2^n (1 + q) it equals (2^n - 1) + 2^n q. The sum in brackets is exact for n
 * > -24.
 */
// @ts-ignore: decorator
@inline
export function expm1OfNegative4(x: v128): v128 {
  const one = constant(11);
  const magnitude = f32x4.pmin(f32x4.neg(x), constant(0));
  const shifted = shiftedExponent4(magnitude);
  const s = remainder4(magnitude, shifted);
  const power = i32x4.add(one, i32x4.shl(shifted, 23));
  return multiplyAdd(power, f32x4.sub(expTail4(s), s), f32x4.sub(power, one));
}

/** ln(1 + u) for u from 0 to 1, as 2 artanh(u / (2 + u)). The series up to the 15th power leaves an error of 2e-9. */
// @ts-ignore: decorator
@inline
export function log1p4(u: v128): v128 {
  const s = f32x4.div(u, f32x4.add(u, f32x4.splat(2)));
  const z = f32x4.mul(s, s);
  let p = f32x4.splat(2 / 15);
  p = multiplyAdd(p, z, f32x4.splat(2 / 13));
  p = multiplyAdd(p, z, f32x4.splat(2 / 11));
  p = multiplyAdd(p, z, f32x4.splat(2 / 9));
  p = multiplyAdd(p, z, f32x4.splat(2 / 7));
  p = multiplyAdd(p, z, f32x4.splat(2 / 5));
  p = multiplyAdd(p, z, f32x4.splat(2 / 3));
  const twice = f32x4.add(s, s);
  return multiplyAdd(f32x4.mul(p, z), s, twice);
}

/**
 * ln x in float64 for finite x > 0; -Infinity for 0. Error below 1 ULP.
 *
 * x = 2^k (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)), s = f / (2 + f), ln(1 + f) = f - f^2/2 + s (f^2/2 + R(s^2)). Method and
 * coefficients: FreeBSD msun e_log.c (Sun Microsystems, 1993).
 */
export function log(x: f64): f64 {
  if (x <= 0) return x == 0 ? -Infinity : NaN;
  if (!(x < Infinity)) return x;
  let k = 0;
  if (x < 2.2250738585072014e-308) {
    x *= 18014398509481984.0; // 2^54
    k = -54;
  }
  const bits = reinterpret<u64>(x);
  // Rounds the exponent so that the mantissa lands in [sqrt(1/2), sqrt(2)).
  const high = <u32>(bits >> 32) + (0x3ff00000 - 0x3fe6a09e);
  k += <i32>(high >> 20) - 0x3ff;
  const mantissa = (<u64>((high & 0x000fffff) + 0x3fe6a09e) << 32) | (bits & 0xffffffff);
  const f = reinterpret<f64>(mantissa) - 1.0;
  const s = f / (2.0 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1));
  const odd =
    z *
    (6.66666666666673513e-1 +
      w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)));
  const half = 0.5 * f * f;
  const n = <f64>k;
  return s * (half + (odd + even)) + n * 1.90821492927058770002e-10 - half + f + n * 6.93147180369123816490e-1;
}
