/** Points of the visitor: brushed, erased, read from tables; and what the page makes of them. */
import { describe, expect, test } from 'vitest';
import { cleared, MOST_POINTS, readPoints, without, withPoint } from '../../../examples/playground/own.js';

const FOUR = { inputs: Float32Array.of(-0.5, 0, 0.5, 0, 0, 0.5, 0, -0.5), targets: Uint8Array.of(0, 1, 0, 1) };

describe('the brush', () => {
  test('adds a point of its class', () => {
    const { inputs, targets } = withPoint(FOUR, { x: 0.25, y: -0.75 }, 1);
    expect([...inputs].slice(-2)).toEqual([0.25, -0.75]);
    expect(targets).toEqual(Uint8Array.of(0, 1, 0, 1, 1));
    expect(FOUR.targets).toHaveLength(4);
  });

  test('adds none beyond the plane, nor more than there is room for', () => {
    expect(withPoint(FOUR, { x: 1.2, y: 0 }, 1)).toBe(FOUR);
    const full = { inputs: new Float32Array(2 * MOST_POINTS), targets: new Uint8Array(MOST_POINTS) };
    expect(withPoint(full, { x: 0, y: 0 }, 1)).toBe(full);
  });

  test('erases what is near, and leaves four points', () => {
    const five = withPoint(FOUR, { x: 0.01, y: 0.02 }, 1);
    expect(without(five, { x: 0, y: 0 })).toEqual(FOUR);
    expect(without(FOUR, { x: 0.5, y: 0 })).toBe(FOUR);
  });
});

test('a plane that is cleared keeps two points of each colour', () => {
  expect(cleared(false).targets).toEqual(Uint8Array.of(0, 1, 0, 1));
  expect(cleared(true).targets).toEqual(Float32Array.of(-1, 1, -1, 1));
  expect(new Set(cleared(false).inputs)).toEqual(new Set([-0.75, 0.75]));
});

describe('a table', () => {
  test('of two classes fills the plane', () => {
    const { points, hasValues, table } = readPoints('width,height,kind\n10,1,no\n20,2,yes\n30,3,no\n20,1,yes\n');
    expect(hasValues).toBe(false);
    expect(points.targets).toEqual(Uint8Array.of(0, 1, 0, 1));
    expect([...points.inputs]).toEqual([-1, -1, 0, 0, 1, 1, 0, -1]);
    const ends = [
      [10, 30],
      [1, 3],
    ];
    expect(table).toEqual({ names: ['width', 'height', 'kind'], ends, classes: ['no', 'yes'] });
  });

  test('of numbers has values, without a header, with other separators', () => {
    const { points, hasValues, table } = readPoints('0;0;5\r\n1;0;10\r\n0;1;15\r\n1;1;10');
    expect(hasValues).toBe(true);
    expect([...points.targets]).toEqual([-1, 0, 1, 0]);
    expect(table).toMatchObject({ names: ['', '', ''], classes: [] });
    expect(table.ends[2]).toEqual([5, 15]);
  });

  test.each([
    ['', 'The table has 0 rows, expected 4 to 2000.'],
    ['1,2,a\n2,3,b', 'The table has 2 rows, expected 4 to 2000.'],
    ['1,2,a\n2,3\n1,2,a\n2,3,b', 'Row 2 of the table is "2,3", expected two numbers and a class or a number.'],
    ['1,2,a\n2,x,b\n1,2,a\n2,3,b', 'Row 2 of the table is "2,x,b", expected two numbers and a class or a number.'],
    ['1,2,a\n2,3,b\n1,2,c\n2,3,b', 'The table has 3 classes, expected 2, or numbers.'],
  ])('%j is refused', (text, message) => {
    expect(() => readPoints(text)).toThrow(new RangeError(message));
  });
});
