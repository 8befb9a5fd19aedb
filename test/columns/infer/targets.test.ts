/** What targets are taken for, and which are refused. */
import { describe, expect, it } from 'vitest';
import { type InferOptions, inferColumns } from '../../../src/index.js';
import { inTurn, measured, tableOf } from '../../support/columns/tables.js';
import { expectRefused } from '../../support/refusals.js';

const COUNT = 60;

function proposed(cell: (row: number) => unknown, options: Omit<InferOptions, 'target'> = {}) {
  return inferColumns(tableOf(COUNT, { x: measured, y: cell }), { target: 'y', ...options });
}

describe('a target', () => {
  it.each<[string, (row: number) => unknown, readonly string[]]>([
    ['texts', inTurn('spam', 'ham'), ['ham', 'spam']],
    ['yes and no', inTurn('yes', 'no'), ['no', 'yes']],
    ['0 and 1', inTurn('1', '0'), ['0', '1']],
    ['typed 0 and 1', inTurn(1, 0), ['0', '1']],
    ['typed true and false', inTurn(true, false), ['false', 'true']],
    ['-1 and 1', inTurn('1', '-1'), ['-1', '1']],
  ])('of two classes in %s: a sigmoid, the second label is yes', (_, cell, labels) => {
    expect(proposed(cell)).toMatchObject({ outputs: 1, activation: 'sigmoid', options: { target: 'y', labels } });
  });

  it.each<[string, (row: number) => unknown, readonly string[]]>([
    ['texts', inTurn('b', 'c', 'a'), ['a', 'b', 'c']],
    ['few whole numbers that recur', inTurn('10', '3', '4'), ['3', '4', '10']],
    ['numbers and texts', inTurn('1', '2', '3+'), ['1', '2', '3+']],
    ['texts with a rare one', (row) => (row === 5 ? 'c' : ['a', 'b'][row % 2]), ['a', 'b', 'c']],
  ])('of several classes in %s: softmax', (_, cell, labels) => {
    expect(proposed(cell)).toMatchObject({ outputs: labels.length, activation: 'softmax', options: { labels } });
  });

  it.each<[string, (row: number) => unknown]>([
    ['decimal numbers', measured],
    ['two decimal numbers', inTurn('0.5', '1.5')],
    ['many whole numbers', (row) => String(row % 12)],
    ['few whole numbers that do not recur', (row) => (row < 2 ? row : 5 + row)],
  ])('that is a number in %s', (_, cell) => {
    const { outputs, activation, options } = proposed(cell);
    expect({ outputs, activation, labels: options.labels }).toEqual({
      outputs: 1,
      activation: 'linear',
      labels: undefined,
    });
  });

  it('is what the caller says', () => {
    expect(proposed(inTurn('3', '4', '5'), { classes: false })).toMatchObject({ outputs: 1, activation: 'linear' });
    expect(proposed((row) => row % 12, { classes: true })).toMatchObject({ outputs: 12, activation: 'softmax' });
    expect(String(proposed(inTurn('3', '4', '5')))).toContain('for numbers, set classes: false');
    expect(String(proposed((row) => row % 12))).toContain('for classes, set classes: true');
    expect(String(proposed(inTurn('0', '1')))).not.toContain('set classes');
  });

  it('may be a list of names per row', () => {
    const { outputs, activation, options } = proposed(inTurn<unknown>(['a', 'b'], [], ['c']));
    expect({ outputs, activation, labels: options.labels }).toEqual({
      outputs: 3,
      activation: 'sigmoid',
      labels: ['a', 'b', 'c'],
    });
  });

  it('is no input, and without one there are only inputs', () => {
    expect(proposed(measured).options.inputs).toEqual({ x: 'number' });
    const { options, outputs, activation } = inferColumns(tableOf(COUNT, { x: measured, y: measured }));
    expect({ options, outputs, activation }).toEqual({
      options: { inputs: { x: 'number', y: 'number' } },
      outputs: 0,
      activation: 'linear',
    });
  });
});

describe('several targets', () => {
  const rows = tableOf(COUNT, {
    x: measured,
    a: inTurn('yes', 'no'),
    b: inTurn('0', '0', '1'),
    n: (row) => row * 2,
    t: inTurn('red', 'blue'),
  });

  it('are labels where all are yes or no', () => {
    const { options, outputs, activation } = inferColumns(rows, { target: ['b', 'a'], ignore: ['n', 't'] });
    expect({ options, outputs, activation }).toEqual({
      options: { inputs: { x: 'number' }, target: ['b', 'a'], labels: ['b', 'a'] },
      outputs: 2,
      activation: 'sigmoid',
    });
  });

  it('are numbers where all are numbers', () => {
    const { options, outputs, activation } = inferColumns(rows, { target: ['n', 'b'], ignore: ['a', 't'] });
    expect({ options, outputs, activation }).toEqual({
      options: { inputs: { x: 'number' }, target: ['n', 'b'] },
      outputs: 2,
      activation: 'linear',
    });
    expect(inferColumns(rows, { target: ['b', 'b2'].slice(0, 1), classes: false })).toMatchObject({
      activation: 'linear',
    });
  });

  it('of several kinds are refused', async () => {
    await expectRefused(
      () => inferColumns(rows, { target: ['n', 't'] }),
      'ERR_INVALID_TYPE',
      /^inferColumns: the target "t" has cells such as "red", expected numbers, or all targets yes or no\. /,
    );
  });
});

describe('refused is a target', () => {
  it.each<[string, (row: number) => unknown, Parameters<typeof expectRefused>[1], RegExp]>([
    [
      'of one value',
      () => 'a',
      'ERR_INVALID_OPTION',
      /^inferColumns: the target "y" is "a" in all rows: there is nothing to learn\./,
    ],
    [
      'with blanks',
      (row) => (row % 20 === 7 ? '' : row / 7),
      'ERR_MISSING',
      /"y" is blank in 3 of 60 rows, the first of them row 7\. .*leave it out, or read the file with missing: 'skip'/,
    ],
    ['with NA', (row) => (row % 20 === 7 ? 'NA' : 'ab'[row % 2]), 'ERR_MISSING', /"y" is blank in 3 of 60 rows/],
    [
      'with none among numbers',
      (row) => (row % 20 === 7 ? 'none' : row / 7),
      'ERR_MISSING',
      /"y" is blank in 3 of 60 rows/,
    ],
    ['all blank', () => '', 'ERR_MISSING', /"y" is blank in 60 of 60 rows/],
    [
      'of dates',
      (row) => `2021-04-${10 + (row % 20)}`,
      'ERR_INVALID_TYPE',
      /"y" has dates or times, expected numbers or classes/,
    ],
    ['of Dates', (row) => new Date(row), 'ERR_INVALID_TYPE', /"y" has dates or times/],
    [
      'of texts and some Dates',
      (row) => (row % 9 === 0 ? new Date(row) : ['p', 'q'][row % 2]),
      'ERR_INVALID_TYPE',
      /dates/,
    ],
    [
      'of names',
      (row) => `name ${row}`,
      'ERR_INVALID_OPTION',
      /"y" has 60 different values in 60 rows, expected classes that recur/,
    ],
    [
      'of objects',
      (row) => ({ row }),
      'ERR_INVALID_TYPE',
      /"y" is an object in row 0, expected a number, a text, or true or false/,
    ],
    [
      'with a decimal comma',
      (row) => `${row},5`,
      'ERR_INVALID_TYPE',
      /row 0, column "y" is "0,5", a number with a decimal comma\. Read the file with decimal: ',', .*; if the target is a class, set classes: true\. Rows/,
    ],
    [
      'with a text among numbers',
      (row) => (row === 5 ? 'abc' : row / 7),
      'ERR_INVALID_TYPE',
      /row 5, column "y" is "abc", no number that float32 can hold, where all other cells are numbers/,
    ],
    ['of lists and texts', inTurn<unknown>(['a'], 'b'), 'ERR_INVALID_TYPE', /expected a list of names in each row/],
    [
      'of lists with one name',
      inTurn<unknown>(['a'], []),
      'ERR_INVALID_TYPE',
      /"y" has lists, expected lists with at least two different names/,
    ],
  ])('%s', async (_, cell, code, message) => {
    await expectRefused(() => proposed(cell), code, message);
  });

  it('of texts, where the caller wants numbers', async () => {
    await expectRefused(
      () => proposed(inTurn('a', 'b'), { classes: false }),
      'ERR_INVALID_TYPE',
      /"y" has cells such as "a", expected numbers\. /,
    );
  });
});
