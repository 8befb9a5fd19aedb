/** packSamples: three shapes in, one Float32Array out. inputs-refused.test.ts has the refusals. */
import { describe, expect, it } from 'vitest';
import { packSamples, type Subject } from '../../src/data/samples.js';

const subject = (width: number): Subject => ({
  call: 'test',
  name: 'inputs',
  width,
  widthIs: 'the width',
  option: 'inputs',
});

describe('packSamples', () => {
  it.each([
    ['one row', [1, 2], 1, 'sample'],
    ['rows end to end in an array', [1, 2, 3, 4], 2, 'packed'],
    ['rows end to end', new Float32Array([1, 2, 3, 4]), 2, 'packed'],
    ['one packed row', new Float32Array([1, 2]), 1, 'packed'],
    [
      'rows',
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      3,
      'rows',
    ],
    ['a single row of rows', [[1, 2]], 1, 'rows'],
    ['mixed rows', [new Float32Array([1, 2]), [3, 4]], 2, 'rows'],
  ])('packs %s', (_, samples, count, shape) => {
    const packed = packSamples(subject(2), samples);
    expect(packed).toMatchObject({ count, shape });
    expect([...packed.values]).toEqual([1, 2, 3, 4, 5, 6].slice(0, 2 * count));
  });

  it('takes an array of numbers for as many rows of width 1', () => {
    expect(packSamples(subject(1), [5, 6, 7])).toMatchObject({ count: 3, shape: 'packed' });
    expect(packSamples(subject(1), [5])).toMatchObject({ count: 1, shape: 'sample' });
  });

  it('keeps what float32 can hold to the bit: -0, subnormals, the largest', () => {
    const { values } = packSamples(subject(4), [-0, 1e-45, 3.4028234663852886e38, -1e-40]);
    expect(Object.is(values[0], -0)).toBe(true);
    expect(values[1]).toBe(2 ** -149);
    expect(values[2]).toBe(3.4028234663852886e38);
    expect(values[3]).toBe(Math.fround(-1e-40));
  });

  it('takes what rounds to a finite float32, refuses what rounds beyond', () => {
    expect(packSamples(subject(1), [3.40282356e38]).values[0]).toBe(3.4028234663852886e38);
    expect(() => packSamples(subject(1), [3.4028236e38])).toThrow(/which float32 cannot hold/);
  });

  it('copies arrays, but returns a Float32Array itself', () => {
    const row = [1, 2];
    const { values } = packSamples(subject(2), row);
    row[0] = 9;
    expect(values[0]).toBe(1);
    const given = new Float32Array([1, 2]);
    expect(packSamples(subject(2), given).values).toBe(given);
  });

  it('names the row and the column of a bad number only where there are several rows', () => {
    expect(() => packSamples(subject(2), [1, Number.NaN])).toThrow(/^test: inputs\[1\] is NaN/);
    expect(() => packSamples(subject(2), [1, 2, Number.NaN, 4])).toThrow(
      /^test: inputs\[2\] \(row 1, column 0\) is NaN/,
    );
  });
});
