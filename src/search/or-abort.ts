/** Waiting that an abort ends. Knows nothing of what is waited for. */

/** Waits no longer than to the abort: a worker may be in the middle of a long training, and a server silent. */
export function orAbort<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
