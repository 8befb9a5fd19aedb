/** What every entry point exports besides Network. */
export { type InferOptions, type InferredColumns, inferColumns } from './columns/infer/infer.js';
export type { ColumnOptions, Columns, Row } from './columns/types.js';
export type { Classification } from './data/classification.js';
export type { ClassifyAllOptions } from './data/multi-label.js';
export type { GivenParameters } from './data/parameters.js';
export type { Samples } from './data/samples.js';
export type { SparseRows } from './data/sparse-rows.js';
export type { Labels } from './data/targets.js';
export type { EngineInfo, LayerParameters } from './engine/engine.js';
export { type ErrorCode, WasmlpError } from './foundation/errors.js';
export type { Evaluation } from './model/model.js';
export type { PredictOptions } from './model/predict-options.js';
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
  Scaling,
  Scalings,
  StateOptions,
} from './options/types.js';
export type { ClassReport, NumberReport, Report, ReportOptions } from './report/report.js';
export type {
  Batch,
  Batches,
  EarlyStopping,
  FitOptions,
  LearningRate,
  Schedule,
  StepOptions,
  StopAt,
} from './training/fit-options.js';
export type { EpochResult, Hint, HintCode, History, Progress } from './training/history.js';
