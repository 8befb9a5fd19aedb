/** Stops a fit from outside: by its signal, or where its network is disposed of. Whatever the fit waits for then rejects. */
export class Stop {
  /** The public call, for errors. */
  readonly call: string;
  #ended: { reason: unknown } | undefined;
  /** Ends the current waits: one, and in the background another one for the stream. */
  readonly #rejects = new Set<(reason: unknown) => void>();
  #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => this.end(this.#signal?.reason);

  constructor(call: string) {
    this.call = call;
  }

  /** From now on, an abort of the signal stops the fit with the signal's reason. */
  follow(signal: AbortSignal | undefined): void {
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort);
  }

  /** Lets go of the signal, which may outlive the fit. */
  unfollow(): void {
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }

  get isEnded(): boolean {
    return this.#ended !== undefined;
  }

  end(reason: unknown): void {
    this.#ended ??= { reason };
    for (const reject of this.#rejects) reject(reason);
  }

  /** Throws the reason where the fit was stopped. To be asked after every wait, before the engine is touched. */
  check(): void {
    if (this.#ended !== undefined) throw this.#ended.reason;
    // A listener before ours may have kept the event from it.
    this.#signal?.throwIfAborted();
  }

  /**
   * Waits for a promise, but no longer than to the stop. Not Promise.race with a promise of the stop, which holds every result,
   * batches of a stream among them, for as long as that is pending.
   */
  waitFor<T>(promise: T | PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#rejects.add(reject);
      if (this.#ended !== undefined) reject(this.#ended.reason);
      Promise.resolve(promise)
        .then(resolve, reject)
        .then(() => this.#rejects.delete(reject));
    });
  }
}
