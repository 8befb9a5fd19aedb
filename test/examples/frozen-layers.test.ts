import { beforeAll, describe, expect, test } from 'vitest';
import { numbersIn, runNode } from '../support/programs.js';

describe('examples/frozen-layers.js', () => {
  let output = '';
  beforeAll(async () => {
    output = await runNode('examples/frozen-layers.js');
  });

  test('only the frozen layer keeps its bits', () => {
    const layers = [...output.matchAll(/layer (\d) .* (frozen|trained) +(identical|changed)/g)];
    expect(layers.map(([, ...found]) => found)).toEqual([
      ['0', 'frozen', 'identical'],
      ['1', 'trained', 'changed'],
      ['2', 'trained', 'changed'],
    ]);
  });

  test('both networks learn, the second with its first layer frozen', () => {
    const [firstBefore, firstAfter, secondBefore, secondAfter] = numbersIn(output, /test accuracy ([\d.]+)%/g);
    expect(firstBefore).toBeLessThan(50);
    expect(firstAfter).toBeGreaterThan(95);
    expect(secondBefore).toBeLessThan(50);
    expect(secondAfter).toBeGreaterThan(85);
    const losses = numbersIn(output, /training +loss ([\d.]+)/g) as [number, number, number, number];
    expect(losses[1]).toBeLessThan(losses[0]);
    expect(losses[3]).toBeLessThan(losses[2]);
  });
});
