/** What the engine calls. The basic build exports only this; the other builds also export kernels.ts. */
export { forward } from './train/pass';
export { evaluate, gradients, train } from './train/train';

export { largest } from './kernels/optimizer';

/** First address past the module's own data. The planner in src/ manages the memory from here on. */
export function heapBase(): usize {
  return __heap_base;
}
