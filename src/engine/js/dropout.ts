/**
 * Dropout: some outputs become 0, the others grow so that the expected value stays the same. N. Srivastava et al., 2014, in the
 * inverted form of Keras and PyTorch.
 *
 * A hash of key, row and unit in 32-bit integers alone decides what is dropped. So this drops the same units as the kernel
 * (assembly/kernels/dropout.ts), however an epoch is cut into calls and passes.
 */

import { dropoutThreshold } from '../engine.js';

/** The odd number nearest to 2^32 divided by the golden ratio. Its multiples are spread evenly. */
const GOLDEN = 0x9e3779b9;

/**
 * Sets values of y (outputs) and s (derivatives), both (B, O), to 0 if the hash of their unit is in the lowest share `p`, and
 * multiplies the others by 1 / (1 - p). `firstRow` is the number of samples in the epoch before these rows.
 */
export function dropout(
  p: number,
  key: number,
  firstRow: number,
  B: number,
  O: number,
  y: Float64Array,
  s: Float64Array,
): void {
  const threshold = dropoutThreshold(p);
  const scale = 1 / (1 - p);
  for (let row = 0, i = 0; row < B; row++) {
    let counter = hash(key ^ hash(firstRow + row)) | 0;
    for (let o = 0; o < O; o++, i++) {
      const factor = hash(counter) < threshold ? 0 : scale;
      y[i] = (y[i] as number) * factor;
      s[i] = (s[i] as number) * factor;
      counter = (counter + GOLDEN) | 0;
    }
  }
}

/** The key of a layer, made from the key of an epoch. */
export function dropoutKey(key: number, layer: number): number {
  return hash(key + Math.imul(layer + 1, GOLDEN));
}

/** A hash, uint32: every bit of the result depends on every bit of x. The finalizer of murmur3, A. Appleby. */
function hash(x: number): number {
  let z = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}
