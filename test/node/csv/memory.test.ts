/** How much memory a process needs to stream a large file: a file of its own, since a process that has grown does not shrink. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../support/folder.js';
import { repeats } from '../../support/repeats.js';

const folder = temporaryFolder();

/** 300 MB in the long run, of rows with a column in quotes. */
const BYTES = repeats(30e6, 300e6);
const MAX_GROWTH = 150e6;

const PROGRAM = `
import { streamCsv, streamRows } from 'wasmlp/node';
const [call, file] = process.argv.slice(-2);
const calls = { streamRows: () => streamRows(file), streamCsv: () => streamCsv(file, { target: 'c', names: false, columns: ['a', 'd'] }) };
const before = process.memoryUsage.rss();
let [rows, peak] = [0, 0];
for await (const batch of calls[call]()()) {
  rows += (batch.targets ?? batch).length;
  peak = Math.max(peak, process.memoryUsage.rss() - before);
}
console.log(JSON.stringify({ rows, peak }));`;

it.each(['streamRows', 'streamCsv'])('%s holds a part of the file', (call) => {
  const file = path.join(folder, `${call}.csv`);
  writeFileSync(file, 'a,b,c,d\n');
  const block = Array.from(
    { length: 20_000 },
    (_, i) => `${i},"red, green, blue and ${i}",${i % 7}.25,${i / 3}\n`,
  ).join('');
  const blocks = Math.ceil(BYTES / block.length);
  for (let i = 0; i < blocks; i++) appendFileSync(file, block);
  const args = ['--input-type=module', '--eval', PROGRAM, call, file];
  const { rows, peak } = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  expect(rows).toBe(20_000 * blocks);
  console.info(`${call} of ${(BYTES / 1e6).toFixed(0)} MB: ${(peak / 1e6).toFixed(0)} MB more`);
  expect(peak).toBeLessThan(MAX_GROWTH);
});
