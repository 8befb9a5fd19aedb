/** Targets in rows: numbers, yes or no, names, indexes, lists; and the ones that are refused. */
import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../src/columns/rows.js';
import { targetsOf } from '../../src/columns/targets.js';
import type { Activation, ErrorCode, NetworkOptions } from '../../src/index.js';
import { resolveNetwork } from '../../src/options/network.js';
import { expectCoded, thrownBy } from '../support/refusals.js';

interface Task {
  readonly units: number;
  readonly activation: Activation;
  readonly target?: string | readonly string[];
  readonly labels?: readonly string[];
  readonly isMulti?: boolean;
  readonly more?: Partial<NetworkOptions>;
}

function taken({ units, activation, target = 'y', labels, isMulti = false, more }: Task, rows: unknown): unknown {
  const spec = resolveNetwork({ inputs: { x: 'number' }, target, labels, layers: [{ units, activation }], ...more });
  return targetsOf('call: inputs', rowsOf('call: inputs', rows, '{ x: 1 }'), spec, isMulti);
}

const of = (...cells: unknown[]): object[] => cells.map((y) => ({ y }));
const NUMBERS: Task = { units: 1, activation: 'linear' };
const YES: Task = { units: 1, activation: 'sigmoid' };
const NAMES: Task = { units: 1, activation: 'sigmoid', labels: ['no', 'yes'] };
const INDEXES: Task = { units: 3, activation: 'softmax' };
const LISTS: Task = { units: 2, activation: 'sigmoid', labels: ['a', 'b'], isMulti: true };

describe('targets', () => {
  it('are numbers', () => {
    expect(taken(NUMBERS, of(1, '2.5', -3))).toEqual([1, 2.5, -3]);
    expect(
      taken({ ...NUMBERS, units: 2, target: ['y', 'z'] }, [
        { y: 1, z: '2' },
        { y: 3, z: 4 },
      ]),
    ).toEqual([1, 2, 3, 4]);
    expect(taken({ ...NUMBERS, units: 2 }, of([1, 2], [3, 4]))).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('are yes or no, or a probability', () => {
    expect(taken(YES, of(true, false, 'yes', 'N', 0, '1', 0.25))).toEqual([1, 0, 1, 0, 0, 1, 0.25]);
    expect(taken({ ...YES, units: 2, target: ['y', 'z'] }, [{ y: true, z: 'no' }])).toEqual([1, 0]);
  });

  it('are names of classes, as text', () => {
    expect(taken(NAMES, of('yes', ' no '))).toEqual(Int32Array.of(1, 0));
    expect(taken({ ...INDEXES, labels: ['0', 'true', 'c'] }, of(0, true, 'c'))).toEqual(Int32Array.of(0, 1, 2));
    expect(taken({ ...NAMES, labels: ['a', ' a'] }, of('a', ' a'))).toEqual(Int32Array.of(0, 1));
  });

  it('are indexes of classes', () => {
    expect(taken(INDEXES, of(2, '0', 1))).toEqual(Int32Array.of(2, 0, 1));
  });

  it('are lists of names', () => {
    expect(taken(LISTS, of(['a', 'b'], [], 'b', [' a']))).toEqual([['a', 'b'], [], ['b'], ['a']]);
  });

  it('of labels of a linear output are numbers', () => {
    expect(taken({ ...NUMBERS, labels: ['price'] }, of(3))).toEqual([3]);
  });
});

const REFUSED: readonly (readonly [what: string, task: Task, cell: unknown, code: ErrorCode, message: RegExp])[] = [
  [
    'a word as number',
    NUMBERS,
    'a',
    'ERR_INVALID_TYPE',
    /is "a", expected a number\. For names of classes, create the network with labels/,
  ],
  ['true as number', NUMBERS, true, 'ERR_INVALID_TYPE', /is true, expected a number/],
  [
    'a blank number',
    NUMBERS,
    '',
    'ERR_MISSING',
    /is "", expected a number\. A row without an answer trains and judges nothing: leave it out/,
  ],
  ['infinity', NUMBERS, Number.NEGATIVE_INFINITY, 'ERR_NON_FINITE', /is -Infinity, expected a finite number/],
  ['maybe', YES, 'maybe', 'ERR_INVALID_TYPE', /is "maybe", expected yes or no, or a number from 0 to 1/],
  [
    'another label',
    NAMES,
    'Yes',
    'ERR_UNKNOWN_VALUE',
    /is "Yes", expected one of the labels "no", "yes"\. Did you mean "yes"\? Create the network with this label/,
  ],
  ['a blank label', NAMES, null, 'ERR_MISSING', /is null, expected one of the labels "no", "yes"\. A row without/],
  ['an object as label', NAMES, {}, 'ERR_INVALID_TYPE', /is an object, expected one of the labels/],
  ['a class too large', INDEXES, 3, 'ERR_INVALID_OPTION', /is 3, expected a class from 0 to 2/],
  [
    'a name as index',
    INDEXES,
    'Rome',
    'ERR_INVALID_TYPE',
    /is "Rome", expected a class from 0 to 2\. For names, create the network with labels/,
  ],
  ['a blank index', INDEXES, undefined, 'ERR_MISSING', /is undefined, expected a class from 0 to 2/],
  ['an unknown name in a list', LISTS, ['a', 'c'], 'ERR_UNKNOWN_VALUE', /is "c", expected one of the labels "a", "b"/],
  ['a blank list', LISTS, '', 'ERR_MISSING', /is "", expected one of the labels/],
  [
    'a number for two outputs',
    { ...NUMBERS, units: 2 },
    3,
    'ERR_INVALID_TYPE',
    /is 3, expected a list of 2 numbers\. Name 2 columns as target/,
  ],
];

it.each(REFUSED)('%s is refused', async (_, task, cell, code, message) => {
  const first = task.labels ? task.labels[0] : task.units === 2 ? [1, 2] : 0;
  const error = await thrownBy(() => taken(task, of(first, cell)));
  expectCoded(error, code, message);
  expectCoded(error, code, /^call: inputs, row 1 \(counted from 0\), column "y" is /);
  expect(error).toMatchObject({ row: 1, column: 'y' });
});

it('a target column that the rows lack is named', async () => {
  const error = await thrownBy(() => taken({ ...NUMBERS, target: 'price' }, [{ x: 1, prise: 3 }]));
  expectCoded(
    error,
    'ERR_MISSING',
    /row 0 \(counted from 0\) has no column "price", expected a number\. Did you mean "prise"\?/,
  );
});
