/**
 * Measures one row on one build: networks with one and with several threads take turns in this process, after they have computed the same
 * bits. One build for each process: V8's flag for wide vectors belongs to the process.
 */
import type { Network } from 'wasmlp';
import { createNetwork, dataOf, parametersOf } from '../cases.js';
import { OPTIONS } from '../contenders.js';
import { type Effort, type Participant, takeTurns } from '../measure.js';
import type { Row } from '../report.js';
import { trainingContender } from '../runs.js';
import { answerOf } from '../timing.js';
import { watchOthers } from './load.js';
import { nameOfThreads, type Threads, type ThreadsRow } from './rows.js';

/** What a process of its own measures. */
export interface Task {
  readonly row: ThreadsRow;
  readonly build: string;
  readonly effort: Effort;
}

export interface MeasuredRow extends Row {
  /** How fast each number of threads must be, as a multiple of one thread, which is the first contender. */
  readonly atLeast: number;
  /** The contenders that this is asked of. */
  readonly asked: readonly string[];
  /** Cores that other programs took meanwhile, if the host tells. */
  readonly others?: number;
}

/** Epochs after which the bits are compared. */
const COMPARED_EPOCHS = 3;

export async function measureRow({ row, build, effort }: Task): Promise<MeasuredRow> {
  const { work, atLeast } = row;
  const participants: Participant[] = [];
  try {
    let first: Uint32Array | undefined;
    for (const threads of [1, ...row.threads]) {
      const network = await networkOf(row, build, threads);
      const bits = await bitsOf(row, network);
      first ??= bits;
      if (bits.some((word, i) => word !== first?.[i])) {
        throw new Error(`${work}, ${build}: ${nameOfThreads(threads)} and 1 thread do not give the same bits.`);
      }
      participants.push(await participantOf(row, network, threads, effort));
    }
    const othersSince = watchOthers();
    const contenders = await takeTurns(participants, effort);
    const others = othersSince();
    const asked = row.threads.filter((threads) => threads === 2 || threads === 'auto').map(nameOfThreads);
    return { work, unit: 'samples/s', atLeast, asked, contenders, ...(others !== undefined && { others }) };
  } finally {
    for (const participant of participants) participant.close();
  }
}

function networkOf({ case: benchCase, create }: ThreadsRow, build: string, threads: Threads): Promise<Network> {
  return createNetwork(benchCase, { ...OPTIONS[build], ...create, threads });
}

/** Trains a little. Returns all weights and biases as they lie in memory. */
async function bitsOf({ case: benchCase, batchSize }: ThreadsRow, network: Network): Promise<Uint32Array> {
  const { inputs, targets } = dataOf(benchCase);
  await network.fit(inputs, targets, { epochs: COMPARED_EPOCHS, batchSize, shuffle: false });
  const tensors = parametersOf(network).flatMap(({ weights, biases }) => [weights, biases]);
  return new Uint32Array(Float32Array.from(tensors.flatMap((tensor) => [...tensor])).buffer);
}

async function participantOf(
  row: ThreadsRow,
  network: Network,
  threads: Threads,
  effort: Effort,
): Promise<Participant> {
  const { case: benchCase, batchSize } = row;
  const { inputs, targets } = dataOf(benchCase);
  const train = async (epochs: number): Promise<number> => {
    const history = await network.fit(inputs, targets, { epochs, batchSize, shuffle: false });
    return history.epochs.at(-1)?.loss ?? Number.NaN;
  };
  // Each turn is one fit: one thread copies the samples at its start, which matters little in a fit of many epochs.
  const contender = await trainingContender(train, benchCase.samples, effort.seconds);
  return {
    name: nameOfThreads(threads),
    ask: (question) => answerOf(contender, question),
    close: () => network.dispose(),
  };
}
