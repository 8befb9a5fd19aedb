/** How often something may be done that takes long, so that it takes a small share of a thread's time. Knows not what it is. */

export class Pace {
  readonly #share: number;
  readonly #least: number;
  readonly #now: () => number;
  #due = Number.NEGATIVE_INFINITY;
  /** The shortest that it ever took: a longer time was interrupted, or touched new memory. */
  #milliseconds = Number.POSITIVE_INFINITY;

  /** It takes at most `share` of the time from now on, and `least` milliseconds lie between two times. */
  constructor(share: number, least = 0, now = (): number => performance.now()) {
    this.#share = share;
    this.#least = least;
    this.#now = now;
  }

  /** Does it if it is due, and measures it. It counts as not done if `work` returns false. */
  whenDue(work: () => unknown): void {
    const started = this.#now();
    if (started < this.#due) return;
    if (work() === false) return;
    const ended = this.#now();
    this.#milliseconds = Math.min(this.#milliseconds, ended - started);
    this.#due = ended + Math.max(this.#least, this.#milliseconds / this.#share);
  }
}
