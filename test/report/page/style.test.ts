/** The colours of a page by numbers: contrast as WCAG 2.2 computes it, at least 4.5 for texts and 3 for what is drawn, light and dark. */
import { describe, expect, it } from 'vitest';
import { COLOURS, MOST_SHADE, POINTS, SHADED } from '../../../src/report/page/style.js';

type Colour = readonly number[];

const hex = (text: string): Colour => [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16));

/** A colour over another one. */
const over = (top: Colour, below: Colour, alpha: number): Colour =>
  top.map((value, i) => alpha * value + (1 - alpha) * (below[i] as number));

function luminance(colour: Colour): number {
  const [r = 0, g = 0, b = 0] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: Colour, b: Colour): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe.each([
  ['light', 0],
  ['dark', 1],
] as const)('%s', (_, index) => {
  const of = (name: keyof typeof COLOURS): Colour => hex(COLOURS[name][index]);

  it.each([
    ['ink', 'page'],
    ['ink', 'sheet'],
    ['ink', 'warn'],
    ['soft', 'page'],
    ['soft', 'sheet'],
  ] as const)('%s on %s is readable', (text, ground) => {
    expect(contrast(of(text), of(ground))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['first', 'second', 'soft'] as const)('lines of %s are seen', (line) => {
    expect(contrast(of(line), of('sheet'))).toBeGreaterThanOrEqual(3);
  });

  it('single points are seen', () => {
    expect(contrast(over(of('first'), of('sheet'), POINTS), of('sheet'))).toBeGreaterThanOrEqual(3);
  });

  it.each(['right', 'wrong'] as const)('numbers on the darkest shade of what is %s are readable', (shade) => {
    const ground = over(SHADED[shade][index].split(' ').map(Number), of('sheet'), MOST_SHADE);
    expect(contrast(of('ink'), ground)).toBeGreaterThanOrEqual(4.5);
  });
});
