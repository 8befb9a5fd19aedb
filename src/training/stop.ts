/** A promise that a fit races its callbacks against: it rejects when the fit is stopped from outside. */
export class Stop {
  readonly stopped: Promise<never>;
  #reject: (reason: unknown) => void = () => undefined;
  #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => this.now(this.#signal?.reason);

  constructor() {
    this.stopped = new Promise((_, reject) => {
      this.#reject = reject;
    });
    // Nobody may be waiting when it rejects: the fit finds out by itself then.
    this.stopped.catch(() => undefined);
  }

  /** Stops with the signal's reason when it aborts. */
  follow(signal: AbortSignal | undefined): void {
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort);
  }

  now(reason: unknown): void {
    this.#reject(reason);
  }

  /** Lets go of the signal, which may outlive the fit. */
  leave(): void {
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }
}
