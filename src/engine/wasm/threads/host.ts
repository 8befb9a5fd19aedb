/** What this host allows: threads on one memory, and waiting. */
import { withinMemory } from '../../../foundation/memory.js';
import { canShareMemory, hasWorkers } from '../../../foundation/workers.js';

/** Why threads cannot work together here, and the mend; undefined where they can. */
export function whyAlone(): string | undefined {
  if (!hasWorkers()) return 'this host has no workers. Leave threads out.';
  if (!canShareMemory()) {
    const headers = 'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp';
    return `threads share memory, and this page is not isolated from other origins. Serve it with ${headers}, or leave threads out.`;
  }
  return undefined;
}

/** Whether this thread may wait for others. The main thread of a page may not. */
export function mayWait(): boolean {
  try {
    // A value that is not there: it never waits, but refuses to where it may not.
    const words = withinMemory('a lock', () => new Int32Array(new SharedArrayBuffer(4)));
    Atomics.wait(words, 0, 1, 0);
    return true;
  } catch {
    return false;
  }
}
