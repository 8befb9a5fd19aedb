/**
 * `npm run bench`: wasmlp against its own pure TypeScript engine and against plain typed-array loops.
 *
 *   npm run bench                        everything, about five minutes
 *   npm run bench -- 784-128-10          the rows whose name contains every word given
 *   npm run bench -- --save              everything, into bench/results
 */
import { BLOCKS } from './blocks.js';
import { CASES } from './cases.js';
import { blockJob, contendersOf, type Job, predictionJob, trainingJob } from './contenders.js';
import { takeTurns } from './measure.js';
import { type Row, save, table } from './report.js';

const EFFORT = { rounds: 5, seconds: 0.4 };

/** How far results may lie apart: float32 against float64 sums, over an epoch of steps, over one pass, in one kernel. */
const AGREEMENT = { training: 1e-4, prediction: 1e-6, block: 1e-5 };

const TABLES = [
  { title: 'Building blocks', unit: 'operations/s', jobs: BLOCKS.map(blockJob) },
  {
    title: 'Training',
    unit: 'samples/s',
    jobs: CASES.flatMap((benchCase) => [1, 32, 256].map((batchSize) => trainingJob(benchCase, batchSize))),
  },
  {
    title: 'Prediction',
    unit: 'rows/s',
    jobs: CASES.flatMap((benchCase) => [1, 256].map((rows) => predictionJob(benchCase, rows))),
  },
];

const options = process.argv.slice(2);
const words = options.filter((option) => option !== '--save');
const tables = new Map<string, readonly Row[]>();
for (const { title, unit, jobs } of TABLES) {
  const rows: Row[] = [];
  for (const job of jobs.filter(({ work }: Job) => words.every((word) => work.includes(word)))) {
    process.stderr.write(`${job.work} …\n`);
    const contenders = await takeTurns(job, contendersOf(job), EFFORT, AGREEMENT[job.kind]);
    rows.push({ work: job.work, unit, contenders });
  }
  if (rows.length === 0) continue;
  tables.set(title, rows);
  console.log(`\n${table(title, rows)}`);
}
if (options.includes('--save') && words.length === 0) save(`node-${process.versions.node.split('.')[0]}`, tables);
