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
import { agrees, takeTurns } from './measure.js';
import { type Measurement, type Row, save, table } from './report.js';
import { startThread } from './threads.js';

const EFFORT = { rounds: 5, seconds: 0.4 };

/** How far results may lie apart: float32 against float64 sums, over an epoch of steps, over one pass, in one kernel. */
const AGREEMENT = { training: 1e-4, prediction: 1e-6, block: 1e-5 };

const METHOD =
  'Medians of turns taken in one process, each contender in a thread of its own; in brackets how many times faster the first column is.';

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
    rows.push({ work: job.work, unit, contenders: await measured(job) });
  }
  if (rows.length === 0) continue;
  tables.set(title, rows);
  console.log(`\n${table(title, rows)}`);
}
if (options.includes('--save') && words.length === 0)
  save(`node-${process.versions.node.split('.')[0]}`, tables, METHOD);

/** Before anything is timed, each is asked for its result (a loss, predictions): they must agree with the first's. */
async function measured(job: Job): Promise<Measurement[]> {
  const threads = contendersOf(job).map((name) => startThread(job, name));
  try {
    const [first = [], ...others] = await Promise.all(threads.map((thread) => thread.ask({ kind: 'result' })));
    const stranger = others.find((other) => !agrees(first, other, AGREEMENT[job.kind]));
    if (stranger !== undefined) {
      throw new Error(`${job.work}: not the same computed: ${first.slice(0, 4)} … ${stranger.slice(0, 4)}`);
    }
    return await takeTurns(threads, EFFORT);
  } finally {
    await Promise.all(threads.map((thread) => thread.close()));
  }
}
