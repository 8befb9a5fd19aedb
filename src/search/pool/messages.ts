/** What passes between a search and its workers. */
import type { Variant } from '../../engine/wasm/kernel.js';
import type { StudyData } from '../data.js';
import type { Standing, Task, TaskOutcome } from '../task.js';

/** From the search to a worker. */
export type PoolMessage =
  | {
      readonly kind: 'begin';
      readonly version: string;
      readonly lock: string | undefined;
      /** The kernels of its thread: those of another choice would give other bits. */
      readonly kernels: readonly Variant[];
    }
  /** The samples of the tasks to come; undefined: nothing more comes. */
  | { readonly kind: 'data'; readonly data: StudyData | undefined }
  | { readonly kind: 'task'; readonly id: number; readonly task: Task }
  | { readonly kind: 'kernel'; readonly variant: Variant; readonly module: WebAssembly.Module | undefined };

/** From a worker to the search. */
export type TrialWorkerMessage =
  | { readonly kind: 'ready'; readonly holdsLock: boolean }
  /** It needs a kernel. */
  | { readonly kind: 'kernel'; readonly variant: Variant }
  | { readonly kind: 'standing'; readonly id: number; readonly standing: Standing }
  | { readonly kind: 'outcome'; readonly id: number; readonly outcome: TaskOutcome };
