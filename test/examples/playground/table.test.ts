/** What the page shows of a visitor's table: its own numbers and words. */
import { describe, expect, test } from 'vitest';
import { axesOf, endsOf, isTable, readingIn, type Table } from '../../../examples/playground/table.js';

const table = (low: number, high: number): Table => ({
  names: ['width', '', 'kind'],
  ends: [
    [low, high],
    [0, 1],
  ],
  classes: ['no', 'yes'],
});

describe('the axes of a table', () => {
  test.each([
    [10, 30, ['10', '15', '20', '25', '30']],
    [51.3, 249.8, ['100', '150', '200']],
    [-0.3, 0.4, ['−0.2', '0', '0.2', '0.4']],
    [1e6, 3e6, ['1000000', '2000000', '3000000']],
    [7, 7, ['7']],
  ])('from %d to %d have round numbers, at their places', (low, high, texts) => {
    const [{ name, marks }, other] = axesOf(table(low, high));
    expect([name, other.name]).toEqual(['width', 'x2']);
    expect(marks.map(({ text }) => text)).toEqual(texts);
    for (const { at, text } of marks) {
      const value = Number(text.replace('−', '-'));
      expect(low + ((at + 1) / 2) * (high - low)).toBeCloseTo(value, 6);
    }
  });
});

test('readings have as many digits as a column needs', () => {
  expect(readingIn(table(10, 30), 0, 0.5)).toBe('25.0');
  expect(readingIn(table(0, 1000), 0, 0)).toBe('500');
  expect(readingIn(table(-0.004, -0.002), 0, 0)).toBe('−0.00300');
  expect(readingIn(table(5, 5), 0, 0)).toBe('5.00');
});

test('colours mean classes, or the ends of values', () => {
  expect(endsOf(table(0, 1))).toEqual(['no', 'yes']);
  const ends = [...table(0, 1).ends, [5, 15]] as Table['ends'];
  expect(endsOf({ names: ['', '', ''], ends, classes: [] })).toEqual(['5.0', '15.0']);
});

test('only tables are taken from links', () => {
  const fine = table(0, 1);
  expect(isTable(fine, false)).toBe(true);
  expect(isTable({ ...fine, ends: [...fine.ends, [0, 1]], classes: [] }, true)).toBe(true);
  const others: unknown[] = [
    null,
    {},
    { ...fine, names: ['a', 'b'] },
    { ...fine, names: ['x'.repeat(500), '', ''] },
    { ...fine, classes: [] },
    { ...fine, classes: [1, 2] },
    { ...fine, ends: [[0, 1]] },
    {
      ...fine,
      ends: [
        [1, 0],
        [0, 1],
      ],
    },
    { ...fine, ends: [[0, null], fine.ends[1]] },
  ];
  for (const other of others) expect(isTable(other, false), JSON.stringify(other)).toBe(false);
});
