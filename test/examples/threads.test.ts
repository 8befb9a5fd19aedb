import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { numbersIn, runNode } from '../support/programs.js';

test('examples/threads.js: measures one thread and all cores, which give the same weights, in 80 columns', async () => {
  const output = await runNode('examples/threads.js', '--quick');
  const cores = availableParallelism();
  const most = Math.min(cores, 64);
  expect(output).toContain(cores === 1 ? '1 core,' : `${cores} cores,`);
  expect(output.match(/batches of (32|256)\n/g)).toHaveLength(4);
  expect(numbersIn(output, /'auto' takes (\d+) threads?\n/g)).toEqual(Array(4).fill(most));
  expect(output.match(/the same weights, bit for bit/g)).toHaveLength(4);
  const rows = [...output.matchAll(/^ +(\d+) +([\d,]+) +([\d.]+)$/gm)].map(([, threads]) => Number(threads));
  expect(rows.filter((threads) => threads === 1)).toHaveLength(4);
  expect(rows.filter((threads) => threads === most).length).toBeGreaterThanOrEqual(4);
  for (const line of output.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});
