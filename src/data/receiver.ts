/** Types of what lies between a user's samples and an engine: who receives them, and in which state they are. */
import type { EngineSamples } from '../engine/engine.js';
import type { NetworkSpec } from '../options/spec.js';
import type { Numbers } from './samples.js';
import type { NetworkScaling, ScalingLearner } from './scaling.js';
import type { StaleColumn } from './stale-columns.js';

/** Samples that are packed and checked, and may still have to be scaled: what came as doubles is not rounded yet then. */
export interface UnscaledSamples extends Omit<EngineSamples, 'inputs' | 'targets'> {
  readonly inputs: Numbers;
  readonly targets: Numbers | Uint32Array;
}

/** What stratified splits, class weights and hints need to know of samples. */
interface Pairs {
  /** The class of each sample, where there are classes. */
  readonly classes: Uint32Array | undefined;
  /** The columns that the network's scaling does not suit, where a fit uses the scaling of an earlier one. */
  readonly stale?: readonly StaleColumn[] | undefined;
}

export interface UnscaledPairs extends UnscaledSamples, Pairs {}
export interface PackedPairs extends EngineSamples, Pairs {}

/** What a call checks its numbers against and scales them by. `scaling` is undefined until it is learned. */
export interface Receiver {
  readonly call: string;
  readonly spec: NetworkSpec;
  readonly scaling: NetworkScaling | undefined;
  /** Undefined where the network scales nothing. */
  readonly scaler: Scaler | undefined;
  /** Reads several classes of a sample; undefined where a sample has one. */
  readonly multiLabel: typeof import('./multi-label.js') | undefined;
  /** Reads names of classes; undefined where the network has no labels. */
  readonly names: typeof import('./named-classes.js') | undefined;
  /** Whether the samples train: scaled targets that only judge the network may lie beyond what its outputs reach. */
  readonly trains: boolean;
  /** Makes what learns the scaling from these samples, which are not scaled before; undefined where nothing is learned. */
  readonly createLearner?: (() => ScalingLearner) | undefined;
  /** Whether to look for columns that the scaling does not suit. */
  readonly findsStale?: boolean;
}

/** Scales packed samples: scale-samples.ts, which only networks that scale load. */
export interface Scaler {
  /** `prefix` and the `numbers` of the samples are for messages: those of the rows, where they are not 0, 1, 2 and so on. */
  scale<T extends UnscaledSamples>(
    receiver: Receiver,
    scaling: NetworkScaling,
    samples: T,
    prefix?: string,
    numbers?: Uint32Array,
  ): T & EngineSamples;
  /** Samples that only validate. `numbers`: their rows among the caller's samples; undefined where they came by themselves. */
  scaleValidation(
    receiver: Receiver,
    scaling: NetworkScaling,
    samples: UnscaledSamples,
    numbers?: Uint32Array,
  ): EngineSamples;
}
