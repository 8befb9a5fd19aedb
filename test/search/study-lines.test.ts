/** Lines of a study: what is in one comes back from it, to the bit. */
import { describe, expect, it } from 'vitest';
import type { TrialRecord } from '../../src/search/records.js';
import { bytesOf, isSealed, type Line, lineOf } from '../../src/search/study-lines.js';
import { REPRODUCE, SeededRandom } from '../support/seeded.js';

const text = (line: Line): string => new TextDecoder().decode(bytesOf(line));
const record = (parameters: Record<string, unknown>): TrialRecord => ({ number: 1, parameters, state: 'completed' });

function back(parameters: Record<string, unknown>): unknown {
  const line = text({ trial: record(parameters) });
  expect(line.indexOf('\n')).toBe(line.length - 1);
  return lineOf(line.slice(0, -1))?.trial?.parameters;
}

describe('a line of a study', () => {
  it('is none of another study', () => {
    const line = new TextDecoder().decode(bytesOf({ trial: record({ a: 1 }) }, '0a1b2c3d')).trimEnd();
    expect(lineOf(line, '0a1b2c3d')?.trial?.parameters).toEqual({ a: 1 });
    for (const seal of ['', '0a1b2c3e']) expect(lineOf(line, seal)).toBeUndefined();
  });

  it('gives back numbers that JSON does not have, and -0', () => {
    const numbers = { a: Number.NaN, b: Number.POSITIVE_INFINITY, c: Number.NEGATIVE_INFINITY, d: -0, e: [0, [-0]] };
    expect(back(numbers)).toStrictEqual(numbers);
  });

  it('gives back what looks as if it were such a number', () => {
    for (const value of [
      { $number: '5' },
      { $number: 'abc', x: 1 },
      { $number: { $number: '-0' } },
      { $$number: '1', $number: '2' },
      { $$$number: [{ $number: -0 }] },
      JSON.parse('{"__proto__": {"$number": "1"}}'),
    ]) {
      expect(back({ value })).toStrictEqual({ value });
    }
  });

  it('gives back any plain value', () => {
    const random = new SeededRandom('lines');
    const names = ['a', '$number', '$$number', '$', 'number', 'ü', '__proto__', 'check', ',"check":"'];
    const leaves = [-0, 0, 1.5, Number.NaN, 'text', '\ud800', '"', null, true, '$number', -1e300];
    const pick = <T>(values: readonly T[]): T => values[random.integer(0, values.length - 1)] as T;
    const value = (depth: number): unknown => {
      if (depth === 0 || random.chance(0.3)) return pick(leaves);
      const count = random.integer(0, 3);
      if (random.chance(0.5)) return Array.from({ length: count }, () => value(depth - 1));
      return Object.fromEntries(Array.from({ length: count }, () => [pick(names), value(depth - 1)]));
    };
    for (let round = 0; round < 500; round++) {
      const parameters = { drawn: value(4) };
      expect(back(parameters), REPRODUCE).toStrictEqual(parameters);
    }
  });

  it('is none once a character of it has changed', () => {
    const line = text({ trial: record({ a: 1 }) }).slice(0, -1);
    expect(isSealed(line)).toBe(true);
    for (let i = 0; i < line.length; i++) {
      const changed = `${line.slice(0, i)}${line[i] === '0' ? '1' : '0'}${line.slice(i + 1)}`;
      expect(lineOf(changed), changed).toBeUndefined();
    }
    expect(lineOf(`${line}\r`)).toBeUndefined();
    expect(lineOf('')).toBeUndefined();
  });
});
