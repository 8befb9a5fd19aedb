/** The colours of the playground: text and drawings stand out, in light and in dark, as WCAG 2.2 asks (1.4.3 and 1.4.11). */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';

const css = await readFile(new URL('../../../examples/playground/colors.css', import.meta.url), 'utf8');
const colors = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name, light, dark]) => [
    name,
    { light, dark },
  ]),
);

function luminanceOf(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Red, green and blue of one colour, moved towards another. */
function mixed(one: string, other: string, share: number): string {
  const channel = (color: string, at: number): number => Number.parseInt(color.slice(at, at + 2), 16);
  const parts = [1, 3, 5].map((at) => Math.round(channel(one, at) + share * (channel(other, at) - channel(one, at))));
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  const of = (name: string): string => colors.get(name)?.[theme] ?? '';
  test.each([
    ['ink', 'surface', 4.5],
    ['ink', 'page', 4.5],
    ['muted', 'surface', 4.5],
    ['muted', 'page', 4.5],
    ['problem', 'surface', 4.5],
    ['problem', 'page', 4.5],
    ['on-accent', 'training', 4.5],
    ['field', 'surface', 3],
    ['training', 'surface', 3],
    ['class-0', 'surface', 3],
    ['class-1', 'surface', 3],
    ['positive', 'surface', 3],
    ['negative', 'surface', 3],
  ])('%s on %s', (front, back, least) => {
    expect(of(front)).toMatch(/^#/);
    expect(contrast(of(front), of(back))).toBeGreaterThanOrEqual(least);
  });

  // The numbers of the plane and the names of units stand on the answers, whose strongest shade is this.
  test.each(['class-0', 'class-1'])('ink on the shade of %s', (name) => {
    expect(contrast(of('ink'), mixed(of('surface'), of(name), 0.4))).toBeGreaterThanOrEqual(4.5);
  });
});
