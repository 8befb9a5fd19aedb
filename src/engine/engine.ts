/**
 * What every engine does, at the level of a whole network. The loop over samples and batches is inside the engine.
 *
 * Engines trust their caller: shapes, ranges and finite numbers are checked before a call gets here. An engine only refuses what
 * no one else can know of: that memory has run out, or that its instance is broken.
 */

import { float32 } from '../foundation/memory.js';
import { OUTPUT_RANGES } from '../options/activations.js';
import type { Metric } from '../options/losses.js';
import { keepsState } from '../options/optimizers.js';
import type { LayerSpec, NetworkSpec } from '../options/spec.js';

/** Weights (units, inputs) row-major, biases (units). A layer without biases has none. Always a copy. */
export interface LayerParameters {
  weights: Float32Array;
  biases: Float32Array;
}

/** Where the entries of sparse rows are, checked: sample s has those from starts[s] to starts[s + 1] - 1. Their columns ascend. */
export interface SparseEntries {
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
}

/** Inputs of samples, (count, inputs) row-major. Those of sparse rows are the values of their entries, and say where these are. */
export type EngineInputs = Float32Array & Partial<SparseEntries>;

/** Samples on their way into an engine, packed and checked. */
export interface EngineSamples {
  readonly count: number;
  readonly inputs: EngineInputs;
  /** Whether the engine only makes room for the inputs, and the caller copies them to those of `LoadedSamples.given`. */
  readonly isLater?: boolean;
  /** (count, outputs) row-major, or a Uint32Array with the index of the one output whose target is 1. */
  readonly targets: Float32Array | Uint32Array;
  readonly metric: Metric;
  /** (count): how much the loss of each sample counts. Undefined if all count 1. */
  readonly weights?: Float32Array | undefined;
}

/** Samples that an engine holds, and the order in which it takes them. At first this is the order given, 0 to count - 1. */
export interface LoadedSamples {
  readonly count: number;
  readonly metric: Metric;
  readonly isSparse: boolean;
  /** The samples in the order in which they came. Perhaps views of the engine's memory: look at them before any other code runs. */
  readonly given: EngineSamples;
  /** At least the largest magnitude of the inputs, and at most 8 times it. Found when it is first asked for. */
  readonly largest: number;
  setOrder(order: Uint32Array): void;
  /** Writes inputs that come later, from number `at` on. Returns their `largest`: infinite or NaN where one of them is. */
  fill(at: number, inputs: Float32Array): number;
  /** Overwrites the first sample: the array begins with its inputs, then its targets. */
  write(row: Float32Array): void;
  release(): void;
}

/**
 * Sums over samples, from which the means of an epoch are computed. Calls add to them sample by sample and batch by batch, so it
 * changes no bit how an epoch is cut into calls.
 */
export interface Totals {
  /** Sum of the losses of all samples. */
  loss: number;
  /** Sum of how right the predictions were, from 0 to 1 for each sample. */
  correct: number;
}

/** The state of an optimizer. Every moment has the shape of the parameters of all layers, frozen layers included. */
export interface OptimizerState {
  /** The products of adam's beta1 and beta2, one factor per step. */
  readonly products: readonly [number, number];
  readonly moments: readonly (readonly LayerParameters[])[];
}

/** How steps are taken. */
export interface StepOptions {
  readonly batchSize: number;
  readonly learningRate: number;
  /** The longest gradient allowed: the Euclidean norm over all layers. A longer gradient is shortened to it. */
  readonly clipNorm?: number | undefined;
  /** The largest magnitude of a derivative. Larger ones are cut to it before clipNorm applies. */
  readonly clipValue?: number | undefined;
  /** A uint32. With layer, position in the epoch and unit, it decides which outputs dropout drops. */
  readonly dropoutKey: number;
}

/** What an engine has to know of a fit before it begins, where several threads train. */
export interface FitPlan {
  readonly options: {
    /** Undefined: the default of `fit`; in a stream, each batch is one step. */
    readonly batchSize?: number | undefined;
    readonly clipNorm?: number | undefined;
    readonly clipValue?: number | undefined;
    /** May have the address of worker.js. */
    readonly background?: boolean | { readonly workerUrl?: unknown } | undefined;
  };
  /** In-memory samples, or a function that begins a stream of batches. */
  readonly training: EngineSamples | ((...given: never[]) => unknown);
  readonly validation: EngineSamples | undefined;
  /** The public call, for errors, and what ends the fit. */
  readonly stop: { readonly call: string; end(reason: unknown): void };
}

/** What another thread needs to lead the threads of a fit. */
export interface LentThreads {
  /** Can be sent to a worker. */
  readonly fit: object;
  /**
   * Call it when the fit is over. `gone` is for another thread that was ended on the way: it resolves when that does nothing any more, to false
   * where nobody can know that.
   */
  giveBack(gone?: Promise<boolean>): void;
}

/** The threads of a network, where it has more than one. */
export interface EngineThreads {
  /**
   * The options with `background`, where a fit has to run in a worker: it gains by several threads, and this thread may not wait for others.
   * Undefined where the options can stay as they are.
   */
  resolve<T extends FitPlan['options']>(call: string, options: T): T | undefined;
  /** Call it right before the samples of a fit are loaded: several threads train from now on, if the fit gains by it. */
  begin(plan: FitPlan): void;
  /** Call it when the fit is over, also if it did not begin. */
  end(): void;
  /** As `begin`, for a fit that another thread leads. Undefined if it gains nothing. */
  lend(plan: FitPlan): LentThreads | undefined;
}

/** One network inside an engine. */
export interface EngineNetwork {
  /** Undefined where one thread trains. */
  readonly threads?: EngineThreads;
  /** The WebAssembly.Module that the network runs on, so that other threads can use it too. The js engine has none. */
  readonly module?: object;
  /** Bytes that the network holds now: parameters, gradients, optimizer state and the rows of a pass. */
  readonly memoryBytes: number;
  readParameters(layer: number): LayerParameters;
  writeParameters(layer: number, parameters: Partial<LayerParameters>): void;
  /**
   * A copy of everything that a step changes, in the engine's own layout: the parameters, then the optimizer state. Writes into
   * `reuse` if given; that must be a snapshot of this network.
   */
  snapshot(reuse?: Float32Array): Float32Array;
  /** Goes back to a snapshot. */
  restore(snapshot: Float32Array): void;
  /** A copy of the optimizer state. Undefined before the first step. */
  readOptimizerState(): OptimizerState | undefined;
  writeOptimizerState(state: OptimizerState): void;
  /** Whether parameters and optimizer state contain no NaN and no infinity. */
  isFinite(): boolean;
  /**
   * Whether the outputs for samples order[from] to order[from + count - 1] are finite, but for samples that do not count. Call it after `isFinite`, with the same
   * parameters: that knows how large they are, and where no output can overflow with such, nothing is computed.
   */
  givesFinite(samples: LoadedSamples, from: number, count: number): boolean;
  /**
   * Maps inputs (count, inputs) row-major to outputs (count, outputs) row-major: those of the last layer, or of `layer`. Writes them into
   * `into` if given, and returns that.
   */
  predict(inputs: EngineInputs, count: number, layer?: number, into?: Float32Array): Float32Array;
  /** `predict` for one row, with which the array begins. */
  predictRow(row: Float32Array, into?: Float32Array): Float32Array;
  /** Another network of the same spec on this engine. Its parameters are 0; it has no samples and no optimizer state. */
  twin(): EngineNetwork;
  load(samples: EngineSamples): LoadedSamples;
  /**
   * A call of train should take a multiple of this many samples (or all that are left of the epoch). Only then does it change no
   * bit how an epoch is cut into calls. A multiple of `batchSize`.
   */
  sliceMultiple(step: StepOptions): number;
  /** Reserves all memory that a call of train with these steps takes, on the first `count` of the samples. */
  reserve(samples: LoadedSamples, count: number, step: StepOptions): void;
  /**
   * Trains on a part of an epoch: samples order[from] to order[from + count - 1], in batches of `step.batchSize` with a step after
   * each; the last batch may be shorter. Adds to `totals`. Returns false if a loss was not finite: training stopped before that
   * step.
   */
  train(samples: LoadedSamples, from: number, count: number, step: StepOptions, totals: Totals): boolean;
  /**
   * Adds loss and metric of samples order[from] to order[from + count - 1] to `totals`. Takes no step. If every call takes a
   * multiple of 256 samples, it changes no bit how an evaluation is cut into calls.
   */
  evaluate(samples: LoadedSamples, from: number, count: number, totals: Totals): void;
  /** Gradients of the mean loss over all the samples. Takes no step. Frozen layers have gradients of 0. */
  gradients(samples: LoadedSamples): { loss: number; layers: LayerParameters[] };
  /** Gives the memory back. No other call may follow. */
  dispose(): void;
}

/** Describes what computes the numbers. */
export interface EngineInfo {
  readonly kind: 'wasm' | 'js';
  readonly variant: 'simd' | 'relaxed' | 'js';
  readonly threads: number;
  /** Whether V8 joins pairs of vectors to 256-bit operations. */
  readonly wideVectors: boolean;
  /** Whether the same seed gives the same bits on every machine. */
  readonly reproducible: boolean;
}

export interface Engine {
  readonly info: EngineInfo;
  createNetwork(spec: NetworkSpec): EngineNetwork;
}

/** The gradients of a frozen layer: all 0. */
export function zeroGradients(layer: LayerSpec): LayerParameters {
  return {
    weights: float32(layer.units * layer.inputs),
    biases: float32(layer.bias ? layer.units : 0),
  };
}

/** Whether steps are plain gradient descent. Such steps go straight into the weights, without a gradient in memory. */
export function isPlain(
  { optimizer, layers }: NetworkSpec,
  { clipNorm, clipValue }: Partial<Pick<StepOptions, 'clipNorm' | 'clipValue'>>,
): boolean {
  const clips = clipNorm !== undefined || clipValue !== undefined;
  return !clips && !keepsState(optimizer) && layers.every(({ l1, trainable }) => l1 === 0 || !trainable);
}

/** Sums and outputs below this are far from the end of float32, 3e38, however they are rounded. */
const SAFE = 2 ** 100;

/** A magnitude that is safe: where no parameter and no input is larger, no output is infinite or NaN. A power of 2. */
export function safeMagnitude({ layers }: NetworkSpec): number {
  let magnitude = SAFE;
  let largest: number;
  do {
    magnitude /= 2;
    largest = magnitude;
  } while (
    !layers.every(({ inputs: width, activation, slope = 0 }) => {
      const [lowest, highest] = OUTPUT_RANGES[activation];
      // Where the range has no end, the output is less than twice the sum in magnitude, or than 2: selu has the largest factor, 1.76. Only
      // a slope may be larger.
      const most = Math.max(2, Math.abs(slope)) * (width * largest + 1) * magnitude + 2;
      largest = Math.min(Math.max(-lowest, highest), most);
      return most < SAFE;
    })
  );
  return magnitude;
}

/** How many of the 2^32 possible hashes drop an output. All engines drop the same outputs. */
export function dropoutThreshold(dropout: number): number {
  return Math.min(Math.round(dropout * 2 ** 32), 2 ** 32 - 1);
}
