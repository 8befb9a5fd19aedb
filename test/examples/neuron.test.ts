import { expect, test } from 'vitest';
import { numberIn, numbersIn, runNode } from '../support/programs.js';

test('examples/neuron.js: learns its four rows and answers the new situation above 0.99', async () => {
  const output = await runNode('examples/neuron.js');
  expect(numberIn(output, /new situation \[1,0,0\]: ([\d.]+)/)).toBeGreaterThan(0.99);

  const rows = [...output.matchAll(/\[\d,\d,\d\] +([01]) +([\d.]+)/g)];
  expect(rows).toHaveLength(4);
  for (const [, answer, neuron] of rows) expect(Math.abs(Number(answer) - Number(neuron))).toBeLessThan(0.05);

  const [before, after] = ['starting weights', 'weights after'].map((name) => {
    const line = output.split('\n').find((text) => text.includes(name)) as string;
    return numbersIn(line, / (-?\d+\.\d+)/g);
  });
  expect(before).toHaveLength(3);
  expect(after).toHaveLength(3);
  expect(after).not.toEqual(before);
});
