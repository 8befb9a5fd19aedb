/** Measures what the model needs of one training, and the training itself on one core and on two. All of it takes turns. */
import type { Network } from 'wasmlp';
import { type Case, createNetwork, dataOf } from '../cases.js';
import { type Effort, measurementOf, median } from '../measure.js';
import type { Measurement } from '../report.js';
import { trainingContender } from '../runs.js';
import { type Answer, answerOf } from '../timing.js';
import { courseOf, type Phase, samplesOf } from './course.js';
import { largestShare, type Piece } from './cut.js';
import { BASE, createMemory, kernelsOf } from './kernels.js';
import { CORES, type Share } from './model.js';
import { ownWork } from './own.js';

export interface MeasuredTraining {
  /** For each of CORES. */
  readonly shares: readonly Share[];
  /** Seconds of a course that are the leader's alone, if there are two cores. */
  readonly serial: number;
  /** Fits as users call them: with one thread and with two. */
  readonly fits: readonly Measurement[];
}

/** Courses between two looks at the clock take about this long. */
const LOOK_SECONDS = 0.002;
const EPOCHS = 20_000;

/** Seconds that an epoch of one sample takes: what JavaScript does around an epoch. */
export async function secondsAround(): Promise<number> {
  const network = await createNetwork({ widths: [4, 4, 4], samples: 1 });
  const timed = async (): Promise<number> => {
    const started = performance.now();
    await network.fit(new Float32Array(4), new Float32Array(4), { epochs: EPOCHS, batchSize: 1, shuffle: false });
    return (performance.now() - started) / 1000 / EPOCHS;
  };
  const times = [await timed(), await timed(), await timed()];
  network.dispose();
  return Math.min(...times);
}

export async function measureTraining(
  module: WebAssembly.Module,
  benchCase: Case,
  batchSize: number,
  epochSeconds: number,
  effort: Effort,
): Promise<MeasuredTraining> {
  const courses = CORES.map((cores) => courseOf(benchCase.widths, batchSize, cores));
  const keys = courses.map((phases) => keyOf(phases, true));
  const serialKey = keyOf(courses[1] as readonly Phase[], false);
  const work = new Map<string, () => void>();
  for (const key of [...keys, serialKey]) {
    const run = work.get(key) ?? workOf(module, benchCase, batchSize, key);
    work.set(key, run);
    // V8 compiles meanwhile.
    secondsEach(run, effort.seconds);
  }
  const fits = [await fitOf(benchCase, batchSize, 1, effort), await fitOf(benchCase, batchSize, 2, effort)];
  const times = new Map([...work.keys()].map((key): [string, number[]] => [key, []]));
  const turns = fits.map((): Answer[] => []);
  for (let round = 0; round < effort.rounds; round++) {
    for (const [key, run] of work) times.get(key)?.push(secondsEach(run, effort.seconds / 3));
    for (const [i, { contender }] of fits.entries()) {
      turns[i]?.push(await answerOf(contender, { kind: 'turn', seconds: effort.seconds }));
    }
  }
  for (const { network } of fits) network.dispose();
  const secondsOf = (key: string): number => median(times.get(key) as number[]);
  const samples = samplesOf(batchSize);
  const around = (epochSeconds * samples) / benchCase.samples;
  return {
    shares: courses.map((phases, i) => ({ phases, own: secondsOf(keys[i] as string), around, samples })),
    serial: secondsOf(serialKey) + around,
    fits: turns.map((answers, i) => measurementOf(`${i + 1} measured`, answers)),
  };
}

/** The work of the busiest thread, or of the leader alone, as text: courses that cut it alike share one measurement. */
function keyOf(phases: readonly Phase[], isWhole: boolean): string {
  const own = phases.filter(({ threads }) => isWhole || threads === 1);
  return JSON.stringify(own.flatMap((phase) => largestShare(phase)));
}

function workOf(module: WebAssembly.Module, benchCase: Case, batchSize: number, key: string): () => void {
  const memory = createMemory();
  const work = { benchCase, batch: samplesOf(batchSize), pieces: JSON.parse(key) as Piece[] };
  return ownWork(kernelsOf(module, memory), memory, BASE, work);
}

async function fitOf(benchCase: Case, batchSize: number, threads: number, { seconds }: Effort) {
  const network: Network = await createNetwork(benchCase, { threads });
  const { inputs, targets } = dataOf(benchCase);
  const train = async (epochs: number): Promise<number> => {
    const history = await network.fit(inputs, targets, { epochs, batchSize, shuffle: false });
    return history.epochs.at(-1)?.loss ?? Number.NaN;
  };
  return { network, contender: await trainingContender(train, benchCase.samples, seconds) };
}

/** Runs for so many seconds. Returns the median of the time of a run, over short stretches. */
function secondsEach(run: () => void, seconds: number): number {
  let repeats = 1;
  const stretches: number[] = [];
  const end = performance.now() + seconds * 1000;
  do {
    const started = performance.now();
    for (let i = 0; i < repeats; i++) run();
    const each = (performance.now() - started) / 1000 / repeats;
    stretches.push(each);
    repeats = Math.max(1, Math.round(LOOK_SECONDS / each));
  } while (performance.now() < end);
  return median(stretches);
}
