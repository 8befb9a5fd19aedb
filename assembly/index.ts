/** What the engine calls: the complete surface of the basic build. The others export kernels.ts as well. */
export { forward } from './train/pass';
export { evaluate, gradients, train } from './train/train';

export { allFinite } from './kernels/optimizer';

/** First address past the module's own data: memory from here on belongs to the planner in src/. */
export function heapBase(): usize {
  return __heap_base;
}
