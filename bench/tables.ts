/** The tables of `npm run bench`, and the check that the contenders of a row compute the same. */
import { BLOCKS } from './blocks.js';
import { CASES, type Case } from './cases.js';
import { blockJob, type Job, optionsJob, predictionJob, trainingJob } from './contenders.js';
import { agrees, type Participant } from './measure.js';

interface Table {
  readonly title: string;
  readonly unit: string;
  readonly jobs: readonly Job[];
}

export const TABLES: readonly Table[] = [
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
  {
    title: 'Options of training',
    unit: 'samples/s',
    jobs: [32, 1].map((batchSize) => optionsJob(CASES[2] as Case, batchSize)),
  },
  {
    title: 'Momentum, one sample per step',
    unit: 'samples/s',
    jobs: CASES.map((benchCase) => optionsJob(benchCase, 1, ['plain sgd', 'momentum'])),
  },
];

/** How much results may differ, since some sums are float32 and some float64: after two epochs of steps, one pass, or one kernel. */
const AGREEMENT = { training: 1e-4, prediction: 1e-6, block: 1e-5, options: 0 };

/** The jobs whose names, after the title of their table, contain all the words, and only tables with such jobs. */
export function tablesOf(words: readonly string[]): readonly Table[] {
  const isWanted = (title: string, { work }: Job): boolean =>
    words.every((word) => `${title}, ${work}`.toLowerCase().includes(word.toLowerCase()));
  const tables = TABLES.map((table) => ({ ...table, jobs: table.jobs.filter((job) => isWanted(table.title, job)) }));
  return tables.filter(({ jobs }) => jobs.length > 0);
}

/** The message if no row has all the words in its name. */
export function unknownRow(words: readonly string[]): string {
  const known = TABLES.flatMap(({ jobs }) => jobs.map(({ work }) => work));
  return `No row has ${words.join(' and ')} in its name. There are: ${known.join('; ')}.`;
}

/** Asks each participant for its result (losses, predictions), before anything is timed. Throws if one differs from the first. */
export async function checkAgreement(job: Job, participants: readonly Participant[]): Promise<void> {
  const results = participants.map((participant) => participant.ask({ kind: 'result' }));
  const [first = [], ...others] = await Promise.all(results);
  const stranger = others.find((other) => !agrees(first, other, AGREEMENT[job.kind]));
  if (stranger !== undefined) {
    throw new Error(`${job.work}: not the same computed: ${first.slice(0, 4)} … ${stranger.slice(0, 4)}`);
  }
}
