/** Measures what this machine costs where threads meet: two of them, on two cores. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import * as abi from '../../assembly/abi.js';
import { median } from '../measure.js';
import type { HelperTask } from './helper.js';
import { BASE, createMemory, kernelsOf, recordOf } from './kernels.js';
import type { Machine } from './model.js';

/** Groups whose median counts, and how often each repeats what is timed. */
const GROUPS = 201;
const REPEATS = 100;
const ROUNDS = 401;
/** More than a first-level cache holds, and less than a second-level one. */
const FLOATS = 2 ** 16;

export async function measureMachine(module: WebAssembly.Module): Promise<Machine> {
  const worker = new Worker(new URL('./helper.js', import.meta.url));
  const memory = createMemory();
  const withHelper = async <Figure>(kind: HelperTask['kind'], measure: () => Figure): Promise<Figure> => {
    Atomics.store(turnsOf(memory), 0, 0);
    worker.postMessage({ kind, module, memory, word: BASE, floats: FLOATS } satisfies HelperTask);
    await once(worker, 'message');
    const figure = measure();
    await once(worker, 'message');
    return figure;
  };
  try {
    prepare(memory);
    const boundary = await withHelper('help', () => boundaryOf(memory));
    const hop = await withHelper('answer', () => hopOf(memory));
    const bandwidth = await withHelper('write', () => bandwidthOf(module, memory));
    return { boundary, hop, bandwidth };
  } finally {
    await worker.terminate();
  }
}

const index = (offset: number): number => offset / Int32Array.BYTES_PER_ELEMENT;

/** A session for one helper. Its phases will be of rows, of which there are none. */
function prepare(memory: WebAssembly.Memory): void {
  const record = recordOf(memory);
  record[index(abi.TEAM_SESSION)] = 1;
  record[index(abi.TEAM_THREAD_COUNT)] = 2;
  record[index(abi.TEAM_PHASE)] = abi.PHASE_NONE;
}

/**
 * A phase that the helper alone has a chunk of, from its announcement until the leader knows that it is done. The leader does what share() of
 * assembly/train/team/claims.ts does.
 */
function boundaryOf(memory: WebAssembly.Memory): number {
  const record = recordOf(memory);
  const announce = (phase: number, chunks: number): void => {
    const ticket = Atomics.load(record, index(abi.TEAM_TICKET));
    Atomics.store(record, index(abi.TEAM_TICKET), ticket + 1);
    record[index(abi.TEAM_PHASE)] = phase;
    Atomics.store(record, index(abi.TEAM_CHUNKS), chunks);
    Atomics.store(record, index(abi.TEAM_ACTIVE), 2);
    Atomics.store(record, index(abi.TEAM_DONE), 0);
    Atomics.store(record, index(abi.TEAM_TICKET), ticket + 2);
    if (Atomics.load(record, index(abi.TEAM_SLEEPERS)) > 0) Atomics.notify(record, index(abi.TEAM_TICKET));
  };
  const seconds = secondsEach(() => {
    announce(abi.PHASE_ROWS_FORWARD, 1);
    while (Atomics.load(record, index(abi.TEAM_DONE)) !== 1);
  });
  announce(abi.PHASE_END, 0);
  return seconds;
}

/** Half of the way of a word to the other core and back. */
function hopOf(memory: WebAssembly.Memory): number {
  const words = turnsOf(memory);
  const seconds = secondsEach(() => giveTurn(words));
  Atomics.store(words, 0, -1);
  return seconds / 2;
}

/** What the other core wrote takes longer to read than what this one has read already. */
function bandwidthOf(module: WebAssembly.Module, memory: WebAssembly.Memory): number {
  const words = turnsOf(memory);
  const { squareSum } = kernelsOf(module, memory);
  const bytes = FLOATS * Float32Array.BYTES_PER_ELEMENT;
  const read = (): number => {
    const started = performance.now();
    squareSum(BASE + 64, bytes);
    return (performance.now() - started) / 1000;
  };
  const more = Array.from({ length: ROUNDS }, () => {
    giveTurn(words);
    return read() - read();
  });
  Atomics.store(words, 0, -1);
  const seconds = median(more);
  return seconds > 0 ? bytes / seconds : Number.POSITIVE_INFINITY;
}

function turnsOf(memory: WebAssembly.Memory): Int32Array {
  return new Int32Array(memory.buffer, BASE, 1);
}

/** Waits until the other thread has taken its turn. */
function giveTurn(words: Int32Array): void {
  const turn = Atomics.load(words, 0) + 1;
  Atomics.store(words, 0, turn);
  while (Atomics.load(words, 0) === turn);
}

function secondsEach(run: () => void): number {
  const groups = Array.from({ length: GROUPS }, () => {
    const started = performance.now();
    for (let repeat = 0; repeat < REPEATS; repeat++) run();
    return (performance.now() - started) / 1000 / REPEATS;
  });
  return median(groups);
}
