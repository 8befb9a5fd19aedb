/**
 * A lock that a worker holds as long as it lives. A page gets no event when its worker dies, but the browser frees the lock: so the
 * host waits for the lock to learn of the death. In Node and hosts like it, an event tells the end of a worker.
 */
import { threadsOfNode } from './workers.js';

/** Undefined where the runtime has no locks, as in Node 20. A browser may deny requests, as it may deny cookies. */
function locksOfHost(): LockManager | undefined {
  return (globalThis as { navigator?: { locks?: LockManager } }).navigator?.locks;
}

let names = 0;

/** A name that no other fit of this origin has; undefined where the runtime has no locks, or needs none. Deno does not end while a lock is waited for. */
export function newLockName(): string | undefined {
  if (threadsOfNode() !== undefined) return undefined;
  return locksOfHost() && `wasmlp ${performance.timeOrigin} ${performance.now()} ${++names}`;
}

/** Takes the lock and never frees it. Resolves to whether that worked. */
export function holdForLife(name: string | undefined): Promise<boolean> {
  const locks = locksOfHost();
  if (name === undefined || locks === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    const held = locks.request(name, () => {
      resolve(true);
      return new Promise(() => undefined);
    });
    held.catch(() => resolve(false));
  });
}

/** Calls `onFree` once nobody holds the lock. If the browser denies this request, it has denied the worker's too. */
export function whenFree(name: string, onFree: () => void): void {
  locksOfHost()
    ?.request(name, onFree)
    .catch(() => undefined);
}
