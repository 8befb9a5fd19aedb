/** Columns as create takes them: what they become, and what is refused. */
import { describe, expect, it } from 'vitest';
import { resolveColumns } from '../../src/columns/resolve.js';
import { columnsFrom } from '../../src/columns/saved.js';
import { inputNames } from '../../src/columns/spec.js';
import { type ErrorCode, Network, type NetworkOptions } from '../../src/index.js';
import { expectRefused } from '../support/refusals.js';

const COLUMNS = {
  age: { type: 'number', missing: true },
  member: 'boolean',
  city: ['Rome', ' Oslo '],
  job: { type: 'category', values: ['a'], other: true, missing: true },
  text: { type: 'words', values: ['good'], other: true },
} as const;

describe('columns', () => {
  it('become inputs in their order, values, other, missing', () => {
    const columns = resolveColumns(COLUMNS, 100);
    expect(columns.map(({ name, first, width }) => [name, first, width])).toEqual([
      ['age', 0, 2],
      ['member', 2, 1],
      ['city', 3, 2],
      ['job', 5, 3],
      ['text', 8, 2],
    ]);
    expect(inputNames(columns)).toEqual([
      'age',
      'age (missing)',
      'member',
      'city=Rome',
      'city=Oslo',
      'job=a',
      'job (other)',
      'job (missing)',
      'text=good',
      'text (other)',
    ]);
  });

  it('are shown with all options, and are copies', async () => {
    const values = ['Rome'];
    const inputs = { city: values, age: 'number' } as const;
    const network = await Network.create({ inputs, target: 'y', layers: [{ units: 1 }] });
    values.push('Oslo');
    expect(network.inputs).toBe(2);
    expect(network.columns).toEqual({
      city: { type: 'category', values: ['Rome'], other: false, missing: false },
      age: { type: 'number', missing: false },
    });
    expect(network.target).toBe('y');
    const again = await Network.create({ inputs: network.columns ?? 0, layers: [{ units: 1 }] });
    expect(again.columns).toEqual(network.columns);
    expect((await Network.create({ inputs: 2, layers: [{ units: 1 }] })).columns).toBeUndefined();
  });

  it('may have names that every object inherits', async () => {
    const inputs = JSON.parse('{"__proto__": "number", "constructor": "number", "toString": ["a"]}');
    const network = await Network.create({ inputs, layers: [{ units: 1 }] });
    expect(Object.keys(network.columns ?? {})).toEqual(['__proto__', 'constructor', 'toString']);
  });

  it('are lists in JSON, and come back', () => {
    const columns = resolveColumns(COLUMNS, 100);
    const saved = JSON.parse(JSON.stringify(columns));
    expect(resolveColumns(columnsFrom(saved), 100)).toEqual(columns);
    for (const wrong of [
      null,
      {},
      { ...saved, names: 3 },
      { ...saved, sizes: [0] },
      { ...saved, names: ['a', 'a', 'b', 'c', 'd'] },
      { ...saved, other: [9] },
      { ...saved, values: [] },
    ]) {
      expect(columnsFrom(wrong)).toBeUndefined();
    }
  });
});

const REFUSED: readonly (readonly [what: string, options: object, code: ErrorCode, message: RegExp])[] = [
  ['no columns', { inputs: {} }, 'ERR_INVALID_OPTION', /^create: inputs names no column\. Name at least one/],
  [
    'a list of names',
    { inputs: ['age'] },
    'ERR_INVALID_TYPE',
    /^create: inputs is an array of 1, expected the width of a sample, or columns/,
  ],
  ['a Map', { inputs: new Map() }, 'ERR_INVALID_TYPE', /^create: inputs is a Map/],
  [
    'an unknown type',
    { inputs: { age: 'numeric' } },
    'ERR_INVALID_OPTION',
    /^create: inputs\["age"\]\.type is "numeric"\. (Did you mean "number"\? )?Expected one of/,
  ],
  [
    'a type of its own',
    { inputs: { age: { type: 3 } } },
    'ERR_INVALID_TYPE',
    /inputs\["age"\]\.type is 3, expected one of/,
  ],
  [
    'a number',
    { inputs: { age: 1 } },
    'ERR_INVALID_TYPE',
    /inputs\["age"\] is 1, expected 'number', 'boolean', a list/,
  ],
  [
    'an unknown option',
    { inputs: { age: { type: 'number', mising: true } } },
    'ERR_INVALID_OPTION',
    /inputs\["age"\] has an unknown option "mising"\. Did you mean "missing"/,
  ],
  [
    'missing: 1',
    { inputs: { age: { type: 'number', missing: 1 } } },
    'ERR_INVALID_TYPE',
    /inputs\["age"\]\.missing is 1, expected true or false/,
  ],
  [
    'no values',
    { inputs: { city: 'category' } },
    'ERR_INVALID_OPTION',
    /inputs\["city"\]\.values is undefined, expected a list of texts, at least one\. Write/,
  ],
  ['empty values', { inputs: { city: [] } }, 'ERR_INVALID_OPTION', /inputs\["city"\]\.values is an empty array/],
  [
    'values that are no list',
    { inputs: { city: { type: 'words', values: 'a' } } },
    'ERR_INVALID_TYPE',
    /inputs\["city"\]\.values is "a"/,
  ],
  [
    'a number as value',
    { inputs: { city: [1] } },
    'ERR_INVALID_TYPE',
    /values\[0\] is 1, expected a text\. Write it in quotes/,
  ],
  [
    'a blank value',
    { inputs: { city: ['a', ' '] } },
    'ERR_INVALID_OPTION',
    /values\[1\] is " "\. A blank is no value: missing: true/,
  ],
  [
    'a value twice',
    { inputs: { city: ['a', 'b', ' a'] } },
    'ERR_INVALID_OPTION',
    /values\[2\] is " a", as values\[0\] is\. Blanks around/,
  ],
  [
    'values of a number',
    { inputs: { age: { type: 'number', values: ['1'] } } },
    'ERR_INVALID_OPTION',
    /inputs\["age"\]\.values is given for a number/,
  ],
  [
    'other of a boolean',
    { inputs: { age: { type: 'boolean', other: true } } },
    'ERR_INVALID_OPTION',
    /inputs\["age"\]\.other is given for a boolean/,
  ],
  [
    'too many values',
    { inputs: { city: Array.from({ length: 2 ** 20 + 1 }, (_, i) => `${i}`) } },
    'ERR_INVALID_OPTION',
    /^create: inputs are 1048577 with all values, expected at most 1048576\. List fewer/,
  ],
  [
    'a target without columns',
    { inputs: 2, target: 'y' },
    'ERR_INVALID_OPTION',
    /^create: target names a column, but inputs are no columns/,
  ],
  [
    'a target that is a column',
    { inputs: { y: 'number' }, target: 'y' },
    'ERR_INVALID_OPTION',
    /^create: target is "y", which is a column of inputs too/,
  ],
  [
    'a target that is no name',
    { inputs: { x: 'number' }, target: 3 },
    'ERR_INVALID_TYPE',
    /^create: target is 3, expected the name of a column/,
  ],
  [
    'no target in a list',
    { inputs: { x: 'number' }, target: [] },
    'ERR_INVALID_TYPE',
    /^create: target is an empty array, expected/,
  ],
  [
    'a target twice',
    { inputs: { x: 'number' }, target: ['y', 'y'] },
    'ERR_INVALID_OPTION',
    /^create: target names a column twice/,
  ],
  [
    'two targets of one output',
    { inputs: { x: 'number' }, target: ['y', 'z'] },
    'ERR_SHAPE',
    /^create: target has 2 columns, the last layer 1 units/,
  ],
  [
    'a scaling without medians',
    { inputs: { x: { type: 'number', missing: true } }, normalize: { shift: [0, 0], scale: [1, 1] } },
    'ERR_INVALID_OPTION',
    /^create: normalize\.missing lacks the column "x"/,
  ],
  [
    'a scaling of a flag',
    { inputs: { x: 'boolean' }, normalize: { shift: [1], scale: [1] } },
    'ERR_INVALID_OPTION',
    /^create: normalize has shift 1 and scale 1 at \[0\], expected 0 and 1, because of its input, which is "x"/,
  ],
  [
    'medians of numbers',
    { inputs: 1, normalize: { shift: [1], scale: [1], missing: {} } },
    'ERR_INVALID_OPTION',
    /^create: normalize has an unknown option "missing"/,
  ],
];

it.each(REFUSED)('create refuses %s', async (_, options, code, message) => {
  await expectRefused(
    () => Network.create({ layers: [{ units: 1 }], ...options } as unknown as NetworkOptions),
    code,
    message,
  );
});
