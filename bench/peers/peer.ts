/** The interface of each JavaScript contender of this folder. */
import type { Predict, Train } from '../runs.js';
import type { Problem } from './problem.js';

export interface Peer {
  readonly createTrainer?: (problem: Problem, batchSize: number) => Train | Promise<Train>;
  /** The problem holds only the rows that one call predicts. */
  readonly createPredictor: (problem: Problem) => Predict | Promise<Predict>;
}
