/** Memory that nobody holds any more. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Collected now. What hears of it, as a FinalizationRegistry does, hears in a later turn of the event loop. */
export function collectGarbage(): void {
  collect();
}
