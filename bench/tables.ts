/** What `npm run bench` measures, table by table, and when contenders of a row compute the same. */
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
  { title: 'Options of training', unit: 'samples/s', jobs: [optionsJob(CASES[2] as Case, 32)] },
];

/** How far results may lie apart: float32 against float64 sums, over two epochs of steps, over one pass, in one kernel. */
const AGREEMENT = { training: 1e-4, prediction: 1e-6, block: 1e-5, options: 0 };

/** Those whose jobs have all the words in their names; of these the jobs that have. */
export function tablesOf(words: readonly string[]): readonly Table[] {
  const isWanted = ({ work }: Job): boolean => words.every((word) => work.includes(word));
  const tables = TABLES.map((table) => ({ ...table, jobs: table.jobs.filter(isWanted) }));
  return tables.filter(({ jobs }) => jobs.length > 0);
}

/** What to say where no row has all the words in its name. */
export function unknownRow(words: readonly string[]): string {
  const known = TABLES.flatMap(({ jobs }) => jobs.map(({ work }) => work));
  return `No row has ${words.join(' and ')} in its name. There are: ${known.join('; ')}.`;
}

/** Before anything is timed. Asks each for its result (losses, predictions). Throws where one does not agree with the first's. */
export async function checkAgreement(job: Job, participants: readonly Participant[]): Promise<void> {
  const results = participants.map((participant) => participant.ask({ kind: 'result' }));
  const [first = [], ...others] = await Promise.all(results);
  const stranger = others.find((other) => !agrees(first, other, AGREEMENT[job.kind]));
  if (stranger !== undefined) {
    throw new Error(`${job.work}: not the same computed: ${first.slice(0, 4)} … ${stranger.slice(0, 4)}`);
  }
}
