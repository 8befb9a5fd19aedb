/** Samples of a search: what is chosen of them is what was given. */
import { describe, expect, it } from 'vitest';
import type { Samples } from '../../src/data/samples.js';
import type { Labels } from '../../src/data/targets.js';
import { type ChosenSamples, choose, copiedSamples, dataOf, everything } from '../../src/search/data.js';
import { hashOfData } from '../../src/search/data-hash.js';

const INDEXES = Uint32Array.of(0, 2);
const chosen = (inputs: unknown, targets: unknown, count = 3) =>
  choose(dataOf({ inputs: inputs as Samples, targets: targets as Labels }, count, undefined), INDEXES);

describe('copied rows', () => {
  it('have a column called __proto__', () => {
    const rows = [1, 2].map((a) => JSON.parse(`{"__proto__":${a},"t":1}`));
    const { inputs } = copiedSamples({ inputs: rows as never, targets: undefined as never }, ['__proto__', 't']);
    expect(inputs).toStrictEqual(rows);
  });

  const rowOf = (extra: unknown): unknown =>
    (copiedSamples({ inputs: [{ a: 1, extra }] as never, targets: undefined as never }, []).inputs as unknown[])[0];

  it('go to other threads, whatever is in their cells', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    const getter = {
      get a(): never {
        throw new Error('mine');
      },
    };
    for (const cell of [
      { f: () => 1 },
      [() => 1, Symbol('s')],
      circle,
      [1n],
      getter,
      new WeakMap(),
      new Proxy({}, {}),
    ]) {
      expect(structuredClone(rowOf(cell))).toMatchObject({ a: 1 });
    }
    expect(rowOf(new Proxy(['x', 'y'], {}))).toEqual({ a: 1, extra: ['x', 'y'] });
    expect(rowOf(new Date(5))).toEqual({ a: 1, extra: new Date(5) });
  });

  it('have a hash, whatever is in their cells, which tells one from another', () => {
    const circle: unknown[] = [1];
    circle.push(circle);
    const cells = [[1n], [2n], circle, { a: Number.NaN }, { a: null }, { a: 1n }];
    const hashes = cells.map((cell) =>
      hashOfData(dataOf({ inputs: [rowOf(cell)] as never, targets: [1] }, 1, undefined)),
    );
    expect(new Set(hashes).size).toBe(cells.length);
  });
});

describe('chosen samples', () => {
  it('of packed numbers', () => {
    const packed = Float32Array.of(1, 2, 3, 4, 5, 6);
    expect(chosen(packed, Uint8Array.of(0, 1, 2))).toEqual({
      inputs: Float32Array.of(1, 2, 5, 6),
      targets: Uint8Array.of(0, 2),
    });
    expect(chosen(packed, packed).targets).toEqual(Float32Array.of(1, 2, 5, 6));
  });

  it('of rows that float32 holds are packed; others keep their doubles', () => {
    const targets = ['a', 'b', 'c'];
    expect(
      chosen(
        [
          [1, 2.5],
          [3, 4],
          [5, -0],
        ],
        targets,
      ),
    ).toEqual({
      inputs: Float32Array.of(1, 2.5, 5, -0),
      targets: ['a', 'c'],
    });
    expect(
      chosen(
        [
          [0.1, 2],
          [3, 4],
          [5, 6],
        ],
        [[1], [2], [3]],
      ),
    ).toEqual({
      inputs: [
        [0.1, 2],
        [5, 6],
      ],
      targets: [[1], [3]],
    });
  });

  it('of records, with targets in them or several for each', () => {
    const rows = [
      { a: 1, b: 'x' },
      { a: 2, b: 'y' },
      { a: 3, b: 'z' },
    ];
    expect(chosen(rows, undefined)).toEqual({ inputs: [rows[0], rows[2]], targets: undefined });
    expect(chosen(rows, [1, 2, 3, 4, 5, 6]).targets).toEqual([1, 2, 5, 6]);
    expect(chosen(rows, [['x'], [], ['y', 'z']]).targets).toEqual([['x'], ['y', 'z']]);
  });

  it('are copies: what the caller changes afterwards does not matter', () => {
    const packed = Float32Array.of(1, 2, 3);
    const rows = [{ a: [1] }, { a: [2] }, { a: [3] }];
    const copied = (samples: object) => copiedSamples(samples as ChosenSamples, []);
    const data = dataOf(copied({ inputs: packed, targets: Int32Array.of(1, 2, 3) }), 3, undefined);
    const records = dataOf(copied({ inputs: rows, targets: undefined }), 3, undefined);
    packed.fill(9);
    (rows[0] as { a: number[] }).a[0] = 9;
    expect(everything(data).inputs).toEqual(Float32Array.of(1, 2, 3));
    expect(everything(records).inputs).toEqual([{ a: [1] }, { a: [2] }, { a: [3] }]);
    // Networks take memory that only their thread has.
    expect((everything(data).inputs as Float32Array).buffer).toBeInstanceOf(ArrayBuffer);
  });
});
