import { describe, expect, test } from 'vitest';
import { lineChart } from '../../examples/terminal/chart.js';
import { digitLines, sideBySide } from '../../examples/terminal/digit.js';
import { bar } from '../../examples/terminal/progress.js';

describe('lineChart', () => {
  test('has the height asked for, at most the width, and numbers on both axes', () => {
    const values = Array.from({ length: 100 }, (_, i) => 2 * 0.95 ** i);
    for (const log of [false, true]) {
      const lines = lineChart(values, { width: 60, height: 12, log, xLabel: 'epoch' }).split('\n');
      expect(lines).toHaveLength(12);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
      expect(lines.filter((line) => line.includes('┤')).length).toBeGreaterThan(1);
      expect(lines.at(-1)).toMatch(/^ +1 .*epoch 100$/);
    }
  });

  test('a falling line starts in the top left corner and ends in the bottom right one', () => {
    const lines = lineChart([3, 2, 1, 0], { width: 29, height: 6, xLabel: 'x' }).split('\n');
    expect(lines[0]?.[9]).toMatch(/[\u2801-\u28ff]/);
    expect(lines[3]?.[28]).toMatch(/[\u2801-\u28ff]/);
  });

  test('draws constant values', () => {
    for (const log of [false, true]) {
      const chart = lineChart([5, 5, 5], { width: 40, height: 8, log, xLabel: 'x' });
      expect(chart).toMatch(/[\u2801-\u28ff]{20}/);
      expect(chart).not.toContain('NaN');
    }
  });
});

test('bar is as long as its width, and full only at 1', () => {
  expect(bar(0, 10)).toBe('──────────');
  expect(bar(0.55, 10)).toBe('━━━━━╸────');
  expect(bar(1, 10)).toBe('━━━━━━━━━━');
  expect(bar(7, 10)).toBe('━━━━━━━━━━');
});

test('digits are eight lines of sixteen characters, darker for more ink', () => {
  const pixels = Array.from({ length: 64 }, (_, i) => (i % 8) / 7);
  const lines = digitLines(pixels);
  expect(lines).toHaveLength(8);
  for (const line of lines) expect(line).toBe('  ░░░░▒▒▒▒▓▓▓▓██');
  expect(sideBySide([lines, lines], ' ').split('\n')[0]).toHaveLength(33);
});
