import { beforeAll, describe, expect, test } from 'vitest';
import { numberIn, runNode } from '../support/programs.js';

describe('examples/tutorial.js', () => {
  let output = '';
  beforeAll(async () => {
    output = await runNode('examples/tutorial.js');
  });

  test('every partial derivative by hand is that of network.gradients within 1e-6', () => {
    const rows = [...output.matchAll(/dL\/d(\w\d) +(\S+) +(\S+) +(\S+)/g)];
    const names = rows.map(([, name]) => name).sort();
    expect(names).toEqual(['b1', 'b2', 'b3', 'w1', 'w2', 'w3', 'w4', 'w5', 'w6']);
    for (const [, name, network, hand, difference] of rows) {
      expect(Math.abs(Number(network) - Number(hand)), name).toBeLessThan(1e-6);
      expect(Number(difference), name).toBeLessThan(1e-6);
      expect(Number(network), name).not.toBe(0);
    }
  });

  test('the loss falls, and new people are told apart', () => {
    expect(numberIn(output, /to ([\d.]+) \(log/)).toBeLessThan(numberIn(output, /loss from ([\d.]+)/) / 10);
    expect(numberIn(output, /Emily \[-7,-3\] +([\d.]+)/)).toBeGreaterThan(0.9);
    expect(numberIn(output, /Frank \[20,2\] +([\d.]+)/)).toBeLessThan(0.1);
  });
});
