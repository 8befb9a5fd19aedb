/**
 * Early stopping: which epoch was the best so far, and when to stop waiting for a better one. A chunk of its own: fits that do not
 * stop early do not load it.
 */

import type { EngineNetwork } from '../engine/engine.js';
import { checkBoolean, checkObject, checkRate } from '../foundation/checks.js';
import { checkCount, type EarlyStopping } from './fit-options.js';
import { type EpochResult, scoreOf } from './history.js';
import type { EarlyStoppingState, TrainingState } from './state.js';

const BEGINNING: EarlyStoppingState = {
  lowest: Number.POSITIVE_INFINITY,
  lowestEpoch: 0,
  reference: Number.POSITIVE_INFINITY,
  waited: 0,
  best: undefined,
};

/** With every option decided. */
type Resolved = { [Option in keyof EarlyStopping]-?: Exclude<EarlyStopping[Option], undefined> };

function resolveEarlyStopping(where: string, value: unknown): Resolved {
  const { patience, minDelta, restoreBest } = checkObject(where, value, ['patience', 'minDelta', 'restoreBest']);
  return {
    patience: checkCount(`${where}.patience`, patience),
    minDelta: minDelta === undefined ? 0 : checkRate(`${where}.minDelta`, minDelta),
    restoreBest: restoreBest === undefined ? true : checkBoolean(`${where}.restoreBest`, restoreBest),
  };
}

/** Watches the epochs of one fit. It keeps its state in the training state, so that a checkpoint includes it. */
export class EarlyStopper {
  readonly #options: Resolved;
  readonly #engine: Pick<EngineNetwork, 'readParameters' | 'writeParameters'>;
  readonly #layers: number;
  readonly #state: Pick<TrainingState, 'earlyStopping'>;
  #bestEpoch = 0;
  #isOver = false;

  /** Checks the options of `call`, or throws. `layers` is the number of layers of the network in `engine`. */
  constructor(
    call: string,
    options: unknown,
    engine: Pick<EngineNetwork, 'readParameters' | 'writeParameters'>,
    layers: number,
    state: Pick<TrainingState, 'earlyStopping'>,
  ) {
    this.#options = resolveEarlyStopping(`${call}: earlyStopping`, options);
    this.#engine = engine;
    this.#layers = layers;
    this.#state = state;
  }

  /** Whether the fit waited long enough for a better epoch. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The epoch with the lowest loss. In a resumed fit it may be earlier than the fit. 0 if no epoch had a finite loss. */
  get bestEpoch(): number {
    return this.#bestEpoch;
  }

  /** Records an epoch. The network still has the parameters of that epoch. */
  record(result: EpochResult): void {
    const score = scoreOf(result);
    const { patience, minDelta, restoreBest } = this.#options;
    let { lowest, lowestEpoch, reference, waited, best } = this.#state.earlyStopping ?? BEGINNING;
    if (score < lowest) {
      lowest = score;
      lowestEpoch = result.epoch;
      if (restoreBest) best = Array.from({ length: this.#layers }, (_, layer) => this.#engine.readParameters(layer));
    }
    waited++;
    if (score < reference - minDelta) {
      reference = score;
      waited = 0;
    }
    this.#state.earlyStopping = { lowest, lowestEpoch, reference, waited, best };
    this.#bestEpoch = lowestEpoch;
    this.#isOver = waited >= patience;
  }

  /** At the end of the fit: restores the parameters of the best epoch, if that was asked for and there is one. */
  finish(): void {
    const { earlyStopping } = this.#state;
    this.#state.earlyStopping = undefined;
    earlyStopping?.best?.forEach((parameters, layer) => {
      this.#engine.writeParameters(layer, parameters);
    });
  }
}
