/**
 * A network that several threads train. Between fits it is a network like any other, in the memory of this thread. A fit that gains by
 * threads moves it into memory that they share, and back at its end: whoever asks it meanwhile gets its numbers as they are then. Samples for
 * which that memory has no room are trained on by one thread, with the same bits.
 */
import { coresOfHost } from '../../../foundation/cores.js';
import { isOutOfMemory } from '../../../foundation/memory.js';
import { type WorkerAddress, workerAddressOf } from '../../../foundation/workers.js';
import type { NetworkSpec } from '../../../options/spec.js';
import type {
  EngineNetwork,
  EngineSamples,
  EngineThreads,
  FitPlan,
  LayerParameters,
  LentThreads,
  LoadedSamples,
  OptimizerState,
  StepOptions,
  Totals,
} from '../../engine.js';
import type { WasmNetwork } from '../network.js';
import { mayWait } from './host.js';
import type { SharedFit } from './record.js';
import { paysOff } from './rule.js';
import { createSharedNetwork, pagesFor } from './shared-network.js';
import { Team, type TeamRequest } from './team.js';

/** Room for one batch of a stream. Addresses alone: a host backs them when they are touched. */
const STREAM_BYTES = 2 ** 27;

/** How many threads a network has, and what they run on. */
export interface ThreadOptions {
  readonly module: WebAssembly.Module;
  readonly threads: number;
  /** Whether the caller asked for this number, and not for as many as there are. */
  readonly isExact: boolean;
}

export class ThreadedNetwork implements EngineNetwork {
  readonly #own: WasmNetwork;
  readonly #spec: NetworkSpec;
  readonly #options: ThreadOptions;
  readonly threads: EngineThreads;
  /** In shared memory, while a fit gains by it. */
  #shared: WasmNetwork | undefined;
  /** Where the numbers are: in one of these two. */
  #current: WasmNetwork;
  #team: Team | undefined;
  /** Reused from move to move. */
  #numbers: Float32Array | undefined;
  /** Whether the optimizer has a state: moving the numbers reserves one without a step. */
  #hasStepped = false;
  /** The network that holds the samples, if that is not its own. */
  readonly #homes = new WeakMap<LoadedSamples, WasmNetwork>();
  #isDisposed = false;
  /**
   * Threads that a fit uses: at most one per core, as more would take turns and wait for each other. With 7 on two cores 784-128-10 trains at
   * 0.7 to 1.1 of the speed of one thread, with 2 at 1.4 to 1.8.
   */
  readonly #count: number;

  constructor(own: WasmNetwork, spec: NetworkSpec, options: ThreadOptions) {
    this.#own = own;
    this.#current = own;
    this.#spec = spec;
    this.#options = options;
    this.#count = Math.min(options.threads, coresOfHost());
    this.threads = {
      resolve: (call, options) => {
        const stays = options.background || mayWait() || !this.#gains(call, options);
        return stays ? undefined : { ...options, background: true };
      },
      begin: (plan) => this.#begin(plan),
      end: () => this.#end(),
      lend: (plan) => this.#lend(plan),
    };
  }

  get module(): WebAssembly.Module {
    return this.#own.module;
  }

  get memoryBytes(): number {
    return this.#own.memoryBytes + (this.#shared?.memoryBytes ?? 0);
  }

  readParameters(layer: number): LayerParameters {
    return this.#current.readParameters(layer);
  }

  writeParameters(layer: number, parameters: Partial<LayerParameters>): void {
    this.#current.writeParameters(layer, parameters);
  }

  snapshot(reuse?: Float32Array): Float32Array {
    return this.#current.snapshot(reuse);
  }

  restore(snapshot: Float32Array): void {
    this.#hasStepped = true;
    this.#current.restore(snapshot);
  }

  readOptimizerState(): OptimizerState | undefined {
    return this.#hasStepped ? this.#current.readOptimizerState() : undefined;
  }

  writeOptimizerState(state: OptimizerState): void {
    this.#hasStepped = true;
    this.#current.writeOptimizerState(state);
  }

  isFinite(): boolean {
    return this.#current.isFinite();
  }

  givesFinite(samples: LoadedSamples, from: number, count: number): boolean {
    return this.#withHome(samples).givesFinite(samples, from, count);
  }

  predict(...given: Parameters<EngineNetwork['predict']>): Float32Array {
    return this.#current.predict(...given);
  }

  predictRow(row: Float32Array, into?: Float32Array): Float32Array {
    return this.#current.predictRow(row, into);
  }

  twin(): EngineNetwork {
    return new ThreadedNetwork(this.#own.twin(), this.#spec, this.#options);
  }

  load(samples: EngineSamples): LoadedSamples {
    const shared = this.#shared;
    // Sparse rows leave too little work to share: one thread trains on them, on its own memory.
    if (shared === undefined || samples.inputs.starts !== undefined) return this.#own.load(samples);
    try {
      const loaded = shared.load(samples);
      this.#homes.set(loaded, shared);
      return loaded;
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      return this.#own.load(samples);
    }
  }

  sliceMultiple(step: StepOptions): number {
    return this.#own.sliceMultiple(step);
  }

  reserve(samples: LoadedSamples, count: number, step: StepOptions): void {
    this.#withHome(samples).reserve(samples, count, step);
  }

  train(samples: LoadedSamples, from: number, count: number, step: StepOptions, totals: Totals): boolean {
    this.#hasStepped = true;
    return this.#withHome(samples).train(samples, from, count, step, totals);
  }

  evaluate(samples: LoadedSamples, from: number, count: number, totals: Totals): void {
    this.#withHome(samples).evaluate(samples, from, count, totals);
  }

  gradients(samples: LoadedSamples): { loss: number; layers: LayerParameters[] } {
    return this.#withHome(samples).gradients(samples);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#own.dispose();
    this.#shared?.dispose();
  }

  /** Trains on the memory that another thread lent, as its leader, until this thread ends. */
  join(fit: SharedFit): void {
    this.#move(fit);
  }

  #gains(call: string, options: FitPlan['options']): boolean {
    return this.#count > 1 && paysOff(this.#spec, call, options);
  }

  #begin(plan: FitPlan): void {
    const begun = mayWait() ? this.#beginTeam(plan) : undefined;
    if (begun === undefined) return;
    this.#team = begun.team;
    try {
      this.#move(begun.fit);
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  #lend(plan: FitPlan): LentThreads | undefined {
    const begun = this.#beginTeam(plan);
    if (begun === undefined) return undefined;
    const { team, fit } = begun;
    return { fit, giveBack: (gone) => (gone === undefined ? team.end() : void team.endAfter(gone)) };
  }

  /** Undefined where the fit gains nothing, or there is no memory to share and the caller asked for as many threads as there are. */
  #beginTeam(plan: FitPlan): ReturnType<typeof Team.begin> | undefined {
    if (typeof plan.training === 'object' && plan.training.inputs.starts !== undefined) return undefined;
    if (!this.#gains(plan.stop.call, plan.options)) return undefined;
    try {
      return Team.begin(this.#requestOf(plan));
    } catch (error) {
      if (this.#options.isExact || !isOutOfMemory(error)) throw error;
      return undefined;
    }
  }

  #requestOf({ options, training, validation, stop }: FitPlan): TeamRequest {
    const { module, isExact } = this.#options;
    const bytes = (typeof training === 'function' ? STREAM_BYTES : bytesOf(training)) + bytesOf(validation);
    return {
      module,
      threads: this.#count,
      pages: pagesFor(this.#spec, bytes, this.#count),
      address: addressOf(stop.call, options.background),
      onDeath: (error) => stop.end(error),
      call: stop.call,
      needsAll: isExact,
    };
  }

  /** Moves the numbers into a network in shared memory. */
  #move(fit: SharedFit): void {
    const shared = createSharedNetwork(fit, this.#spec, (realm) => this.#own.twin(realm));
    this.#shared = shared;
    // Reserves the state of the optimizer: a network takes over only what it has room for.
    this.#numbers = shared.snapshot(this.#numbers);
    this.#use(shared);
  }

  #end(): void {
    // After a disposal there is nothing to bring back.
    if (this.#current !== this.#own && !this.#isDisposed) this.#use(this.#own);
    this.#current = this.#own;
    this.#shared = undefined;
    this.#numbers = undefined;
    this.#team?.end();
    this.#team = undefined;
  }

  /** The network that holds the samples, with the numbers as they are now. */
  #withHome(samples: LoadedSamples): WasmNetwork {
    return this.#use(this.#homes.get(samples) ?? this.#own);
  }

  #use(network: WasmNetwork): WasmNetwork {
    if (network !== this.#current) {
      this.#numbers = this.#current.snapshot(this.#numbers);
      network.restore(this.#numbers);
      this.#current = network;
    }
    return network;
  }
}

/** The address of worker.js that the caller gave, or undefined for the one beside this file. */
function addressOf(call: string, background: FitPlan['options']['background']): WorkerAddress {
  return workerAddressOf(call, typeof background === 'object' ? background : true);
}

/** Bytes that samples take in an engine. */
function bytesOf(samples: EngineSamples | undefined): number {
  if (samples === undefined) return 0;
  const { inputs, targets, weights, count } = samples;
  const order = count * Uint32Array.BYTES_PER_ELEMENT;
  return inputs.byteLength + targets.byteLength + order + (weights?.byteLength ?? 0);
}
