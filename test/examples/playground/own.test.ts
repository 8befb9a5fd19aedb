/** Points of the visitor: brushed, erased, read from tables; and what the page makes of them. */
import { describe, expect, test } from 'vitest';
import { cleared, MOST_POINTS, without, withPoint } from '../../../examples/playground/own.js';

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
