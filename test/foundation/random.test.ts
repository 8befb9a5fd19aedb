/** The random generator: known numbers, fair distributions, independent streams. */
import { describe, expect, it } from 'vitest';
import { Random, type Stream } from '../../src/foundation/random.js';

const DRAWS = 100_000;
/** From another implementation of xoshiro128** 1.1 with the same seeding. */
const WORDS = [1002336343, 533970040, 2351965153, 2196589517];

function draws(count: number, random: Random): number[] {
  return Array.from({ length: count }, () => random.uniform());
}

describe('Random', () => {
  it('gives known numbers: models saved by their seed depend on them', () => {
    const words = draws(4, new Random(42, 'shuffle', 1)).map((value) => value * 2 ** 32);
    expect(words).toEqual(WORDS);
  });

  it('is uniform in [0, 1)', () => {
    const values = draws(DRAWS, new Random(1, 'initialize'));
    expect(Math.min(...values.slice(0, 10_000))).toBeGreaterThanOrEqual(0);
    expect(values.every((value) => value < 1)).toBe(true);
    const bins = new Array<number>(10).fill(0);
    for (const value of values) bins[Math.floor(value * 10)] = (bins[Math.floor(value * 10)] as number) + 1;
    // Five standard deviations of a binomial count.
    for (const bin of bins) expect(Math.abs(bin - DRAWS / 10)).toBeLessThan(5 * Math.sqrt(DRAWS * 0.09));
  });

  it('gives different numbers for each stream, coordinate and seed', () => {
    const streams: Stream[] = ['initialize', 'shuffle', 'split'];
    const firsts = streams.flatMap((stream) =>
      [0, 1, 2, 1000].flatMap((coordinate) =>
        [0, 1, 2 ** 32 - 1].map((seed) => draws(3, new Random(seed, stream, coordinate)).join()),
      ),
    );
    expect(new Set(firsts).size).toBe(36);
    expect(draws(3, new Random(7, 'split'))).toEqual(draws(3, new Random(7, 'split', 0)));
  });

  it('shuffles every order equally often', () => {
    const random = new Random(3, 'shuffle');
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const items = new Uint32Array([0, 1, 2, 3]);
      random.shuffle(items);
      counts.set(items.join(), (counts.get(items.join()) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(160);
  });

  it('can shuffle no item and one item', () => {
    const one = new Uint32Array([5]);
    new Random(0, 'shuffle').shuffle(new Uint32Array(0));
    new Random(0, 'shuffle').shuffle(one);
    expect([...one]).toEqual([5]);
  });
});
