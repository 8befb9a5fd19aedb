/**
 * Exports every kernel on its own, for tests, benchmarks and the check of wide vectors. The second entry of every build but the
 * basic one.
 */
export { activationBackward, activationForward } from './kernels/activation';
export { denseForward } from './kernels/dense/forward';
export { denseBackwardInput } from './kernels/dense/backward-input';
export { denseBackwardBiases, denseBackwardWeights, denseOuterProduct, denseStepWeights } from './kernels/dense/backward-weights';
export { denseMomentumBiases, denseMomentumSteps } from './kernels/dense/momentum';
export { dropout } from './kernels/dropout';
export { gram, gramActivate } from './kernels/gram';
export { correctSum, lossBackward, lossSum } from './kernels/loss';
export { log } from './kernels/math';
export { adaptiveStep, addScaled, clip, momentumStep, multiply, penalize, scaled, sgdStep, squareSum } from './kernels/optimizer';
export { rowLoss } from './kernels/row/loss';
export { rowForward } from './kernels/row/forward';
export { rowOutput1x12 } from './kernels/row/output';
export { rowMomentumStep } from './kernels/row/momentum';
export { rowBackwardStep } from './kernels/row/step';
export { sparseBackwardWeights, sparseForward } from './kernels/sparse';
