/** What the engine calls. The basic build exports only this; the other builds also export kernels.ts. */
import { SCRATCH_BYTES } from './abi';
import { ownScratch } from './train/scratch';

export { forward } from './train/pass';
export { evaluate, gradients, train } from './train/train';

export { largest } from './kernels/optimizer';

/** First address past the module's own data and scratch memory. The planner in src/ manages the memory from here on. */
export function heapBase(): usize {
  const scratch = ownScratch();
  return scratch == 0 ? __heap_base : scratch + SCRATCH_BYTES;
}
