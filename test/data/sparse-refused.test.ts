/** Sparse rows that are wrong are refused, with the part, what came and what was expected, whether they are written out or not. */
import { describe, expect, it } from 'vitest';
import { type ErrorCode, Network, type SparseRows } from '../../src/index.js';
import { parametersOf } from '../support/networks.js';
import { expectRefused } from '../support/refusals.js';

const starts = (...numbers: number[]): Uint32Array => Uint32Array.from(numbers);
const columns = starts;
const FLOATS = new Float32Array(3);
const NAN = Float32Array.of(1, Number.NaN, 3);

/** Written out where there are 1024 inputs, and not where there are more. */
const WIDTHS = [1024, 1025];

type Case = [what: string, rows: object, code: ErrorCode, message: (width: number) => string];

/** Of a part of another kind. */
const KINDS = { starts: 'Uint32Array', columns: 'Uint32Array', values: 'Float32Array' } as const;
const PLACES = 'expected starts up to columns.length, columns that ascend in a row, below ';
const CASES: readonly Case[] = [
  ['starts are an array', { starts: [0, 1], columns: columns(1) }, 'ERR_INVALID_TYPE', () => 'starts is an array of 2'],
  ['starts are null', { starts: null, columns: columns(1) }, 'ERR_INVALID_TYPE', () => 'starts is null'],
  ['columns are missing', { starts: starts(0, 1) }, 'ERR_INVALID_TYPE', () => 'columns is undefined'],
  [
    'columns are of another kind',
    { starts: starts(0, 1), columns: Int32Array.of(1) },
    'ERR_INVALID_TYPE',
    () => 'columns is an Int32Array',
  ],
  [
    'values are an array',
    { starts: starts(0, 1), columns: columns(1), values: [1] },
    'ERR_INVALID_TYPE',
    () => 'values is an array of 1',
  ],
  [
    'too few values',
    { starts: starts(0, 4), columns: columns(1, 2, 3, 4), values: FLOATS },
    'ERR_SHAPE',
    () => 'values.length is 3',
  ],
  [
    'starts do not begin at 0',
    { starts: starts(1, 3), columns: columns(1, 2, 3) },
    'ERR_SHAPE',
    () => 'starts[0] is 1',
  ],
  ['starts descend', { starts: starts(0, 2, 1, 3), columns: columns(1, 2, 3) }, 'ERR_SHAPE', () => 'starts[2] is 1'],
  [
    'starts go beyond columns',
    { starts: starts(0, 4), columns: columns(1, 2, 3) },
    'ERR_SHAPE',
    () => 'columns[3] is undefined',
  ],
  [
    'starts end before columns',
    { starts: starts(0, 2), columns: columns(1, 2, 3) },
    'ERR_SHAPE',
    () => 'columns.length is 3',
  ],
  [
    'starts of a million million rows',
    { starts: { length: 1e12 }, columns: columns(1) },
    'ERR_INVALID_TYPE',
    () => 'starts is an object',
  ],
  [
    'starts that are no number',
    { starts: [0, Number.NaN], columns: columns(1) },
    'ERR_INVALID_TYPE',
    () => 'starts is an array of 2',
  ],
  [
    'starts below 0',
    { starts: Int32Array.of(0, -1), columns: columns(1) },
    'ERR_INVALID_TYPE',
    () => 'starts is an Int32Array',
  ],
  [
    'starts that descend, of more rows than memory holds',
    { starts: new Uint32Array(2 ** 25).fill(1, 1, 2), columns: columns(1) },
    'ERR_SHAPE',
    () => 'starts[2] is 0',
  ],
  [
    'a Proxy of starts',
    { starts: new Proxy(starts(0, 1), {}), columns: columns(1) },
    'ERR_INVALID_TYPE',
    () => 'starts is a Proxy of a Uint32Array',
  ],
  [
    'a Proxy of values',
    { starts: starts(0, 1), columns: columns(1), values: new Proxy(NAN, {}) },
    'ERR_INVALID_TYPE',
    () => 'values is a Proxy of a Float32Array',
  ],
  ['a column twice', { starts: starts(0, 3), columns: columns(1, 2, 2) }, 'ERR_SHAPE', () => 'columns[2] is 2'],
  ['columns descend', { starts: starts(0, 1, 3), columns: columns(9, 5, 4) }, 'ERR_SHAPE', () => 'columns[2] is 4'],
];

function networkOf(inputs: number): Promise<Network> {
  return Network.create({ inputs, layers: [{ units: 2 }, { units: 2, activation: 'softmax' }] });
}

function escaped(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}

describe.each(WIDTHS)('%d inputs', (width) => {
  it.each(CASES)('%s', async (_, rows, code, message) => {
    const network = await networkOf(width);
    const given = rows as SparseRows;
    const [part = ''] = message(width).split(' ');
    const kind = KINDS[part as keyof typeof KINDS];
    const expected = kind ? `expected ${kind}.from(…).` : `${PLACES}${width}.`;
    const came = (call: string): RegExp => escaped(`${call}: inputs.${message(width)}, ${expected}`);
    await expectRefused(() => network.predict(given), code, came('predict'));
    await expectRefused(() => network.fit(given, Uint8Array.of(1)), code, came('fit'));
    await expectRefused(() => network.trainOnBatch(given, Uint8Array.of(1)), code, came('trainOnBatch'));
  });

  it.each([
    ['value', { starts: starts(0, 1), columns: columns(1), value: FLOATS }, 'values'],
    ['indptr', { indptr: starts(0, 1), indices: columns(1), data: FLOATS }, 'starts'],
    ['indices', { starts: starts(0, 1), indices: columns(1) }, 'columns'],
    ['data', { starts: starts(0, 1), columns: columns(1), data: FLOATS }, 'values'],
  ])('a part that is called %s', async (word, rows, meant) => {
    const network = await networkOf(width);
    const given = rows as unknown as SparseRows;
    const came = `inputs has an unknown option "${word}".`;
    await expectRefused(
      () => network.predict(given),
      'ERR_INVALID_OPTION',
      escaped(`predict: ${came} Known: starts, columns, values.`),
    );
    await expectRefused(
      () => network.fit(given, Uint8Array.of(1)),
      'ERR_INVALID_OPTION',
      escaped(`fit: ${came} Did you mean "${meant}"? Known: starts, columns, values.`),
    );
  });

  it.each(['starts', 'columns', 'values'] as const)('into over the memory of %s', async (part) => {
    const network = await networkOf(width);
    const rows = { starts: starts(0, 1, 2), columns: columns(3, 4), values: Float32Array.of(1, 2) };
    const memory = new ArrayBuffer(64);
    const view = new (rows[part].constructor as typeof Uint32Array)(memory, 16, rows[part].length);
    view.set(rows[part]);
    const given = { ...rows, [part]: view } as SparseRows;
    class Rows {
      readonly #rows = given;
      get starts(): Uint32Array {
        return this.#rows.starts;
      }
      get columns(): Uint32Array {
        return this.#rows.columns;
      }
      get values(): Float32Array | undefined {
        return this.#rows.values;
      }
    }
    for (const sparse of [given, new Rows()]) {
      for (const offset of [4, 16, 20]) {
        const into = new Float32Array(memory, offset, 4);
        await expectRefused(
          () => network.predict(sparse, { into }),
          'ERR_INVALID_OPTION',
          /predict: into shares memory with inputs/,
        );
      }
      expect([...view]).toEqual([...rows[part]]);
      // Beside it is room.
      const beside = new Float32Array(memory, 32, 4);
      expect(network.predict(sparse, { into: beside })).toBe(beside);
      expect([...beside]).toEqual([...(network.predict(rows) as Float32Array)]);
    }
  });

  it('a column that the network does not have', async () => {
    const given = { starts: starts(0, 2), columns: columns(3, width) };
    const came = escaped(`evaluate: inputs.columns[1] is ${width}, ${PLACES}${width}.`);
    const network = await networkOf(width);
    await expectRefused(() => network.evaluate(given, Uint8Array.of(1)), 'ERR_SHAPE', came);
  });

  it('a value that is no finite number', async () => {
    const given = { starts: starts(0, 1, 3), columns: columns(3, 4, 5), values: NAN };
    const network = await networkOf(width);
    await expectRefused(() => network.predict(given), 'ERR_NON_FINITE', /predict: inputs.*\(row 1, column 4\) is NaN/);
  });

  it('no rows', async () => {
    const network = await networkOf(width);
    for (const none of [starts(), starts(0)]) {
      await expectRefused(
        () => network.predict({ starts: none, columns: columns() }),
        'ERR_SHAPE',
        /predict: inputs is empty/,
      );
    }
  });

  it('parts that are views of another kind', async () => {
    const network = await networkOf(width);
    const given = { starts: starts(0, 1), columns: columns(1) };
    const view = new DataView(new ArrayBuffer(8));
    for (const part of ['starts', 'columns', 'values']) {
      const rows = { ...given, [part]: view } as SparseRows;
      await expectRefused(
        () => network.predict(rows),
        'ERR_INVALID_TYPE',
        new RegExp(`inputs\\.${part} is a DataView`),
      );
    }
  });

  it.each([
    ['starts', /inputs is empty \(or its buffer was transferred away\)/],
    ['columns', /inputs\.values\.length is 1,/],
    ['values', /inputs\.values\.length is 0,/],
  ] as const)('%s whose buffer was transferred away', async (part, message) => {
    const network = await networkOf(width);
    const rows = { starts: starts(0, 1), columns: columns(1), values: new Float32Array(1) };
    structuredClone(rows[part], { transfer: [rows[part].buffer] });
    await expectRefused(() => network.predict(rows), 'ERR_SHAPE', message);
    await expectRefused(() => network.fit(rows, Uint8Array.of(1)), 'ERR_SHAPE', message);
  });

  it('parts without entries whose buffers were transferred away are empty ones', async () => {
    const network = await networkOf(width);
    const gone = <T extends Uint32Array | Float32Array>(part: T): T => {
      structuredClone(part, { transfer: [part.buffer] });
      return part;
    };
    const empty = { starts: starts(0, 0), columns: columns() };
    const expected = network.predict(empty);
    for (const rows of [
      { ...empty, columns: gone(columns(1)) },
      { ...empty, values: gone(Float32Array.of(1)) },
    ]) {
      expect(network.predict(rows)).toEqual(expected);
    }
  });

  it('too few targets for the rows; a fit that is refused changes nothing', async () => {
    const network = await networkOf(width);
    const before = parametersOf(network);
    const given = { starts: starts(0, 1, 1), columns: columns(1) };
    await expectRefused(
      () => network.fit(given, Uint8Array.of(1)),
      'ERR_SHAPE',
      /targets has 1 sample, inputs has 2 samples/,
    );
    expect(parametersOf(network)).toEqual(before);
  });

  it('values of another realm, and views of larger buffers, are taken', async () => {
    const network = await networkOf(width);
    const buffer = new Uint32Array([7, 0, 1, 1, 9]);
    const given = {
      starts: buffer.subarray(1, 4),
      columns: Uint32Array.of(5),
      values: new Float32Array([0, 2]).subarray(1),
    };
    const dense = new Float32Array(2 * width);
    dense[5] = 2;
    const [a, b] = [network.predict(given) as Float32Array, network.predict(dense)];
    a.forEach((value, i) => {
      expect(value).toBeCloseTo(b[i] as number, 6);
    });
  });
});
