/** Dropout of the js engine against its twin, which is the kernel's too: the very units, whatever the cut. */
import { describe, expect, it } from 'vitest';
import { dropout, dropoutKey } from '../../../src/engine/js/dropout.js';
import * as twin from '../../support/engine/reference.js';
import { Findings } from '../../support/findings.js';
import { SeededRandom } from '../../support/seeded.js';

const same = (a: ArrayLike<number>, b: ArrayLike<number>): boolean =>
  a.length === b.length && Array.from(a).every((value, i) => value === b[i]);

describe('dropout', () => {
  it('drops what the twin drops, of outputs and of derivatives', () => {
    const findings = new Findings();
    const random = new SeededRandom('dropout of the js engine');
    for (let run = 0; run < 200; run++) {
      const [B, O, layer] = [random.integer(1, 20), random.integer(1, 40), random.integer(0, 5)];
      const p = random.pick([0, 0.1, 0.5, 0.9, random.uniform()]);
      const key = random.pick([0, 2 ** 32 - 1, random.integer(0, 2 ** 32 - 1)]);
      const firstRow = random.pick([0, 1000, random.integer(0, 2 ** 31 - 100)]);
      const [outputs, slopes] = [random.floats(B * O), random.floats(B * O)];
      const [y, s] = [Float64Array.from(outputs), Float64Array.from(slopes)];
      dropout(p, dropoutKey(key, layer), firstRow, B, O, y, s);
      const factors = twin.dropoutFactors(key, layer, p, firstRow, B, O);
      const kept = (from: Float32Array) => Float64Array.from(from, (value, i) => value * (factors[i] as number));
      findings.add(`B=${B} O=${O} p=${p} key=${key} layer=${layer} firstRow=${firstRow}`, [
        same(y, kept(outputs)) ? undefined : 'other outputs',
        same(s, kept(slopes)) ? undefined : 'other derivatives',
      ]);
    }
    findings.expectNone(200);
  });

  it('of 0 drops nothing, not even the unit whose hash is 0', () => {
    const y = new Float64Array(8).fill(1);
    dropout(0, 0, 0, 2, 4, y, y.slice());
    expect(y.every((value) => value === 1)).toBe(true);
  });

  it('gives the same however rows are cut into calls', () => {
    const run = (cuts: readonly number[]): number[] => {
      const y: number[] = [];
      cuts.reduce((from, to) => {
        const part = new Float64Array((to - from) * 9).fill(1);
        dropout(0.4, 1234, from, to - from, 9, part, part.slice());
        y.push(...part);
        return to;
      }, 0);
      return y;
    };
    expect(run([33])).toEqual(run([1, 2, 20, 33]));
  });

  it('drops the share it is told, and another choice with another key, row and layer', () => {
    const dropped = (key: number, firstRow: number): string => {
      const y = new Float64Array(40_000).fill(1);
      dropout(0.3, key, firstRow, 100, 400, y, y.slice());
      const share = y.filter((value) => value === 0).length / y.length;
      // Four standard deviations.
      expect(Math.abs(share - 0.3)).toBeLessThan(0.0092);
      return y.join('');
    };
    const choices = [
      dropped(1, 0),
      dropped(2, 0),
      dropped(1, 1),
      dropped(dropoutKey(1, 0), 0),
      dropped(dropoutKey(1, 1), 0),
    ];
    expect(new Set(choices).size).toBe(choices.length);
  });
});
