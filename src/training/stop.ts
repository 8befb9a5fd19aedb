/** Stops a fit from outside: when its signal aborts or its network is disposed of. Whatever the fit waits for then rejects. */
export class Stop {
  /** The public call, for errors. */
  readonly call: string;
  #ended: { reason: unknown } | undefined;
  /** Reject what the fit waits for now: one promise, or two when a fit in the background also waits for its stream. */
  readonly #rejects = new Set<(reason: unknown) => void>();
  #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => this.end(reasonOf(this.#signal as AbortSignal));

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

  /** Throws the reason if the fit was stopped. Call it after every wait, before the engine is used. */
  check(): void {
    if (this.#ended !== undefined) throw this.#ended.reason;
    // An earlier listener may have kept the event from ours.
    if (this.#signal?.aborted) throw reasonOf(this.#signal);
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

/** Why a signal aborted. React Native's signals do not say it, and cannot throw it. */
function reasonOf({ reason }: AbortSignal): unknown {
  if (reason !== undefined) return reason;
  return Object.defineProperty(new Error('This operation was aborted'), 'name', { value: 'AbortError' });
}
