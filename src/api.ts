/** What every entry point exports besides Network. */
export type { Classification } from './data/classification.js';
export type { GivenParameters } from './data/parameters.js';
export type { Samples } from './data/samples.js';
export type { Labels } from './data/targets.js';
export type { EngineInfo, LayerParameters } from './engine/engine.js';
export { type ErrorCode, WasmlpError } from './foundation/errors.js';
export type { Evaluation } from './model/model.js';
export type { LayerInfo } from './model/summary.js';
export type {
  Activation,
  EngineOptions,
  ImportOptions,
  Initializer,
  LayerOptions,
  Loss,
  NetworkOptions,
  Normalization,
  ONNXOptions,
  OptimizerName,
  OptimizerOptions,
  StateOptions,
} from './options/types.js';
export type {
  Batch,
  Batches,
  EarlyStopping,
  FitOptions,
  LearningRate,
  Schedule,
} from './training/fit-options.js';
export type { EpochResult, History, Progress } from './training/history.js';
