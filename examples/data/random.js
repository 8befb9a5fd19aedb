/** Seeded random numbers: the same on every machine. */

/**
 * A source of numbers from 0 up to, but not including, 1: mulberry32 (T. Ettinger, 2017).
 * @param {number} seed
 * @returns {() => number}
 */
export function randomSource(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
