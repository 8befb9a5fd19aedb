/** A seeded order: the same on every machine. */

/**
 * The indexes from 0 to count - 1, shuffled. Fisher and Yates, with mulberry32 (T. Ettinger, 2017) as the source of numbers.
 * @param {number} count
 * @param {number} seed
 */
export function shuffled(count, seed) {
  const order = Array.from({ length: count }, (_, index) => index);
  let state = seed;
  for (let i = count - 1; i > 0; i--) {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    const j = Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [/** @type {number} */ (order[j]), /** @type {number} */ (order[i])];
  }
  return order;
}
