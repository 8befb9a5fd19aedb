/** splitValidation: the parts are disjoint, complete, in proportion to the classes, and the same for the same seed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitValidation } from '../../src/data/split.js';

describe('splitValidation', () => {
  it('splits disjoint and complete, each class within one of its share', () => {
    const samples = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 4, maxLength: 120 });
    const fraction = fc.double({ min: 0.15, max: 0.85, noNaN: true });
    fc.assert(
      fc.property(samples, fraction, fc.nat(), (given, share, seed) => {
        const classes = Uint32Array.from(given);
        const { training, validation } = splitValidation(share, classes.length, seed, classes);
        const size = Math.round(classes.length * share);
        expect(validation).toHaveLength(size);
        expect([...training, ...validation].toSorted((a, b) => a - b)).toEqual(given.map((_, i) => i));
        expect([...validation]).toEqual([...validation].toSorted((a, b) => a - b));
        for (const one of new Set(given)) {
          const exact = (given.filter((value) => value === one).length * size) / given.length;
          const got = validation.filter((sample) => classes[sample] === one).length;
          expect(Math.abs(got - exact)).toBeLessThan(1);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('depends on the seed', () => {
    const one = splitValidation(0.5, 40, 1);
    expect(splitValidation(0.5, 40, 1)).toEqual(one);
    expect(splitValidation(0.5, 40, 2)).not.toEqual(one);
  });

  it('is shuffled: not the first samples, not the last', () => {
    const { validation } = splitValidation(0.2, 100, 3);
    expect(Math.min(...validation)).toBeLessThan(20);
    expect(Math.max(...validation)).toBeGreaterThan(80);
  });

  it('gives each of two balanced classes exactly half', () => {
    const classes = Uint32Array.from({ length: 40 }, (_, i) => i % 2);
    const { validation } = splitValidation(0.25, 40, 9, classes);
    expect(validation.filter((sample) => classes[sample] === 1)).toHaveLength(5);
  });

  it.each([
    [0.1, 4, '0 of 4', 4],
    [0.9, 4, '4 of 4', 0],
    [0.5, 1, '1 of 1', 0],
  ])('refuses %d of %i samples', (fraction, count, came, left) => {
    const message = `fit: validation: ${fraction} leaves ${came} samples to validate with and ${left} to train on. Both need at least 1.`;
    expect(() => splitValidation(fraction, count, 0)).toThrow(message);
  });
});
