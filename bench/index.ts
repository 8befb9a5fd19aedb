/**
 * `npm run bench`: wasmlp, with its options, against its own pure TypeScript engine and against plain typed-array loops.
 *
 *   npm run bench                        everything, about seven minutes
 *   npm run bench -- 784-128-10          the rows whose name contains every word given
 *   npm run bench -- --quick             one short turn each: does everything work?
 *   npm run bench -- --save              everything, into bench/results, with the picture of docs/speed.md
 */
import { writeFileSync } from 'node:fs';
import { BLOCKS } from './blocks.js';
import { CASES, type Case } from './cases.js';
import { trainingChart } from './chart.js';
import {
  blockJob,
  CONTENDERS,
  contendersOf,
  type Job,
  missing,
  optionsJob,
  predictionJob,
  startContender,
  trainingJob,
} from './contenders.js';
import { agrees, median, takeTurns } from './measure.js';
import { writeLoops } from './peak.js';
import { type Measurement, newestSaved, type Row, save, table } from './report.js';

/** Blocks take shorter turns: their runs are, and each turn measures the peak as well. */
const EFFORT = { block: { rounds: 5, seconds: 0.1 }, other: { rounds: 5, seconds: 0.2 } };
const QUICK = { rounds: 1, seconds: 0.05 };

/** How far results may lie apart: float32 against float64 sums, over two epochs of steps, over one pass, in one kernel. */
const AGREEMENT = { training: 1e-4, prediction: 1e-6, block: 1e-5, options: 0 };

const METHOD =
  'Medians of turns, each contender in a process of its own; in brackets how many times faster the first column is. After the comma, the part of the peak: of what the fastest of several loops of nothing but multiplications and additions reaches in the same process beside the same turns. A sigmoid counts as 30 operations, a division among them; of a training, the matrix products alone count.';

const TABLES = [
  { title: 'Building blocks', unit: 'GFLOP/s', jobs: BLOCKS.map(blockJob) },
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
  { title: 'Options of training', unit: 'samples/s', jobs: [optionsJob(CASES[2] as Case, 32)] },
];

const OPTIONS = ['--save', '--quick'];
const options = process.argv.slice(2).filter((word) => OPTIONS.includes(word));
const words = process.argv.slice(2).filter((word) => !OPTIONS.includes(word));
const quick = options.includes('--quick');
const saving = options.includes('--save');
// Some rows would replace the file of all, and short turns are worth nothing.
if (saving && (words.length > 0 || quick)) throw new Error('--save takes everything: leave words and --quick out.');

writeLoops();
const absent = CONTENDERS.flatMap((name) => {
  const why = missing(name);
  return why === undefined ? [] : [`Without ${name}: ${why}.`];
});
for (const line of absent) console.log(line);

const tables = new Map<string, readonly Row[]>();
for (const { title, unit, jobs } of TABLES) {
  const rows: Row[] = [];
  for (const job of jobs.filter(({ work }: Job) => words.every((word) => work.includes(word)))) {
    process.stderr.write(`${job.work} …\n`);
    rows.push({ work: job.work, unit, contenders: await measured(job) });
  }
  if (rows.length === 0) continue;
  if (title === 'Building blocks') rows.unshift(peakRow(unit, rows));
  tables.set(title, rows);
  console.log(`\n${table(title, rows)}`);
}
if (tables.size === 0) {
  const known = TABLES.flatMap(({ jobs }) => jobs.map(({ work }) => work));
  console.error(`No row has ${words.join(' and ')} in its name. There are: ${known.join('; ')}.`);
  process.exitCode = 1;
}
if (saving) {
  save(`node-${process.versions.node.split('.')[0]}`, tables, [METHOD, ...absent].join(' '));
  writeFileSync('docs/speed.svg', trainingChart(newestSaved()));
}

/** Before anything is timed, each is asked for its result (losses, predictions): they must agree with the first's. */
async function measured(job: Job): Promise<Measurement[]> {
  const participants = contendersOf(job).map((name) => startContender(job, name));
  try {
    const results = participants.map((participant) => participant.ask({ kind: 'result' }));
    const [first = [], ...others] = await Promise.all(results);
    const stranger = others.find((other) => !agrees(first, other, AGREEMENT[job.kind]));
    if (stranger !== undefined) {
      throw new Error(`${job.work}: not the same computed: ${first.slice(0, 4)} … ${stranger.slice(0, 4)}`);
    }
    const effort = job.kind === 'block' ? EFFORT.block : EFFORT.other;
    return await takeTurns(participants, quick ? QUICK : effort);
  } finally {
    for (const participant of participants) participant.close();
  }
}

/** The peak of each engine over all rows. */
function peakRow(unit: string, rows: readonly Row[]): Row {
  const peaksOf = (name: string): number[] =>
    rows.flatMap(({ contenders }) =>
      contenders.flatMap((contender) => (contender.name === name && 'peak' in contender ? (contender.peak ?? []) : [])),
    );
  const contenders = CONTENDERS.flatMap((name) => {
    const peaks = peaksOf(name);
    const measurement = { name, median: median(peaks), low: Math.min(...peaks), high: Math.max(...peaks) };
    return peaks.length === 0 ? [] : [measurement];
  });
  return { work: 'peak', unit, contenders };
}
