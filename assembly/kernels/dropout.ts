/**
 * Dropout: some outputs become 0, the others grow so that their expectation stays. N. Srivastava et al., 2014, in the inverted form
 * of Keras and PyTorch.
 *
 * What is dropped depends on key, row and unit alone, by a hash of them: where an epoch is cut into calls, and how wide the
 * vectors are, changes nothing, and src/engine/js computes the same.
 */

/** The odd number nearest to 2^32 over the golden ratio: its multiples are spread evenly. */
const GOLDEN: u32 = 0x9e3779b9;

/**
 * A and S (B, O padded to 4) become 0 where the hash of a unit is below `threshold`, else times `scale`. `firstRow` counts the
 * samples of the epoch before these rows.
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

/** The key of a layer, from that of an epoch. */
export function dropoutKey(key: u32, layer: i32): u32 {
  return hash(key + <u32>(layer + 1) * GOLDEN);
}

/** Every bit of the result depends on every bit of x: the finalizer of murmur3, A. Appleby. */
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
