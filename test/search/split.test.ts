/** Folds and shares: every sample judged once, classes in proportion. */
import { describe, expect, it } from 'vitest';
import { partsOf } from '../../src/search/split.js';
import { REPRODUCE, SeededRandom } from '../support/seeded.js';

const random = new SeededRandom('splits');

describe('folds', () => {
  it('hold out every sample once, train on the others, and differ by at most one sample of each class', () => {
    for (let round = 0; round < 40; round++) {
      const count = random.integer(4, 90);
      const folds = random.integer(2, Math.min(count, 11));
      const classes = random.chance(0.7) ? Uint32Array.from({ length: count }, () => random.integer(0, 3)) : undefined;
      const parts = Array.from({ length: folds }, (_, fold) =>
        partsOf({ kind: 'fold', folds, fold, repeat: round % 3, seed: round }, count, classes),
      );
      const heldOut = parts.flatMap((part) => [...part.heldOut]);
      expect(
        heldOut.toSorted((a, b) => a - b),
        REPRODUCE,
      ).toEqual(Array.from({ length: count }, (_, i) => i));
      for (const part of parts) {
        expect([...part.training, ...part.heldOut].toSorted((a, b) => a - b)).toHaveLength(count);
        expect(new Set([...part.training, ...part.heldOut]).size).toBe(count);
        expect([...part.training]).toEqual([...part.training].toSorted((a, b) => a - b));
      }
      const spread = (counts: readonly number[]): number => Math.max(...counts) - Math.min(...counts);
      expect(spread(parts.map((part) => part.heldOut.length)), REPRODUCE).toBeLessThanOrEqual(1);
      for (const kind of new Set(classes)) {
        const members = parts.map((part) => part.heldOut.filter((sample) => classes?.[sample] === kind).length);
        expect(spread(members), REPRODUCE).toBeLessThanOrEqual(1);
      }
    }
  });

  it('are others for another seed and in another repeat, and mix the samples', () => {
    const of = (repeat: number, seed: number) =>
      [...partsOf({ kind: 'fold', folds: 5, fold: 0, repeat, seed }, 50, undefined).heldOut].join();
    expect(new Set([of(0, 1), of(1, 1), of(0, 2)]).size).toBe(3);
    expect(of(0, 1)).toBe(of(0, 1));
    expect(of(0, 1)).not.toBe('0,5,10,15,20,25,30,35,40,45');
  });
});

describe('a share', () => {
  it('is held out as validation of a fit is', () => {
    const classes = Uint32Array.from({ length: 40 }, (_, i) => Number(i % 4 === 0));
    const { training, heldOut } = partsOf({ kind: 'share', share: 0.2, seed: 3 }, 40, classes);
    expect([training.length, heldOut.length]).toEqual([32, 8]);
    expect(heldOut.filter((sample) => classes[sample] === 1)).toHaveLength(2);
    expect([...partsOf({ kind: 'share', share: { last: 3 }, seed: 3 }, 10, undefined).heldOut]).toEqual([7, 8, 9]);
  });
});
