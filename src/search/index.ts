/** wasmlp/search: many trainings. Cross-validation, searches for the network that suits samples best, ensembles. */
export { crossValidate } from './cross-validate.js';
export { type Ensemble, ensemble, loadEnsemble } from './ensemble.js';
export { search } from './search.js';
export { replay, type Trial } from './trial.js';
export type {
  Cluster,
  CrossValidateSettings,
  CrossValidation,
  FoldResult,
  Halving,
  Score,
  Scores,
  SearchProgress,
  SearchSettings,
  Study,
  TrialResult,
  TrialStanding,
  Workers,
} from './types.js';
