/** The worker of fits in the background (wasmlp/worker): trains one network as its job says, and ends with it. */
import type { EngineNetwork, Samples } from './engine/engine.js';
import { selectEngine } from './engine/select.js';
import { type Kernels, withKernels } from './engine/wasm/kernel.js';
import { codedError, type ErrorCode } from './errors.js';
import { type Answer, type Failure, type Job, locksOfHost, type Said } from './training/background/messages.js';
import { type Left, SharedState } from './training/background/snapshots.js';
import { type Port, threadsOfNode } from './training/background/threads.js';
import type { Watched } from './training/early-stopping.js';
import { runFit } from './training/fit.js';
import type { FitSpec, History } from './training/fit-options.js';
import { VERSION } from './training/generated/version.js';
import { KeptSamples } from './training/in-memory-samples.js';
import { withLoaded } from './training/loaded.js';
import { prepare } from './training/run.js';
import { Stop } from './training/stop.js';
import { StreamedSamples } from './training/streamed-samples.js';

/** How often snapshots are left in shared memory, which copies all weights. */
const LEAVE_MILLISECONDS = 10;

/** Pages' workers are their own port; Node gives one. */
const port = threadsOfNode()?.parentPort ?? (globalThis as unknown as Port);

if (!('addEventListener' in port) || 'document' in globalThis) {
  throw codedError('ERR_UNSUPPORTED', 'wasmlp/worker is what a worker runs, and starts by itself. Import wasmlp.');
}

class Apprentice {
  readonly #job: Job;
  readonly #network: EngineNetwork;
  readonly #shared: SharedState | undefined;
  /** For early stopping. */
  readonly #watched: Watched;
  #epochs: number;
  /** Whether the network is trained on by now. */
  #isBegun = false;
  #left = Number.NEGATIVE_INFINITY;
  #snapshot: Float32Array | undefined;
  /** Of the question that waits. */
  #answered: (answer: Answer) => void = () => undefined;

  constructor(job: Job, network: EngineNetwork) {
    this.#job = job;
    this.#network = network;
    this.#watched = { patience: job.patience, network, layers: job.network.layers.length };
    this.#epochs = job.epochsBefore;
    this.#shared = job.shared && new SharedState(job.state.length, job.shared);
  }

  answered(answer: Answer): void {
    this.#answered(answer);
  }

  async train(): Promise<void> {
    // Reserves what the optimizer remembers.
    this.#network.snapshot();
    this.#network.restore(this.#job.state);
    const history = await this.#fit().catch(failureOf);
    const left = this.#isBegun ? this.#state() : undefined;
    say({ kind: 'end', history, left, patience: this.#watched.patience }, left);
  }

  async #fit(): Promise<History> {
    const { network: spec, training, validation, fit, epochsBefore, asked } = this.#job;
    const { call, batchSize, shuffle } = fit;
    return await withLoaded(this.#network, [training, validation], async ([loaded, validating]) => {
      const source =
        loaded === undefined
          ? new StreamedSamples(this.#network, { call, seed: spec.seed, batchSize }, () => this.#batches())
          : new KeptSamples(loaded, { call, seed: spec.seed, batchSize: batchSize as number, shuffle });
      const options = this.#options();
      const start = { epochsBefore, learningRate: spec.optimizer.learningRate };
      const { patience, learningRate } = await prepare(call, options, start, this.#watched);
      const run = {
        call,
        engine: this.#network,
        spec: options,
        learningRate: asked.rate ? (epoch: number) => this.#ask<number>({ kind: 'rate', epoch }) : learningRate,
        patience,
        epochsBefore,
        checkAlive: () => undefined,
        stop: new Stop(call),
        onEpochDone: (epoch: number) => {
          this.#epochs = epoch;
        },
      };
      return await runFit(run, source, validating, () => {
        this.#isBegun = true;
        this.#leave();
      });
    });
  }

  #options(): FitSpec {
    const { fit, asked } = this.#job;
    return {
      ...fit,
      validation: undefined,
      classWeights: undefined,
      sampleWeights: undefined,
      signal: undefined,
      background: false,
      onEpoch: asked.epoch
        ? async (result) => {
            // Never by shared memory: that would be ahead of what is said of this epoch.
            const left = this.#state();
            await this.#ask({ kind: 'epoch', result, left, patience: this.#watched.patience }, left);
          }
        : undefined,
      onProgress: (progress) => {
        const left = this.#leaving();
        say({ kind: 'progress', progress, left }, left);
      },
    };
  }

  #ask<T extends Answer['answer']>(question: Said, left?: Left): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#answered = ({ answer, isFailure }) => (isFailure ? reject(new Error('no answer')) : resolve(answer as T));
      say(question, left);
    });
  }

  async *#batches(): AsyncGenerator<Samples> {
    for (let isFirst = true; ; isFirst = false) {
      const batch = await this.#ask<Samples | undefined>({ kind: 'batch', isFirst });
      if (batch === undefined) return;
      yield batch;
    }
  }

  /** Leaves a snapshot in shared memory, now and then. */
  #leave(): void {
    if (this.#shared === undefined || performance.now() - this.#left < LEAVE_MILLISECONDS) return;
    this.#snapshot = this.#network.snapshot(this.#snapshot);
    this.#shared.write(this.#snapshot, this.#epochs);
    this.#left = performance.now();
  }

  #state(): Left {
    return { state: this.#network.snapshot() as Left['state'], epochs: this.#epochs };
  }

  /** A snapshot to send; undefined where it is left in shared memory instead, at once. */
  #leaving(): Left | undefined {
    if (this.#shared === undefined) return this.#state();
    this.#left = Number.NEGATIVE_INFINITY;
    this.#leave();
    return undefined;
  }
}

function say(said: Said, left?: Left): void {
  port.postMessage(said, left === undefined ? [] : [left.state.buffer]);
}

function failureOf(error: unknown): Failure {
  const { code, epoch, batch, learningRate } = error as { code?: ErrorCode } & Record<string, unknown>;
  const place = epoch === undefined ? {} : { epoch, batch, learningRate };
  return { code, message: error instanceof Error ? error.message : String(error), place };
}

/** Held for life: whoever waits for it learns of this worker's end. Whether it could be. */
function hold(lock: string | undefined): Promise<boolean> {
  const locks = locksOfHost();
  if (lock === undefined || locks === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    const held = locks.request(lock, () => {
      resolve(true);
      return new Promise(() => undefined);
    });
    held.catch(() => resolve(false));
  });
}

/** The one that the network runs on at home, whatever it is called. */
function kernelsOf(module: WebAssembly.Module): Kernels {
  const simd = async (): Promise<WebAssembly.Module> => module;
  return { basic: simd, simd, relaxed: simd, wide: simd, relaxedWide: simd };
}

let apprentice: Apprentice | undefined;

async function begin(job: Job): Promise<void> {
  say({ kind: 'ready', isHeld: await hold(job.lock) });
  try {
    const { module, version, fit } = job;
    if (version !== VERSION) {
      const mend = 'Put the dist/worker.js of this version there.';
      const came = `${fit.call}: worker.js is of wasmlp ${VERSION}, expected ${version}`;
      throw codedError('ERR_WORKER_DIED', `${came}. ${mend}`);
    }
    if (module !== undefined) withKernels(undefined, kernelsOf(module as WebAssembly.Module));
    const engine = await selectEngine(job.engine, job.network);
    apprentice = new Apprentice(job, engine.createNetwork(job.network));
    await apprentice.train();
  } catch (error) {
    say({ kind: 'end', history: failureOf(error), left: undefined, patience: job.patience });
  }
}

port.addEventListener('message', ({ data }) => {
  const said = data as Answer | Job;
  if ('answer' in said) apprentice?.answered(said);
  else void begin(said);
});
