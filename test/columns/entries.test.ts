/** Rows encoded as entries: what the same rows written out are, in as much memory as there are entries, and refused with the same words. */
import { describe, expect, it } from 'vitest';
import { Coder } from '../../src/columns/coder.js';
import { EntryList } from '../../src/columns/entries.js';
import { resolveColumns } from '../../src/columns/resolve.js';
import { rowsOf } from '../../src/columns/rows.js';
import { inputsOf } from '../../src/columns/spec.js';
import type { Columns } from '../../src/index.js';
import { digestOf, wideTable } from '../support/columns/wide-tables.js';
import { thrownBy } from '../support/refusals.js';
import { repeats } from '../support/repeats.js';
import { REPRODUCE, SeededRandom } from '../support/seeded.js';

function coded(inputs: Columns, given: unknown, keepsDoubles: boolean) {
  const columns = resolveColumns(inputs, 5000);
  const rows = rowsOf('call: inputs', given, '{ a: 1 }');
  const width = inputsOf(columns);
  const coder = new Coder(columns);
  return {
    columns,
    width,
    entries: (): EntryList => {
      const list = new EntryList(rows.count, keepsDoubles);
      coder.encode('call: inputs', rows, list, true);
      return list;
    },
    written: (): Float32Array | Float64Array => {
      const out = new (keepsDoubles ? Float64Array : Float32Array)(rows.count * width);
      coder.encode('call: inputs', rows, out, true);
      return out;
    },
  };
}

describe('entries', () => {
  it('are the rows written out, for random tables of any length', () => {
    const random = new SeededRandom('entries');
    for (let n = 0; n < repeats(15, 40); n++) {
      const keepsDoubles = random.chance(0.5);
      const { inputs, rows } = wideTable(random, random.pick([1, 2, 5, 255, 256, 257, 600]));
      const { columns, width, entries, written } = coded(inputs, rows, keepsDoubles);
      const list = entries();
      const out = new (keepsDoubles ? Float64Array : Float32Array)(rows.length * width);
      expect(list.values).toBeInstanceOf(out.constructor);
      expect(list.values.buffer.byteLength).toBe(list.values.byteLength);
      expect(list.columns.length).toBe(list.values.length);
      expect(list.starts).toHaveLength(rows.length + 1);
      const always = columns.filter(({ type }) => type === 'number' || type === 'boolean').map(({ first }) => first);
      let isSound = true;
      for (let row = 0; row < rows.length; row++) {
        const its = list.columns.subarray(list.starts[row], list.starts[row + 1]);
        isSound &&= always.every((column) => its.includes(column));
        isSound &&= its.every((column, i) => i === 0 || column > (its[i - 1] as number));
        its.forEach((column, i) => {
          out[row * width + column] = list.values[(list.starts[row] as number) + i] as number;
        });
      }
      expect(isSound, REPRODUCE).toBe(true);
      expect(digestOf(out), REPRODUCE).toBe(digestOf(written()));
    }
  });

  it('of words are as many as the words of a row, once each, with how often they occur', () => {
    const inputs = { note: { type: 'words', values: ['bad', 'good', 'wine'], other: true, missing: true } } as const;
    const list = coded(inputs, [{ note: 'Good, good wine and bread' }, { note: '' }, { note: '?' }], false).entries();
    expect([...list.starts]).toEqual([0, 3, 4, 4]);
    expect([...list.columns]).toEqual([1, 2, 3, 4]);
    expect([...list.values]).toEqual([2, 1, 2, 1]);
  });

  it('of numbers are there where they are 0, blank, or no float32', () => {
    const inputs = { a: { type: 'number', missing: true }, b: 'boolean', c: 'number' } as const;
    const rows = [
      { a: 0, b: false, c: 0.1 },
      { a: null, b: true, c: -0 },
    ];
    const list = coded(inputs, rows, true).entries();
    expect([...list.starts]).toEqual([0, 3, 7]);
    expect([...list.columns]).toEqual([0, 2, 3, 0, 1, 2, 3]);
    expect([...list.values]).toEqual([0, 0, 0.1, Number.NaN, 1, 1, -0]);
    expect(coded(inputs, rows, false).entries().values[2]).toBe(Math.fround(0.1));
  });

  it('of a row with a wrong cell are refused as if it were written out', async () => {
    const random = new SeededRandom('wrong cells');
    const inputs = {
      size: 'number',
      open: 'boolean',
      city: ['Rome', 'Oslo'],
      note: { type: 'words', values: ['good'] },
    } as const;
    const wrong = { size: 'old', open: 'perhaps', city: 'Bern', note: 7 } as const;
    for (let n = 0; n < 40; n++) {
      const rows: Record<string, unknown>[] = Array.from({ length: 300 }, () => ({
        size: 1,
        open: 'no',
        city: 'Rome',
        note: 'good',
      }));
      for (let faults = random.integer(1, 4); faults > 0; faults--) {
        const name = random.pick(Object.keys(wrong) as ['size', 'open', 'city', 'note']);
        (rows[random.integer(0, 299)] as Record<string, unknown>)[name] = random.pick<unknown>([wrong[name], null, '']);
      }
      const { entries, written } = coded(inputs, rows, false);
      expect(await thrownBy(entries), REPRODUCE).toEqual(await thrownBy(written));
    }
    const large = coded({ size: 'number' }, [{ size: 1e39 }], false);
    expect(await thrownBy(large.entries)).toMatchObject({ code: 'ERR_NON_FINITE' });
    expect(coded({ size: 'number' }, [{ size: 1e39 }], true).entries().values[0]).toBe(1e39);
  });

  it('a list whose getter encodes other rows meanwhile changes nothing', () => {
    const inputs = { note: { type: 'words', values: ['bad', 'good', 'wine'] } } as const;
    const calls = coded(inputs, [{ note: 'bad bad wine' }], false);
    const note = ['good', 'good', 'wine'];
    Object.defineProperty(note, 1, { get: () => calls.entries() && 'good' });
    const list = coded(inputs, [{ note }], false).entries();
    expect([[...list.columns], [...list.values]]).toEqual([
      [1, 2],
      [2, 1],
    ]);
  });
});
