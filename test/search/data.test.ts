/** Samples of a search: what is chosen of them is what was given. */
import { describe, expect, it, vi } from 'vitest';
import type { Samples } from '../../src/data/samples.js';
import type { SparseRows } from '../../src/data/sparse-rows.js';
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

  it('have a hash, whatever is in their cells, which tells one from another', async () => {
    const circle: unknown[] = [1];
    circle.push(circle);
    const cells = [[1n], [2n], circle, { a: Number.NaN }, { a: null }, { a: 1n }];
    const hashes = await Promise.all(
      cells.map((cell) => hashOfData(dataOf({ inputs: [rowOf(cell)] as never, targets: [1] }, 1, undefined))),
    );
    expect(new Set(hashes).size).toBe(cells.length);
  });

  it.each([
    ['rows', Array.from({ length: 5000 }, (_, row) => ({ row }))],
    ['numbers', new Float32Array(2 ** 20)],
  ] as [string, never][])('an abort is heard between slices of many %s', async (_, inputs) => {
    const data = dataOf({ inputs, targets: undefined as never }, (inputs as ArrayLike<unknown>).length, undefined);
    const before = await hashOfData(data);
    const controller = new AbortController();
    let now = 1e13;
    // A turn is due at each slice.
    vi.spyOn(performance, 'now').mockImplementation(() => {
      now += 9;
      return now;
    });
    try {
      expect(await hashOfData(data, controller.signal)).toBe(before);
      const hash = hashOfData(data, controller.signal);
      controller.abort('enough');
      await expect(hash).rejects.toBe('enough');
    } finally {
      vi.restoreAllMocks();
    }
  });

  it('sparse rows keep parts that they should not have, to be refused', () => {
    const rows = { starts: Uint32Array.of(0, 1), columns: Uint32Array.of(2), value: Float32Array.of(3) };
    expect(copiedSamples({ inputs: rows, targets: [1] }, []).inputs).toMatchObject(rows);
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

  it('of a table with a column called length', () => {
    const rows = [{ length: 0 }, { length: 1e12 }, { length: 3 }];
    expect(chosen(rows, [1, 2, 3])).toEqual({ inputs: [rows[0], rows[2]], targets: [1, 3] });
  });

  it('of one record', () => {
    const data = dataOf({ inputs: { a: 1 } as never, targets: [1] }, 1, undefined);
    expect(choose(data, Uint32Array.of(0))).toEqual({ inputs: [{ a: 1 }], targets: [1] });
  });

  it('of sparse rows, in any order, as often as asked', () => {
    const rows = {
      starts: Uint32Array.of(0, 2, 2, 5),
      columns: Uint32Array.of(1, 7, 0, 3, 9),
      values: Float32Array.of(1, 2, 3, 4, 5),
    };
    const data = dataOf({ inputs: rows, targets: ['a', 'b', 'c'] }, 3, undefined);
    expect(choose(data, Uint32Array.of(2, 1, 0, 0))).toEqual({
      inputs: {
        starts: Uint32Array.of(0, 3, 3, 5, 7),
        columns: Uint32Array.of(0, 3, 9, 1, 7, 1, 7),
        values: Float32Array.of(3, 4, 5, 1, 2, 1, 2),
      },
      targets: ['c', 'b', 'a', 'a'],
    });
    const { values: _, ...ones } = rows;
    expect(chosen(ones, ones)).toEqual({
      inputs: { ...ones, starts: Uint32Array.of(0, 2, 5), values: undefined },
      targets: { ...ones, starts: Uint32Array.of(0, 2, 5), values: undefined },
    });
  });

  it('of sparse rows come from memory that threads share, and values that are all 1 are not kept', () => {
    const rows = { starts: Uint32Array.of(0, 1), columns: Uint32Array.of(5), values: Float32Array.of(3) };
    const { starts, columns, values } = dataOf({ inputs: rows, targets: [1] }, 1, undefined).inputs as SparseRows;
    for (const part of [starts, columns, values]) expect(part?.buffer).toBeInstanceOf(SharedArrayBuffer);
    const ones = { ...rows, values: Float32Array.of(1) };
    expect(dataOf({ inputs: ones, targets: [1] }, 1, undefined).inputs).toEqual({ ...rows, values: undefined });
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
