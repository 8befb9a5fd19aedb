/**
 * Early stopping: which epoch was the best so far, and when to stop waiting for a better one. A chunk of its own: fits that do not
 * stop early do not load it.
 */

import { checkBoolean, checkObject, checkRate } from '../checks.js';
import type { EngineNetwork } from '../engine/engine.js';
import { checkCount, type EarlyStopping, type EpochResult, scoreOf } from './options.js';

function resolveEarlyStopping(where: string, value: unknown): Required<EarlyStopping> {
  const { patience, minDelta, restoreBest } = checkObject(where, value, ['patience', 'minDelta', 'restoreBest']);
  return {
    patience: checkCount(`${where}.patience`, patience),
    minDelta: minDelta === undefined ? 0 : checkRate(`${where}.minDelta`, minDelta),
    restoreBest: restoreBest === undefined ? true : checkBoolean(`${where}.restoreBest`, restoreBest),
  };
}

export class Patience {
  readonly #options: Required<EarlyStopping>;
  readonly #engine: EngineNetwork;
  #lowest = Number.POSITIVE_INFINITY;
  /** What an epoch must beat by minDelta, and how many have not since. */
  #reference = Number.POSITIVE_INFINITY;
  #waited = 0;
  #best: Float32Array | undefined;

  /** Proves the options of `call`, or throws. */
  constructor(call: string, options: unknown, engine: EngineNetwork) {
    this.#options = resolveEarlyStopping(`${call}: earlyStopping`, options);
    this.#engine = engine;
  }

  /** Takes note of an epoch, whose weights the engine has. Whether patience is at its end. */
  isOver(epoch: EpochResult): boolean {
    const score = scoreOf(epoch);
    const { patience, minDelta, restoreBest } = this.#options;
    if (score < this.#lowest) {
      this.#lowest = score;
      if (restoreBest) this.#best = this.#engine.snapshot(this.#best);
    }
    if (score < this.#reference - minDelta) {
      this.#reference = score;
      this.#waited = 0;
      return false;
    }
    this.#waited++;
    return this.#waited >= patience;
  }

  /** Back to the weights of the best epoch, where that was asked for and there is one. */
  restoreBest(): void {
    if (this.#best !== undefined) this.#engine.restore(this.#best, 'parameters');
  }
}
