/** How much work it takes to read a CSV file. Work is counted, in a process without optimized code. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { type CsvSamples, readCsv } from '../../../src/node/index.js';
import { temporaryFolder } from '../../support/folder.js';
import { workOf } from '../../support/work.js';

const file = path.join(temporaryFolder(), 'data.csv');

/** Steps for each of `count` columns of one row, all but the first found by name as targets. */
async function stepsOf(count: number): Promise<number> {
  const columns = Array.from({ length: count }, (_, i) => `c${i}`);
  writeFileSync(file, `${columns}\n${columns.map((_, i) => i)}\n`);
  const target = columns.slice(1);
  let table: CsvSamples | undefined;
  const { steps } = await workOf(async () => {
    table = await readCsv(file, { target, columns: ['c0'] });
  });
  expect(table?.inputs).toEqual(Float32Array.of(0));
  expect(table?.targets).toEqual(Float32Array.from(target, (_, i) => i + 1));
  return steps / count;
}

it('finding many columns by name takes work in proportion to their number', async () => {
  // Reads once before, so that all parts of the reader are loaded.
  await stepsOf(2);
  const [some, many] = [await stepsOf(2_000), await stepsOf(8_000)];
  // Longer names and numbers add a tenth. A search for each column would make it four times as much.
  expect(many / some).toBeGreaterThan(0.8);
  expect(many / some).toBeLessThan(1.2);
});
