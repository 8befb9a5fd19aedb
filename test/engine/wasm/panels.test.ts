/** The panel layout: a round trip for every size, zeros in the padding, and nothing written beside. */
import { describe, expect, it } from 'vitest';
import { paddedUnits, panelsFloats, readPanels, writePanels } from '../../../src/engine/wasm/panels.js';
import { digestOf } from '../../support/networks.js';
import { randomRows } from '../../support/samples.js';

const SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 16, 17, 20, 21, 67];
const MARGIN = 8;

describe('panels', () => {
  it.each([
    [1, 4],
    [4, 4],
    [5, 8],
    [8, 8],
    [9, 12],
    [12, 12],
    [13, 16],
  ])('%i units take room for %i', (units, padded) => {
    expect(paddedUnits(units)).toBe(padded);
  });

  it.each(SIZES)('of %i units come back as they were written, padded with zeros', (units) => {
    for (const inputs of SIZES) {
      const weights = randomRows(units, inputs, inputs).map((value) => value + 2);
      const target = new Float32Array(panelsFloats(units, inputs) + 2 * MARGIN).fill(Number.NaN);
      writePanels(weights, units, inputs, target, MARGIN);
      expect(digestOf(readPanels(target, MARGIN, units, inputs))).toBe(digestOf(weights));
      const inside = target.subarray(MARGIN, target.length - MARGIN);
      expect(inside.filter((value) => value === 0)).toHaveLength(panelsFloats(units, inputs) - inputs * units);
      expect(inside.some(Number.isNaN)).toBe(false);
      const beside = [...target.subarray(0, MARGIN), ...target.subarray(target.length - MARGIN)];
      expect(beside.every(Number.isNaN)).toBe(true);
    }
  });

  it('of a multiple of 32 inputs have a line of the cache between them', () => {
    expect(panelsFloats(17, 31)).toBe(2 * 31 * 8 + 31 * 4);
    expect(panelsFloats(17, 32)).toBe(2 * (32 * 8 + 16) + 32 * 4);
    expect(panelsFloats(16, 32)).toBe(32 * 8 + 16 + 32 * 8);
    expect(panelsFloats(4, 64)).toBe(64 * 4);
    const target = new Float32Array(panelsFloats(9, 64)).fill(Number.NaN);
    writePanels(new Float32Array(9 * 64).fill(1), 9, 64, target, 0);
    expect(target.indexOf(0)).toBe(64 * 8);
    expect(target.indexOf(1, 64 * 8)).toBe(64 * 8 + 16);
  });

  it('lie as [units/8][inputs][8], with a last panel of 4 where that is enough', () => {
    const target = new Float32Array(24);
    writePanels(
      Float32Array.from({ length: 18 }, (_, i) => i + 1),
      9,
      2,
      target,
      0,
    );
    expect([...target]).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 2, 4, 6, 8, 10, 12, 14, 16, 17, 0, 0, 0, 18, 0, 0, 0]);
  });
});
