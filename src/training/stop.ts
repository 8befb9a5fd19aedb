/**
 * The fits that follow a signal. They share one listener: Node warns of a leak where a signal has more than ten, and a program may train
 * more networks than that.
 */
const followers = new WeakMap<EventTarget, Set<Stop>>();

function onAbort({ target }: Event): void {
  const signal = target as AbortSignal;
  for (const stop of followers.get(signal) ?? []) stop.end(reasonOf(signal));
}

/** Stops a fit from outside: when its signal aborts or its network is disposed of. Whatever the fit waits for then rejects. */
export class Stop {
  /** The public call, for errors. */
  readonly call: string;
  #ended: { reason: unknown } | undefined;
  /** Reject what the fit waits for now: one promise, or two when a fit in the background also waits for its stream. */
  readonly #rejects = new Set<(reason: unknown) => void>();
  #signal: AbortSignal | undefined;

  constructor(call: string) {
    this.call = call;
  }

  /** From now on, an abort of the signal stops the fit with the signal's reason. */
  follow(signal: AbortSignal | undefined): void {
    this.#signal = signal;
    if (signal === undefined) return;
    const stops = followers.get(signal) ?? new Set();
    followers.set(signal, stops.add(this));
    signal.addEventListener('abort', onAbort);
  }

  /** Lets go of the signal, which may outlive the fit. */
  unfollow(): void {
    const stops = this.#signal && followers.get(this.#signal);
    stops?.delete(this);
    if (stops?.size === 0) this.#signal?.removeEventListener('abort', onAbort);
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
