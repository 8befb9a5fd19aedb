/**
 * `npm run bench:peers`: compares wasmlp with other libraries. README.md here says how they are made equal, and what cannot be equal.
 *
 *   npm run bench:peers                      everything, about fifteen minutes
 *   npm run bench:peers -- 784-128-10 row    only rows whose names contain all these words
 *   npm run bench:peers -- --quick           one short turn each: does everything work?
 *   npm run bench:peers -- --save            into bench/results; other rows stay as they were saved
 *   npm run bench:peers -- --sizes           what a page loads of each library; nothing is timed
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CASES, type Case, createNetwork, dataOf } from '../cases.js';
import { type NetworkJob, predictionJob, trainingJob } from '../contenders.js';
import { agrees, type Participant, takeTurns } from '../measure.js';
import {
  type Absence,
  type Measurement,
  machine,
  type Remarks,
  type Row,
  readSaved,
  resultsOf,
  save,
  spreadTable,
  table,
} from '../report.js';
import type { Answer } from '../timing.js';
import { CONTENDERS, type Contender, type Found, start } from './contenders.js';
import { FOLDER, installPackages } from './packages.js';
import { problemOf, writeProblem } from './problem.js';
import { sizesTable } from './sizes.js';

const EFFORT = { rounds: 5, seconds: 0.4 };
const QUICK = { rounds: 1, seconds: 0.05 };

/** How much results may differ: after two epochs of steps in float32 or float64; after one pass with another exponential function. */
const AGREEMENT = { training: 1e-5, prediction: 1e-6 };

const METHOD =
  'Medians of turns, each contender in its own process with one thread, unless its name says two. Brackets show how many times faster wasmlp is.';

const TRAINING = 'Training';

const TABLES = [
  {
    title: TRAINING,
    unit: 'samples/s',
    jobs: CASES.flatMap((benchCase) => [1, 32, 256].map((batchSize) => trainingJob(benchCase, batchSize))),
  },
  {
    title: 'Prediction',
    unit: 'rows/s',
    jobs: CASES.flatMap((benchCase) => [1, 256].map((rows) => predictionJob(benchCase, rows))),
  },
];

type Present = Contender & { readonly found: Extract<Found, { program: unknown }> };
type Place = { readonly contender: Present; readonly participant: Participant } | Absence;

const OPTIONS = ['--save', '--quick', '--sizes'];
const options = process.argv.slice(2).filter((word) => OPTIONS.includes(word));
const words = process.argv.slice(2).filter((word) => !OPTIONS.includes(word));
const quick = options.includes('--quick');
const effort = quick ? QUICK : EFFORT;
const folder = mkdtempSync(path.join(os.tmpdir(), 'wasmlp-peers-'));
try {
  installPackages();
  if (options.includes('--sizes')) console.log(await sizesTable(FOLDER));
  else await main();
} finally {
  rmSync(folder, { recursive: true });
}

async function main(): Promise<void> {
  const present = findAll();
  const write = tableWriter(present);
  const tables = new Map<string, readonly Row[]>();
  for (const { title, unit, jobs } of TABLES) {
    const rows: Row[] = [];
    for (const job of jobs.filter(({ work }) => words.every((word) => work.includes(word)))) {
      process.stderr.write(`${job.work} …\n`);
      rows.push({ work: job.work, unit, date: machine().date, contenders: await measured(job, present) });
    }
    if (rows.length === 0) continue;
    tables.set(title, rows);
    console.log(`\n${write(title, rows)}`);
  }
  // Short turns only show that everything works: their figures are not worth saving.
  if (options.includes('--save') && !quick) saveAll(tables, present);
}

/** Remarks are about training. */
function tableWriter(present: readonly Present[]): (title: string, rows: readonly Row[]) => string {
  const remarks: Remarks = Object.fromEntries(
    present.flatMap(({ name, remark }) => (remark === undefined ? [] : [[name, `${name}: ${remark}`]])),
  );
  return (title, rows) => table(title, rows, title === TRAINING ? remarks : {});
}

/** The contenders that this machine has. Prints the others, with the reason. */
function findAll(): Present[] {
  return CONTENDERS.flatMap((contender) => {
    const found = contender.find();
    if ('program' in found) return [{ ...contender, found }];
    console.log(`Without ${contender.name}: ${found.missing}.`);
    return [];
  });
}

/** Times the contenders that compute what wasmlp computes. The others are absent, with the reason. */
async function measured(job: NetworkJob, present: readonly Present[]): Promise<(Measurement | Absence)[]> {
  const places: Place[] = [];
  try {
    for (const contender of present) {
      if (contender.isIn?.(job) ?? true) places.push(await placeOf(job, contender));
    }
    const participants = places.flatMap((place) => ('why' in place ? [] : [place.participant]));
    const measurements = await takeTurns(participants, effort);
    return places.map((place) => ('why' in place ? place : (measurements.shift() as Measurement)));
  } finally {
    for (const place of places) if (!('why' in place)) place.participant.close();
  }
}

async function placeOf(job: NetworkJob, contender: Present): Promise<Place> {
  const { name, found, cannot, mostSamples } = contender;
  const why = cannot?.(job);
  if (why !== undefined) return { name, why: `${name}: ${why}` };
  const asked = job.kind === 'prediction' ? job.rows : job.case.samples;
  const given = { widths: job.case.widths, samples: Math.min(asked, mostSamples?.(job) ?? asked) };
  const file = path.join(folder, `${[...given.widths, given.samples].join('-')}.problem`);
  writeProblem(file, await problemOf(given));
  const participant = start(contender, found.program, job, file);
  const trouble = await troubleOf(participant, job, given, contender);
  if (trouble === undefined) return { contender, participant };
  participant.close();
  process.exitCode = 1;
  return { name, why: `${name}: ${trouble}` };
}

/** Why the figures of a contender would be worthless. */
async function troubleOf(
  participant: Participant,
  job: NetworkJob,
  given: Case,
  contender: Present,
): Promise<string | undefined> {
  const expected = await expectedOf(job, given, contender);
  const agreement = (job.kind === 'training' && contender.agreement) || AGREEMENT[job.kind];
  try {
    const came = await participant.ask({ kind: 'result' });
    if (agrees(expected, came, agreement)) return undefined;
    return `does not compute the same, ${came.slice(0, 3)} instead of ${expected.slice(0, 3)}.`;
  } catch (error) {
    process.stderr.write(`${error}\n`);
    return 'failed.';
  }
}

/** What wasmlp computes: outputs, or the losses of two epochs, with the loss that the contender has. */
async function expectedOf({ kind, rows }: NetworkJob, given: Case, { loss }: Contender): Promise<Answer> {
  const network = await createNetwork(given, loss === undefined ? {} : { loss });
  try {
    const { inputs, targets } = dataOf(given);
    if (kind === 'prediction') return Array.from(network.predict(inputs));
    const { epochs } = await network.fit(inputs, targets, { epochs: 2, batchSize: rows, shuffle: false });
    return epochs.map((epoch) => epoch.loss);
  } finally {
    network.dispose();
  }
}

/** Adds the rows of this run to those that the same versions saved on the same machine. */
function saveAll(tables: ReadonlyMap<string, readonly Row[]>, present: readonly Present[]): void {
  const name = `peers-${resultsOf()}`;
  const versions = Object.fromEntries(
    present.flatMap((contender) =>
      contender.found.version === undefined ? [] : [[contender.name, contender.found.version]],
    ),
  );
  const from = { ...machine(), versions };
  const before = readSaved(name);
  const same = (saved: object): string => JSON.stringify({ ...saved, date: '' });
  const kept = before !== undefined && same(before.machine) === same(from) ? before.tables : {};
  const merged = TABLES.flatMap(({ title, jobs }): [string, readonly Row[]][] => {
    const candidates = [...(tables.get(title) ?? []), ...(kept[title] ?? [])];
    const rows = jobs.flatMap(({ work }) => candidates.find((row) => row.work === work) ?? []);
    return rows.length === 0 ? [] : [[title, rows]];
  });
  const write = tableWriter(present);
  save(name, new Map(merged), METHOD, from, (title, rows) => `${write(title, rows)}\n\n${spreadTable(title, rows)}`);
}
