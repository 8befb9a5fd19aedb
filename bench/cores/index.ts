/**
 * `npm run bench:cores`: predicts how fast 1 to 64 cores train, from what two can measure, and checks that on one and on two.
 *
 *   npm run bench:cores                    all rows, about five minutes
 *   npm run bench:cores -- 784-128-10      only rows whose names contain all these words
 *   npm run bench:cores -- --quick         one short turn each: does everything work?
 *   npm run bench:cores -- --save          everything, into bench/results
 */
import os from 'node:os';
import { CASES, withManySamples } from '../cases.js';
import { trainingJob } from '../contenders.js';
import { machine, resultsOf, save } from '../report.js';
import { FREE_ENOUGH, watchOthers } from '../threads/load.js';
import { compileThreads } from './kernels.js';
import { measureMachine } from './machine.js';
import { measureTraining, secondsAround } from './measure.js';
import { ASSUMPTIONS, type CoresRow, coresRow, coresTable, machineLine } from './table.js';

const EFFORT = { rounds: 7, seconds: 0.7 };
const QUICK = { rounds: 1, seconds: 0.03 };
const TITLE = 'Training, samples/s';
/** Fits of smaller ones run on one thread. */
const JOBS = CASES.filter(({ widths }) => widths[0] === 784).flatMap((benchCase) =>
  [256, 32, 1].map((batchSize) => trainingJob(withManySamples(benchCase), batchSize)),
);

const OPTIONS = ['--save', '--quick'];
const options = process.argv.slice(2).filter((word) => OPTIONS.includes(word));
const words = process.argv.slice(2).filter((word) => !OPTIONS.includes(word));
const effort = options.includes('--quick') ? QUICK : EFFORT;
const saving = options.includes('--save');
if (saving && (words.length > 0 || effort === QUICK)) throw new Error('--save takes everything: leave the rest out.');
if (os.availableParallelism() < 2) throw new Error('bench:cores needs two cores: it measures what two threads cost.');
const jobs = JOBS.filter(({ work }) => words.every((word) => work.includes(word)));
if (jobs.length === 0) {
  throw new Error(
    `No row has ${words.join(' and ')} in its name. There are: ${JOBS.map(({ work }) => work).join('; ')}.`,
  );
}

const epoch = await secondsAround();
const kernels = compileThreads();
const costs = await measureMachine(kernels);
const line = machineLine(costs, epoch);
console.log(line);
const rows: CoresRow[] = [];
const notes: string[] = [];
for (const { work, case: benchCase, rows: batchSize } of jobs) {
  process.stderr.write(`${work} …\n`);
  const othersSince = watchOthers();
  rows.push(coresRow(work, await measureTraining(kernels, benchCase, batchSize, epoch, effort), costs));
  const others = othersSince() ?? 0;
  if (others > FREE_ENOUGH) notes.push(`${work}: other programs took ${others.toFixed(2)} cores.`);
}
console.log(`\n${coresTable(TITLE, rows)}\n\n${[ASSUMPTIONS, ...notes].join('\n')}`);
if (saving) {
  const method = [line, ...notes, ASSUMPTIONS].join('\n\n');
  save(resultsOf('cores'), new Map([[TITLE, rows]]), method, machine(), coresTable);
}
