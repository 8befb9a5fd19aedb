/**
 * Dropout: some outputs become 0, the others grow so that the expected value stays the same. N. Srivastava et al., 2014, in the
 * inverted form of Keras and PyTorch.
 *
 * A hash of key, row and unit alone decides what is dropped. So it does not matter how an epoch is cut into calls, or how wide the
 * vectors are, and src/engine/js drops the same units.
 */

/** The odd number nearest to 2^32 divided by the golden ratio. Its multiples are spread evenly. */
const GOLDEN: u32 = 0x9e3779b9;

/**
 * Sets values of A and S (B, O padded to 4) to 0 if the hash of their unit is below `threshold`, and multiplies the others by
 * `scale`. `firstRow` is the number of samples in the epoch before these rows.
 */
export function dropout(
  threshold: u32, scale: f32, key: u32, firstRow: i32, B: i32, a: usize, s: usize, rowBytes: usize,
): void {
  assert(B > 0 && (rowBytes & 15) == 0);
  const limit = i32x4.splat(threshold);
  const factor = f32x4.splat(scale);
  for (let row = firstRow; row < firstRow + B; row++) {
    let counter = i32x4.add(i32x4.splat(hash(key ^ hash(row))), i32x4(0, GOLDEN, GOLDEN * 2, GOLDEN * 3));
    for (const end = a + rowBytes; a < end; a += 16, s += 16) {
      const left = i32x4.ge_u(hash4(counter), limit);
      v128.store(a, v128.and(f32x4.mul(v128.load(a), factor), left));
      v128.store(s, v128.and(f32x4.mul(v128.load(s), factor), left));
      counter = i32x4.add(counter, i32x4.splat(GOLDEN * 4));
    }
  }
}

/** The key of a layer, made from the key of an epoch. */
export function dropoutKey(key: u32, layer: i32): u32 {
  return hash(key + <u32>(layer + 1) * GOLDEN);
}

/** A hash: every bit of the result depends on every bit of x. The finalizer of murmur3, A. Appleby. */
function hash(x: u32): u32 {
  x = (x ^ (x >> 16)) * 0x85ebca6b;
  x = (x ^ (x >> 13)) * 0xc2b2ae35;
  return x ^ (x >> 16);
}

// @ts-ignore: decorator
@inline
function hash4(x: v128): v128 {
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), i32x4.splat(0x85ebca6b));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 13)), i32x4.splat(0xc2b2ae35));
  return v128.xor(x, i32x4.shr_u(x, 16));
}
