/**
 * A lock that a page's worker holds for life. A worker that dies in a page says nothing, but it lets go of the lock: whoever waits for
 * the lock learns of the death. Node tells of the end of a worker itself.
 */

/** Undefined where the host has none, as in Node 20. Requests may be denied, as cookies are. */
function locksOfHost(): LockManager | undefined {
  return (globalThis as { navigator?: { locks?: LockManager } }).navigator?.locks;
}

let names = 0;

/** A name that no other fit of this origin has; undefined where the host has no locks. */
export function newLockName(): string | undefined {
  return locksOfHost() && `wasmlp ${performance.timeOrigin} ${performance.now()} ${++names}`;
}

/** Takes the lock and never gives it back. Whether that worked. */
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

/** Calls `onFree` when nobody holds the lock any more. Where the request is denied, nobody could hold it either. */
export function whenFree(name: string, onFree: () => void): void {
  locksOfHost()
    ?.request(name, onFree)
    .catch(() => undefined);
}
