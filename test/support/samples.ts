/** Small seeded data sets for networks, and arrays that every call refuses. */
import { Random } from '../../src/foundation/random.js';

export const XOR_INPUTS = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
export const XOR_TARGETS = [0, 1, 1, 0];

/** `count` rows of `width` seeded numbers in [-1, 1), end to end. */
export function randomRows(count: number, width: number, seed = 1): Float32Array {
  const random = new Random(seed, 'split', 999);
  return Float32Array.from({ length: count * width }, () => 2 * random.uniform() - 1);
}

/** `count` seeded classes below `classes`. */
export function randomClasses(count: number, classes: number, seed = 1): Uint8Array {
  const random = new Random(seed, 'split', 998);
  return Uint8Array.from({ length: count }, () => Math.floor(random.uniform() * classes));
}

/** The order in which fit takes `count` samples in an epoch, computed without fit. */
export function shuffledOrder(seed: number, epoch: number, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  new Random(seed, 'shuffle', epoch).shuffle(order);
  return order;
}

/** Rows `from` to `to` of packed rows. With `order`, the rows that it names there. */
export function rowsAt(values: Float32Array, width: number, from: number, to: number, order?: Uint32Array) {
  const rows = new Float32Array((to - from) * width);
  for (let row = from; row < to; row++) {
    const source = order === undefined ? row : (order[row] as number);
    rows.set(values.subarray(source * width, (source + 1) * width), (row - from) * width);
  }
  return rows;
}

/** A Float32Array whose buffer was transferred away. */
export function detached(): Float32Array {
  const array = new Float32Array([1, 2]);
  structuredClone(array.buffer, { transfer: [array.buffer] });
  return array;
}

/** A copy of `values` without element `index`: a hole, not undefined. */
export function holed(values: readonly unknown[], index: number): unknown[] {
  const holes: unknown[] = new Array(values.length);
  values.forEach((value, i) => {
    if (i !== index) holes[i] = value;
  });
  return holes;
}
