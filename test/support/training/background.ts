/**
 * Fits in a worker, for tests: networks of the built library, which contains the worker's program, their samples, and the workers that
 * they start.
 */
import type { Worker } from 'node:worker_threads';
import { afterEach, vi } from 'vitest';
import type { ErrorCode, FitOptions, History, NetworkOptions, Samples } from '../../../src/index.js';
import { expectCoded } from '../refusals.js';
import { randomClasses, randomRows } from '../samples.js';

export const { Network, WasmlpError } = (await import(
  new URL('../../../dist/index.js', import.meta.url).href
)) as typeof import('../../../src/index.js');
export type Trained = Awaited<ReturnType<typeof Network.create>>;

export const COUNT = 90;
export const INPUTS = randomRows(COUNT, 3, 5);
export const CLASSES = randomClasses(COUNT, 3, 6);

export interface Course {
  readonly network?: Partial<NetworkOptions>;
  readonly targets?: Samples;
  readonly fit?: FitOptions;
}

export async function create({ network }: Course = {}, engine: 'wasm' | 'js' = 'wasm'): Promise<Trained> {
  const layers = [{ units: 8 }, { units: 3, activation: 'softmax' }] as const;
  return await Network.create({ inputs: 3, layers, seed: 4, ...network, engine });
}

export async function train(network: Trained, { targets, fit }: Course, options: FitOptions): Promise<History> {
  return await network.fit(INPUTS, targets ?? CLASSES, { epochs: 6, batchSize: 7, ...fit, ...options });
}

/** The samples of `train` as a stream. */
export function* batches(size = 18) {
  for (let i = 0; i < COUNT; i += size) {
    yield { inputs: INPUTS.slice(3 * i, 3 * (i + size)), targets: CLASSES.slice(i, i + size) };
  }
}

/** A network that takes a while to train, and its samples. */
export async function slow(): Promise<{ network: Trained; inputs: Float32Array; targets: Float32Array }> {
  const network = await Network.create({ inputs: 200, layers: [{ units: 100 }, { units: 2 }], seed: 2 });
  return {
    network,
    inputs: randomRows(2000, 200, 1),
    targets: randomRows(2000, 2, 3).map((value) => Math.abs(value) % 1),
  };
}

const threads = process.getBuiltinModule('node:worker_threads');
/** All workers so far. */
const started: Worker[] = [];
const Original = class extends threads.Worker {
  constructor(url: URL | string, options: object) {
    super(url, options);
    started.push(this);
  }
};
threads.Worker = Original;

export interface Watched {
  readonly workers: Worker[];
  /** The messages that the workers were sent. */
  readonly sent: unknown[];
}

/** Records the workers that start from now on. `at` replaces the address of their program. */
/** Watches the workers that start from now on. Those that wait for the next fit end first. */
export function watchWorkers(at?: URL): Watched {
  // As if they had ended: the library learns it at once.
  for (const worker of started.splice(0)) worker.emit('exit', 1);
  const watched: Watched = { workers: [], sent: [] };
  threads.Worker = class extends Original {
    constructor(url: URL | string, options: object) {
      super(at ?? url, options);
      watched.workers.push(this);
    }

    override postMessage(message: unknown, transfer: ArrayBuffer[]): void {
      watched.sent.push(message);
      super.postMessage(message, transfer);
    }
  };
  return watched;
}

export function leaveWorkers(): void {
  threads.Worker = Original;
}

/** An error of the built library. It has other classes than the source. */
export function expectBuiltCoded(error: unknown, code: ErrorCode, message: RegExp): void {
  expectCoded(error, code, message, WasmlpError);
}

afterEach(() => {
  leaveWorkers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});
