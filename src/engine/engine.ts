/**
 * What every engine does, at the level of a whole network: the loop over samples and batches lives inside the engine.
 *
 * Engines trust their caller: shapes, ranges and finite numbers are proven before a call gets here. They refuse only what
 * they alone can know (no memory, a broken instance).
 */
import type { LayerSpec } from '../options/layers.js';
import type { NetworkSpec } from '../options/network.js';
import { momentsOf } from '../options/optimizers.js';

/** Weights (units, inputs) row-major, biases (units); no biases in a layer without them. Always copies. */
export interface LayerParameters {
  weights: Float32Array;
  biases: Float32Array;
}

/** When a prediction counts as correct. */
export type Metric = 'none' | 'argmax' | 'threshold';

/** Samples, packed and checked, on their way into an engine. */
export interface Samples {
  readonly count: number;
  /** (count, inputs) row-major. */
  readonly inputs: Float32Array;
  /** (count, outputs) row-major, or a Uint32Array with the index of the one output whose target is 1. */
  readonly targets: Float32Array | Uint32Array;
  readonly metric: Metric;
  /** (count): how much the loss of each sample counts; undefined where all count 1. */
  readonly weights?: Float32Array | undefined;
}

/** Samples that an engine holds, with the order in which it takes them: first the order given, 0 to count - 1. */
export interface LoadedSamples {
  readonly count: number;
  readonly metric: Metric;
  setOrder(order: Uint32Array): void;
  release(): void;
}

/**
 * Sums over samples, for means over an epoch. Calls add to them sample by sample, batch by batch, so that where an epoch is
 * cut into calls changes no bit.
 */
export interface Totals {
  /** Sum of the losses of the samples. */
  loss: number;
  /** Sum of how right they were, each from 0 to 1. */
  correct: number;
}

/** What an optimizer remembers, shaped as the parameters of all layers, frozen ones included: as many moments as it has. */
export interface OptimizerMemory {
  /** Products of adam's betas, one factor per step. */
  readonly products: readonly [number, number];
  readonly moments: readonly (readonly LayerParameters[])[];
}

/** How steps are taken. */
export interface StepOptions {
  readonly batchSize: number;
  readonly learningRate: number;
  /** Longest gradient, all layers together, as a Euclidean norm: longer ones are shortened to it. */
  readonly clipNorm?: number | undefined;
  /** Largest magnitude of a derivative: larger ones are cut to it, before clipNorm. */
  readonly clipValue?: number | undefined;
  /** uint32 that, with layer, place in the epoch and unit, decides which outputs dropout leaves. */
  readonly dropoutKey: number;
}

/** One network inside an engine. */
export interface EngineNetwork {
  /** The WebAssembly.Module that it runs on, for other threads to do the same; the js engine has none. */
  readonly module?: object;
  /** Bytes that the network holds now: parameters, gradients and the rows of a pass. */
  readonly memoryBytes: number;
  readParameters(layer: number): LayerParameters;
  writeParameters(layer: number, parameters: Partial<LayerParameters>): void;
  /**
   * Everything that a step changes, in the engine's own layout: parameters, then what the optimizer remembers. Into `reuse`
   * where given, a snapshot of this network.
   */
  snapshot(reuse?: Float32Array): Float32Array;
  /** Back to a snapshot. */
  restore(snapshot: Float32Array): void;
  /** Copies of what the optimizer remembers; undefined before it does. */
  readMemory(): OptimizerMemory | undefined;
  writeMemory(memory: OptimizerMemory): void;
  /** Whether nothing that a step changes is NaN or infinite. */
  isFinite(): boolean;
  /** Outputs (count, outputs) row-major of inputs (count, inputs) row-major. */
  predict(inputs: Float32Array, count: number): Float32Array;
  load(samples: Samples): LoadedSamples;
  /**
   * Samples of which a call of train should take a multiple (or what is left of the epoch): only then does cutting an epoch
   * into calls change no bit. A multiple of `batchSize`.
   */
  sliceMultiple(step: StepOptions): number;
  /**
   * One epoch's part: batches of `step.batchSize` over samples order[from] to order[from + count - 1], a step after each, the
   * last batch as long as what is left. Adds to `totals`. False where a loss was not finite: it stopped before that step.
   */
  train(samples: LoadedSamples, from: number, count: number, step: StepOptions, totals: Totals): boolean;
  /**
   * Adds loss and metric of samples order[from] to order[from + count - 1] to `totals`; no step. Cut into calls of multiples
   * of 256 samples, an evaluation gives the same bits.
   */
  evaluate(samples: LoadedSamples, from: number, count: number, totals: Totals): void;
  /** Gradients of the mean loss over all the samples; no step. Frozen layers have gradients of 0. */
  gradients(samples: LoadedSamples): { loss: number; layers: LayerParameters[] };
  /** Gives the memory back. No call may follow. */
  dispose(): void;
}

/** What runs the numbers. */
export interface EngineInfo {
  readonly kind: 'wasm' | 'js';
  readonly variant: 'simd' | 'relaxed' | 'js';
  readonly threads: number;
  /** Whether V8 fuses pairs of vectors into 256-bit operations. */
  readonly wideVectors: boolean;
  /** Whether the same seed gives the same bits on every machine. */
  readonly reproducible: boolean;
}

export interface Engine {
  readonly info: EngineInfo;
  createNetwork(spec: NetworkSpec): EngineNetwork;
}

/** Gradients of a frozen layer. */
export function zeroGradients(layer: LayerSpec): LayerParameters {
  return {
    weights: new Float32Array(layer.units * layer.inputs),
    biases: new Float32Array(layer.bias ? layer.units : 0),
  };
}

/** Whether steps are those of plain gradient descent, which go straight into the weights, without a gradient in memory. */
export function isPlain({ optimizer, layers }: NetworkSpec, { clipNorm, clipValue }: StepOptions): boolean {
  const clips = clipNorm !== undefined || clipValue !== undefined;
  return !clips && momentsOf(optimizer).length === 0 && layers.every(({ l1, trainable }) => l1 === 0 || !trainable);
}

/** Of 2^32 hashes, how many drop an output. The engines drop the same ones. */
export function dropoutThreshold(dropout: number): number {
  return Math.min(Math.round(dropout * 2 ** 32), 2 ** 32 - 1);
}
