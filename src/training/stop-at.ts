/** Stops a fit that is good enough, or that took long enough. A chunk of its own: fits without `stopAt` do not load it. */

import { checkNumber, checkObject, checkPositive, checkRate } from '../foundation/checks.js';
import { codedError } from '../foundation/errors.js';
import type { Metric } from '../options/losses.js';
import type { EpochResult } from './history.js';

const KEYS = ['loss', 'accuracy', 'seconds'];

export class StopAt {
  readonly #where: string;
  readonly #loss: number;
  readonly #accuracy: number | undefined;
  readonly #milliseconds: number;

  /** Checks the options of `call`, or throws. */
  constructor(call: string, options: unknown) {
    this.#where = `${call}: stopAt`;
    const { loss, accuracy, seconds } = checkObject(this.#where, options, KEYS);
    if (loss === undefined && accuracy === undefined && seconds === undefined) {
      const mend = 'Give loss, accuracy or seconds: stopAt: { loss: 0.01 }.';
      throw codedError('ERR_INVALID_OPTION', `${this.#where} says nothing to stop at. ${mend}`);
    }
    const share = 'a number above 0 and at most 1';
    // Never reached by a loss, where none was given.
    this.#loss = loss === undefined ? Number.NEGATIVE_INFINITY : checkRate(`${this.#where}.loss`, loss);
    this.#accuracy =
      accuracy === undefined
        ? undefined
        : checkNumber(`${this.#where}.accuracy`, accuracy, share, (v) => v > 0 && v <= 1);
    this.#milliseconds =
      seconds === undefined ? Number.POSITIVE_INFINITY : 1000 * checkPositive(`${this.#where}.seconds`, seconds);
  }

  /** Refuses an accuracy that the samples do not have. `metric` is that of those which are looked at. */
  check(metric: Metric): void {
    if (this.#accuracy === undefined || metric !== 'none') return;
    const mend = 'Give classes as targets, or use stopAt: { loss }.';
    throw codedError(
      'ERR_INVALID_OPTION',
      `${this.#where}.accuracy, but targets are numbers, which have none. ${mend}`,
    );
  }

  /** Whether an epoch is good enough. Looks at the samples that validate, if there are any. */
  isReachedBy({ loss, accuracy, validationLoss, validationAccuracy }: EpochResult): boolean {
    if ((validationLoss ?? loss) <= this.#loss) return true;
    const reached = validationLoss === undefined ? accuracy : validationAccuracy;
    return this.#accuracy !== undefined && reached !== undefined && reached >= this.#accuracy;
  }

  /** Whether a fit took long enough. */
  isOver(milliseconds: number): boolean {
    return milliseconds >= this.#milliseconds;
  }
}
