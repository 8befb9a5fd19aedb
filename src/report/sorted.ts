/** Orders and draws of samples. */
import { identity, Random } from '../foundation/random.js';
import type { Numbers } from './report.js';

/** The indexes of the numbers, from the smallest number to the largest; equal ones in the order in which they came. */
export function sortedBy(numbers: Numbers): Uint32Array {
  return identity(numbers.length).sort((a, b) => (numbers[a] as number) - (numbers[b] as number));
}

/** `most` of the indexes 0 to count - 1, ascending, drawn by the seed; all of them where there are no more. */
export function drawn(count: number, most: number, seed: number): Uint32Array {
  const order = identity(count);
  if (count <= most) return order;
  new Random(seed, 'sample').shuffle(order);
  return order.subarray(0, most).sort();
}
