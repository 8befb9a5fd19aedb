/** The entry point wasmlp/report: what is known of a network by its answers, beyond `network.report`, and a page of HTML with all of it. */
export type { Positives } from './report/answers.js';
export { type CalibrationBin, type CalibrationOptions, calibration } from './report/calibration.js';
export {
  type ColumnImportance,
  type Importance,
  type ImportanceOptions,
  permutationImportance,
  scoreOf,
} from './report/importance.js';
export type { PageColumn, PageContent, PageParameter, PageSearch, PageTrial } from './report/page/content.js';
export { reportPage } from './report/page/page.js';
export { type CurvePoint, lossCurve, type Point, type PointOptions, predictedAgainstTrue } from './report/thinning.js';
export { bestThreshold, type Threshold } from './report/threshold.js';
