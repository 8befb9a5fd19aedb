/** What JSON cannot write, in words. */
import { describe, expect, it } from 'vitest';
import { checksumOf } from '../../src/search/checksum.js';
import { copyOfPlain, writable } from '../../src/search/plain.js';

const circle: Record<string, unknown> = { name: 'ring' };
circle.self = [circle];
let deep: unknown = 1;
for (let level = 0; level < 100_000; level++) deep = [deep];

describe('a copy', () => {
  it('of plain data has nothing of the other one', () => {
    const value = JSON.parse('{"a":[1,{"b":null}],"__proto__":{"c":["x"]}}');
    const copy = copyOfPlain(value);
    expect(copy).toStrictEqual(value);
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(copy.a[1]).not.toBe(value.a[1]);
    expect(Object.entries(copy)[1]?.[1]).not.toBe(Object.entries(value)[1]?.[1]);
  });
});

describe('a value', () => {
  it('that JSON can write stays as it is', () => {
    const layer = { units: 4 };
    const options = { layers: [layer, layer], rate: Number.NaN, weights: Float32Array.of(1) };
    expect(writable(options)).toBe(options);
    expect(writable(undefined)).toBeUndefined();
  });

  it('that it cannot write has words in the places that it cannot', () => {
    expect(writable({ seed: 1n, layers: [circle], weights: BigInt64Array.of(2n), at: new Date(0) })).toEqual({
      seed: '1n',
      layers: [{ name: 'ring', self: ['(again)'] }],
      weights: { 0: '2n' },
      at: new Date(0),
    });
    expect(JSON.stringify(writable(deep))).toBe(`${'['.repeat(100)}"(deeper)"${']'.repeat(100)}`);
  });

  it('has a checksum, which tells it from others', () => {
    const all = [1n, '1', 2n, circle, [circle], deep, { seed: 1n }, { seed: '1' }, { seed: 2n }];
    expect(new Set(all.map(checksumOf)).size).toBe(all.length);
  });
});
