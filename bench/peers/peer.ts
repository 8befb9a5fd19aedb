/** What each JavaScript contender of this folder is made into. */
import type { Predict, Train } from '../runs.js';
import type { Problem } from './problem.js';

export interface Peer {
  readonly createTrainer?: (problem: Problem, batchSize: number) => Train | Promise<Train>;
  /** The problem holds just the rows to be predicted in a call. */
  readonly createPredictor: (problem: Problem) => Predict | Promise<Predict>;
}
