/** Stops a fit from outside: all that it waits for then rejects. */
export class Stop {
  /** The public call, for errors. */
  readonly call: string;
  #ended: { reason: unknown } | undefined;
  /** Of the waits that there are: one, and in the background another for the stream. */
  readonly #rejects = new Set<(reason: unknown) => void>();
  #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => this.end(this.#signal?.reason);

  constructor(call: string) {
    this.call = call;
  }

  /** Stops with the signal's reason when it aborts. */
  follow(signal: AbortSignal | undefined): void {
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort);
  }

  get ended(): boolean {
    return this.#ended !== undefined;
  }

  end(reason: unknown): void {
    this.#ended ??= { reason };
    for (const reject of this.#rejects) reject(reason);
  }

  /**
   * Waits for a promise, but no longer than to the stop. Not Promise.race with a promise of the stop, which holds every result,
   * batches of a stream among them, for as long as that is pending.
   */
  orStopped<T>(promise: T | PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#rejects.add(reject);
      if (this.#ended !== undefined) reject(this.#ended.reason);
      Promise.resolve(promise)
        .then(resolve, reject)
        .then(() => this.#rejects.delete(reject));
    });
  }

  /** Lets go of the signal, which may outlive the fit. */
  leave(): void {
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }
}
