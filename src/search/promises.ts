/** Promises that nobody waits for. */

/** What a callback gave in place of a value may be a promise, whose rejection would end the process. */
export function ignored(value: unknown): void {
  Promise.resolve(value).catch(() => undefined);
}
