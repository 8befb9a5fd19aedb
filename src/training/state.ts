/** Where the training of a network stands: what the next fit goes on from, and what a checkpoint keeps. */
import type { LayerParameters, OptimizerState } from '../engine/engine.js';

/** Where early stopping stands. Losses may be Infinity: none was finite yet. */
export interface EarlyStoppingState {
  readonly lowest: number;
  /** The epoch that had the lowest loss; 0 before there is one. */
  readonly lowestEpoch: number;
  /** The loss that the next improvement is measured from. */
  readonly reference: number;
  /** Epochs since that improved. */
  readonly waited: number;
  /** Parameters of the epoch with the lowest loss, if early stopping restores them. */
  readonly best: readonly LayerParameters[] | undefined;
}

export interface TrainingState {
  /** Epochs trained so far. Shuffling and dropout count from it. */
  epochs: number;
  /** Steps of trainOnBatch so far. Its dropout counts from it. */
  batches: number;
  /** The state of a fit that did not end by itself. */
  earlyStopping: EarlyStoppingState | undefined;
}

/** A training state with the optimizer state, which is undefined before the first step. */
export interface Checkpoint extends Readonly<TrainingState> {
  readonly optimizer: OptimizerState | undefined;
}
