/** Types of what lies between a user's samples and an engine: who receives them, and in which state they are. */
import type { Columns } from '../columns/types.js';
import type { EngineSamples } from '../engine/engine.js';
import type { NetworkSpec } from '../options/spec.js';
import type { Numbers, PackedSamples, Subject } from './samples.js';
import type { NetworkScaling, ScalingLearner } from './scaling.js';
import type { StaleColumn } from './stale-columns.js';
import type { NumberTargets } from './targets.js';

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

/** The code that only some networks have. */
interface ReceiverParts {
  /** Undefined where the network scales nothing. */
  readonly scaling: Scaler | undefined;
  /** Reads several classes of a sample; undefined where a sample has one. */
  readonly multiLabel: typeof import('./multi-label.js') | undefined;
  /** Undefined where targets are always classes or probabilities. */
  readonly numbers: NumberTargets | undefined;
  /** Reads names of classes; undefined where the network has no labels. */
  readonly names: typeof import('./named-classes.js') | undefined;
  /** Keeps sparse rows as they are; undefined where they are written out. */
  readonly sparse: SparseReader | undefined;
  /** Reads rows of a table; undefined where samples are numbers. */
  readonly table: RowReader | undefined;
}

/** Reads sparse rows, and leaves them sparse: sparse.ts, which only networks with many inputs load. */
export interface SparseReader {
  /** Copies, checked and scaled; undefined for samples that are not sparse. */
  pack(receiver: Receiver, subject: Subject, samples: unknown): PackedSamples | undefined;
  /** The rows of these indexes, in their order; undefined for inputs that are not sparse. */
  select(inputs: Numbers, indexes: Uint32Array): Numbers | undefined;
}

/** Reads rows by their columns: table.ts, which only networks with columns load. */
export interface RowReader {
  /** Encodes rows, checked. */
  pack(receiver: Receiver, name: string, rows: unknown, keepsDoubles: boolean): PackedSamples<Numbers>;
  /** Whether it is a list of rows, right or wrong ones. */
  isRows(value: unknown): boolean;
  /** The targets that are in the rows. */
  targets(call: string, prefix: string, rows: unknown): unknown;
  /** Targets and options of a call whose rows may have the targets. */
  arguments(targets: unknown, options: unknown): readonly [targets: unknown, options: unknown];
  /** The columns as `create` takes them. */
  readonly shown: Columns;
  /** Lines for the summary of a network. */
  readonly summary: string;
}

/** What a call checks its numbers against and scales them by. `scaling` is undefined until it is learned. */
export interface Receiver {
  readonly call: string;
  readonly spec: NetworkSpec;
  readonly scaling: NetworkScaling | undefined;
  readonly parts: ReceiverParts;
  /** Whether the samples train: scaled targets that only judge the network may lie beyond what its outputs reach. */
  readonly trains: boolean;
  /**
   * Makes what learns the scaling from these samples, which are not scaled before; undefined where nothing is learned. Of large samples it may
   * know the scaling already: they are scaled in slices then.
   */
  readonly createLearner?: (() => Pick<ScalingLearner, 'add' | 'scaling'>) | undefined;
  /** Whether to look for columns that the scaling does not suit. */
  readonly findsStale?: boolean;
  /** Where there are so many samples that a fit takes them in slices: large-samples.ts. */
  readonly large?: LargeSamples | undefined;
}

export interface LargeSamples {
  /** Inputs that are packed already, by what was given. */
  readonly packed: ReadonlyMap<unknown, PackedSamples<Numbers>>;
  /** Calls back for parts of so many rows, and gives way to the event loop between them where it is time. */
  readonly inSlices: InSlices;
}

/** `numbers`: in a row, where they are others than the inputs. */
export type InSlices = (rows: number, work: (from: number, to: number) => void, numbers?: number) => Promise<void>;

/** Scales packed samples: scale-samples.ts, which only networks that scale load. */
export interface Scaler {
  /** What is scaled, now or once it is learned: until then it keeps its doubles. */
  scaledSides(receiver: Receiver): { readonly inputs: boolean; readonly targets: boolean };
  /** `prefix` and the `numbers` of the samples are for messages: those of the rows, where they are not 0, 1, 2 and so on. */
  scale<T extends UnscaledSamples>(
    receiver: Receiver,
    scaling: NetworkScaling,
    samples: T,
    prefix?: string,
    numbers?: Uint32Array,
  ): T & EngineSamples;
  /** Columns from `first` to `end` of inputs and of targets that the scaling does not suit; of plain numbers alone. */
  staleAmong(
    scaling: NetworkScaling,
    samples: UnscaledSamples,
    side: 'inputs' | 'targets',
    first: number,
    end: number,
  ): readonly StaleColumn[];
  /** Samples that only validate. */
  scaleValidation(
    receiver: Receiver,
    scaling: NetworkScaling,
    samples: UnscaledSamples,
    prefix: string,
    numbers?: Uint32Array,
  ): EngineSamples;
}
