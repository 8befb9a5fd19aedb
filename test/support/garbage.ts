/** Memory that nobody holds any more. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/**
 * Collected now. What hears of it, as a FinalizationRegistry does, hears in a later turn of the event loop. Twice: another thread frees array buffers,
 * on a busy machine some time after the first collection, and the second one waits for it.
 */
export function collectGarbage(): void {
  collect();
  collect();
}
