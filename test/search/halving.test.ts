/** The rungs of successive halving. */
import { describe, expect, it } from 'vitest';
import { rungsOf } from '../../src/search/halving.js';

const rungs = (trials: number, epochs: number, factor = 3, minEpochs?: number): number[][] =>
  rungsOf(trials, epochs, { factor, minEpochs }).map((rung) => [rung.trials, rung.lastEpoch]);

describe('rungs', () => {
  it('leave about one trial at all epochs', () => {
    expect(rungs(27, 81)).toEqual([
      [27, 3],
      [9, 9],
      [3, 27],
      [1, 81],
    ]);
    expect(rungs(50, 100)).toEqual([
      [50, 4],
      [16, 12],
      [5, 36],
      [1, 100],
    ]);
  });

  it('begin where they are told, and always end with all epochs', () => {
    expect(rungs(20, 100, 2, 40)).toEqual([
      [20, 40],
      [10, 80],
      [5, 100],
    ]);
    expect(rungs(20, 100, 3, 200)).toEqual([[20, 100]]);
    expect(rungs(100, 10, 10, 1)).toEqual([
      [100, 1],
      [10, 10],
    ]);
  });

  it('are few where there are few epochs or trials', () => {
    expect(rungs(1, 100)).toEqual([[1, 100]]);
    expect(rungs(1000, 1)).toEqual([[1000, 1]]);
    for (const [trials, lastEpoch] of rungs(1000, 7)) {
      expect(trials).toBeGreaterThanOrEqual(1);
      expect(lastEpoch).toBeLessThanOrEqual(7);
    }
  });

  it('grow with factors near 1 too', () => {
    const all = rungs(10, 20, 1.1, 1);
    expect(all.at(-1)?.[1]).toBe(20);
    expect(new Set(all.map(([, epoch]) => epoch)).size).toBe(all.length);
  });
});
