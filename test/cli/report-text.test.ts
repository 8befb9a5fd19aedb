/** Reports of numbers with the names of their columns. */
import { expect, it } from 'vitest';
import { reportText } from '../../src/cli/report-text.js';
import { reportOfNumbers } from '../../src/report/numbers.js';

const LONG = 'the name of a column that takes half a line';

it('names the columns, in a table that is as wide as they are', () => {
  const report = reportOfNumbers([1, 2, 3, 5], 2, [1, 2, 3, 4]);
  const lines = reportText(report, ['price', LONG]).split('\n');
  const rest = String(report).split('\n');
  expect(lines.slice(0, 3).map((line) => line.slice(0, 26))).toEqual([
    'column'.padEnd(26),
    'price'.padEnd(26),
    `${LONG.slice(0, 23)}…  `,
  ]);
  expect(lines[1]?.slice(24)).toBe(rest[1]?.slice(6));
  expect(lines.slice(3)).toEqual(rest.slice(3));
});

it('says which columns are no better than the mean', () => {
  const report = reportOfNumbers([1, 9, 1, 9], 2, [1, 2, 3, 4]);
  expect(String(report)).toContain('No better than always the mean for output');
  expect(reportText(report, ['a', 'b'])).toMatch(/No better than always the mean for a, b\.$/);
});

it('leaves other reports as they are', () => {
  const report = reportOfNumbers([1, 2], 1, [1, 3]);
  expect(reportText(report, undefined)).toBe(String(report));
});
