/** A seeded order: the same on every machine. */
import { randomSource } from './random.js';

/**
 * The indexes from 0 to count - 1 in random order (Fisher-Yates).
 * @param {number} count
 * @param {number} seed
 */
export function shuffled(count, seed) {
  const order = Array.from({ length: count }, (_, index) => index);
  const random = randomSource(seed);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [/** @type {number} */ (order[j]), /** @type {number} */ (order[i])];
  }
  return order;
}
