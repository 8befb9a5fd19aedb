/** How a search that has ended tells workers that its trainings are for nothing: by a mark beside the job. */
import { uint8From } from '../foundation/memory.js';
import type { Store } from './store.js';

const MARK = '570b570b';
const REASON = 'ERR_BUSY: worker: the search that wanted this has ended.';

export async function markStop(marks: Store, id: string): Promise<void> {
  await marks.write(id, MARK, uint8From([1]));
}

export async function isToStop(marks: Store, id: string): Promise<boolean> {
  return (await marks.size(id, MARK)) !== undefined;
}

/** The error of a job that was told to stop. */
export const STOPPED = Object.assign(new Error(REASON.slice('ERR_BUSY: '.length)), { code: 'ERR_BUSY' });

export function isStopReason(reason: string): boolean {
  return reason === REASON;
}
