/** A network with all options decided. Types only. */
import type { ColumnSpecs } from '../columns/spec.js';
import type { OptimizerSpec } from './optimizers.js';
import type { Activation, Initializer, Loss, Normalization } from './types.js';

/** The options of a layer, with defaults filled in. */
export interface LayerSpec {
  readonly inputs: number;
  readonly units: number;
  readonly activation: Activation;
  readonly initializer: Initializer;
  readonly bias: boolean;
  readonly trainable: boolean;
  /** The chance that an output is set to 0 in training; the others are divided by 1 minus this chance. */
  readonly dropout: number;
  /** Penalties on the weights: l1 times the sum of their magnitudes, l2 times the sum of their squares. */
  readonly l1: number;
  readonly l2: number;
  /** What leakyRelu multiplies sums below 0 by. Undefined for other activations. */
  readonly slope?: number | undefined;
}

/** The options of a network, with defaults filled in. */
export interface NetworkSpec {
  readonly inputs: number;
  readonly outputs: number;
  readonly layers: readonly LayerSpec[];
  readonly loss: Loss;
  readonly optimizer: OptimizerSpec;
  readonly seed: number;
  /** `given`: by create, and never learned. `medians`: not scaled, but blanks in number columns become medians, which are learned. */
  readonly normalize: Normalization | 'given' | 'medians' | false;
  readonly normalizeTargets: Normalization | 'given' | false;
  /** The scaling that create was given, not checked yet (data/given-scaling.ts); undefined where none was. */
  readonly given?: { readonly inputs: unknown; readonly targets: unknown } | undefined;
  readonly labels: readonly string[] | undefined;
  /** The columns of a table that the inputs come from; undefined where samples are numbers. */
  readonly columns?: ColumnSpecs | undefined;
  /** The columns of the rows that targets are taken from. */
  readonly target?: string | readonly string[] | undefined;
}
