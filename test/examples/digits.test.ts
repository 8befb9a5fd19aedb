import { beforeAll, describe, expect, test } from 'vitest';
import { numberIn, numbersIn, runNode } from '../support/programs.js';

describe('examples/digits.js', () => {
  let output = '';
  beforeAll(async () => {
    output = await runNode('examples/digits.js');
  });

  test('reads at least 96% of the digits that training never saw', () => {
    expect(numberIn(output, /test accuracy ([\d.]+)%/)).toBeGreaterThanOrEqual(96);
  });

  test('holds a fifth out', () => {
    const trained = numberIn(output, /([\d,]+) images of 8x8 pixels to train on/);
    const heldOut = numberIn(output, /(\d+) held out/);
    expect(trained + heldOut).toBe(1797);
    expect(heldOut).toBe(359);
  });

  test('the loss falls from tenth to tenth of the training', () => {
    const losses = numbersIn(output, /epoch \d+ of 60, loss ([\d.]+)/g);
    expect(losses).toHaveLength(10);
    losses.forEach((loss, i) => {
      expect(loss).toBeLessThan(losses[i - 1] ?? Infinity);
    });
  });

  test('both engines end with the same loss, and wasm is the faster one', () => {
    const [wasm, js, ...others] = numbersIn(output, /samples\/s {2}loss ([\d.]+)/g);
    expect(others).toEqual([]);
    expect(Math.abs((wasm as number) - (js as number))).toBeLessThan(1e-4);
    expect(numberIn(output, /wasm trains ([\d.]+) times as fast as js/)).toBeGreaterThan(1);
  });

  test('draws four digits of eight lines, a wrong one last', () => {
    const drawing = output.split('\n').filter((line) => /[░▒▓█]/.test(line));
    expect(drawing).toHaveLength(8);
    expect(numbersIn(output, /says (\d) \([\d.]+%\)/g)).toHaveLength(4);
    expect(output).toMatch(/is \d +is \d +is \d +is \d, wrong\n/);
  });

  test('writes plain lines of at most 80 columns if the output is not a terminal', () => {
    expect(output).not.toContain('\u001b');
    expect(output).not.toContain('\r');
    for (const line of output.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});
