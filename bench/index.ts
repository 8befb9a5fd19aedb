/**
 * `npm run bench`: compares wasmlp, with its options, with its own pure TypeScript engine and with plain loops over typed arrays.
 *
 *   npm run bench                        everything, about seven minutes
 *   npm run bench -- 784-128-10          only rows that contain all these words, in their names or the titles of their tables
 *   npm run bench -- --quick             one short turn each: does everything work?
 *   npm run bench -- --save              everything, into bench/results, with the chart of docs/speed.md
 */
import { writeFileSync } from 'node:fs';
import { trainingChart } from './chart.js';
import { CONTENDERS, contendersOf, type Job, missing, startContender } from './contenders.js';
import { median, takeTurns } from './measure.js';
import { writeLoops } from './peak.js';
import { type Measurement, newestSaved, type Row, resultsOf, save, table } from './report.js';
import { checkAgreement, tablesOf, unknownRow } from './tables.js';

/** Blocks take shorter turns: their runs are shorter, and each turn also measures the peak. */
const EFFORT = { block: { rounds: 5, seconds: 0.1 }, other: { rounds: 5, seconds: 0.2 } };
const QUICK = { rounds: 1, seconds: 0.05 };

const METHOD =
  'Medians of turns, each contender in its own process. Brackets show how many times faster the first column is. After the comma, the share of the peak: the peak is what the fastest of several loops of only multiplications and additions reaches in the same process, next to the same turns. A sigmoid counts as 30 operations, including a division. In training, only the matrix products count.';

const OPTIONS = ['--save', '--quick'];
const options = process.argv.slice(2).filter((word) => OPTIONS.includes(word));
const words = process.argv.slice(2).filter((word) => !OPTIONS.includes(word));
const quick = options.includes('--quick');
const saving = options.includes('--save');
// A few rows would replace the file with all rows, and figures of short turns are worthless.
if (saving && (words.length > 0 || quick)) throw new Error('--save takes everything: leave words and --quick out.');

writeLoops();
const absent = CONTENDERS.flatMap((name) => {
  const why = missing(name);
  return why === undefined ? [] : [`Without ${name}: ${why}.`];
});
for (const line of absent) console.log(line);

const tables = new Map<string, readonly Row[]>();
for (const { title, unit, jobs } of tablesOf(words)) {
  const rows: Row[] = [];
  for (const job of jobs) {
    process.stderr.write(`${job.work} …\n`);
    rows.push({ work: job.work, unit, contenders: await measured(job) });
  }
  if (title === 'Building blocks') rows.unshift(peakRow(unit, rows));
  tables.set(title, rows);
  console.log(`\n${table(title, rows)}`);
}
if (tables.size === 0) {
  console.error(unknownRow(words));
  process.exitCode = 1;
}
if (saving) {
  save(resultsOf(), tables, [METHOD, ...absent].join(' '));
  writeFileSync('docs/speed.svg', trainingChart(newestSaved()));
}

async function measured(job: Job): Promise<Measurement[]> {
  const participants = contendersOf(job).map((name) => startContender(job, name));
  try {
    await checkAgreement(job, participants);
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
