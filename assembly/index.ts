/** The complete surface of the WASM module. The loops over batches first, then every kernel for tests and benchmarks. */
export { forward } from './pass';
export { evaluate, gradients, train } from './train';

export { activationBackward, activationForward } from './kernels/activation';
export { denseForward } from './kernels/dense/forward';
export { denseBackwardInput } from './kernels/dense/input';
export { denseBackwardBiases, denseBackwardWeights, denseStepWeights } from './kernels/dense/weights';
export { gram, gramActivate } from './kernels/gram';
export { correctSum, lossBackward, lossSum } from './kernels/loss';
export { log } from './kernels/math';
export { dropout } from './kernels/dropout';
export { adaptiveStep, addScaled, allFinite, clip, momentumStep, multiply, penalize, sgdStep, squareSum } from './kernels/optimizer';
export { rowLoss } from './kernels/row/loss';
export { rowForward } from './kernels/row/forward';
export { rowBackwardStep } from './kernels/row/step';

/** First address past the module's own data: memory from here on belongs to the planner in src/. */
export function heapBase(): usize {
  return __heap_base;
}
