/**
 * Early stopping: which epoch was the best so far, and when to stop waiting for a better one. A chunk of its own: fits that do not
 * stop early do not load it.
 */
import { checkBoolean, checkObject, checkRate } from '../checks.js';
import type { EngineNetwork } from '../engine/engine.js';
import { checkCount, type EarlyStopping, type EpochResult, type PatienceState, scoreOf } from './fit-options.js';

/** What early stopping has of the network it watches. */
export interface Watched {
  /** Where an earlier fit that did not come to its end left off; kept up to date for a checkpoint. */
  patience: PatienceState | undefined;
  readonly network: Pick<EngineNetwork, 'readParameters' | 'writeParameters'>;
  /** How many the network has. */
  readonly layers: number;
}

const BEGINNING: PatienceState = {
  lowest: Number.POSITIVE_INFINITY,
  lowestEpoch: 0,
  reference: Number.POSITIVE_INFINITY,
  waited: 0,
  best: undefined,
};

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
  readonly #watched: Watched;
  /** The epoch with the lowest loss, of a fit that was resumed perhaps one before; 0 where none had a loss. */
  bestEpoch = 0;

  /** Proves the options of `call`, or throws. */
  constructor(call: string, options: unknown, watched: Watched) {
    this.#options = resolveEarlyStopping(`${call}: earlyStopping`, options);
    this.#watched = watched;
  }

  /** Takes note of an epoch, whose weights the network has. Whether patience is at its end. */
  isOver(epoch: EpochResult): boolean {
    const score = scoreOf(epoch);
    const { patience, minDelta, restoreBest } = this.#options;
    const { network, layers } = this.#watched;
    let { lowest, lowestEpoch, reference, waited, best } = this.#watched.patience ?? BEGINNING;
    if (score < lowest) {
      lowest = score;
      lowestEpoch = epoch.epoch;
      if (restoreBest) best = Array.from({ length: layers }, (_, layer) => network.readParameters(layer));
    }
    waited++;
    if (score < reference - minDelta) {
      reference = score;
      waited = 0;
    }
    this.#watched.patience = { lowest, lowestEpoch, reference, waited, best };
    this.bestEpoch = lowestEpoch;
    return waited >= patience;
  }

  /** The fit is at its end: back to the weights of the best epoch, where that was asked for and there is one. */
  end(): void {
    const { patience, network } = this.#watched;
    this.#watched.patience = undefined;
    patience?.best?.forEach((parameters, layer) => {
      network.writeParameters(layer, parameters);
    });
  }
}
