/**
 * Dropout: some outputs become 0, the others grow so that their expectation stays. N. Srivastava et al., 2014, in the inverted
 * form of Keras and PyTorch.
 *
 * What is dropped depends on key, row and unit alone, by a hash of them in 32-bit integers: the units that the kernel drops
 * (assembly/kernels/dropout.ts), however an epoch is cut into calls and passes.
 */

import { dropoutThreshold } from '../engine.js';

/** The odd number nearest to 2^32 over the golden ratio: its multiples are spread evenly. */
const GOLDEN = 0x9e3779b9;

/**
 * y and s (B, O), outputs and derivatives, become 0 where the hash of a unit is among the lowest share `p`, else times
 * 1 / (1 - p). `firstRow` counts the samples of the epoch before these rows.
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

/** The key of a layer, from that of an epoch. */
export function dropoutKey(key: number, layer: number): number {
  return hash(key + Math.imul(layer + 1, GOLDEN));
}

/** uint32 whose every bit depends on every bit of x: the finalizer of murmur3, A. Appleby. */
function hash(x: number): number {
  let z = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}
