/** All that concerns scaling, as one chunk: only networks that scale load it. */
export {
  checkedScaling,
  createdScaling,
  lacksScalingError,
  scalingLines,
  shownScaling,
  unlearnedScalingError,
} from './given-scaling.js';
export { scale, scaledSides, scaleValidation, staleAmong } from './scale-samples.js';
export { isLacking, learnerOf } from './scaling.js';
