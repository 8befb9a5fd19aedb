/** What the trials of a search draw, and the trainings that follow from it. */

import { isShare } from '../data/pack.js';
import type { NetworkOptions } from '../options/types.js';
import { FIT_DEFAULTS } from '../training/fit-options.js';
import { heard } from './crew.js';
import { Grid } from './grid.js';
import { namesOf } from './prepare.js';
import type { TrialRecord } from './records.js';
import { type CheckedSearch, checkFit, checkNetwork } from './settings.js';
import type { Split } from './split.js';
import type { PlainFit, Task, TaskFailure } from './task.js';
import { DrawingTrial, RandomSampler, type Sampler, seedOfTrial } from './trial.js';

/** One trial: what it drew, and its options; or why it has none. */
export interface Plan {
  readonly number: number;
  readonly parameters: Record<string, unknown>;
  readonly options: { readonly network: NetworkOptions; readonly fit: PlainFit } | TaskFailure;
}

/** Trials that are looked at before the samples are copied: a call that gives way first would let the caller change them. */
const FEW = 100;

/** A grid and its plans, each of which follows from the ones before. */
interface DrawnGrid {
  readonly grid: Grid;
  readonly plans: Plan[];
}

/** Gives the plans of all trials, in their order, and that of one again. */
export class Plans {
  readonly #settings: CheckedSearch;
  /** Undefined where each trial is drawn by itself. */
  readonly #drawn: DrawnGrid | undefined;

  /** Draws few trials of a grid; `drawAll` draws the others. */
  constructor(settings: CheckedSearch) {
    this.#settings = settings;
    if (settings.sampler === 'random') return;
    this.#drawn = { grid: new Grid(), plans: [] };
    while (this.#drawn.plans.length < FEW && this.#drawsNext(this.#drawn));
  }

  async drawAll(): Promise<void> {
    const { signal } = this.#settings;
    while (this.#drawn !== undefined && this.#drawsNext(this.#drawn)) await heard(signal);
  }

  /** False after the last trial of a grid. */
  #drawsNext({ grid, plans }: DrawnGrid): boolean {
    const sampler = plans.length < this.#settings.trials ? grid.next() : undefined;
    if (sampler === undefined) return false;
    plans.push(this.#draw(plans.length, sampler));
    return true;
  }

  /** How many trials there are. Those of a grid are counted once all are drawn. */
  get count(): number {
    return this.#drawn?.plans.length ?? this.#settings.trials;
  }

  /** The columns that the first valid trial reads. */
  names(): string[] {
    for (let number = 0; number < Math.min(this.count, FEW); number++) {
      const { options } = this.of(number);
      if (!('code' in options)) return namesOf(options.network);
    }
    return [];
  }

  of(number: number): Plan {
    return this.#drawn?.plans[number] ?? this.#draw(number, new RandomSampler(this.#settings.seed, number));
  }

  #draw(number: number, sampler: Sampler): Plan {
    const { network, fit: fitOf, seed } = this.#settings;
    const trial = new DrawingTrial(number, sampler);
    try {
      const options = checkNetwork('search', network(trial));
      const fit =
        typeof fitOf === 'function' ? checkFit('search', fitOf(trial)) : ((fitOf as PlainFit | undefined) ?? {});
      const seeded = { seed: seedOfTrial(seed, number), ...options };
      return { number, parameters: trial.parameters, options: { network: seeded, fit } };
    } catch (error) {
      const { code, message } = Object(error) as { code?: unknown; message?: string };
      // A fault of the caller's own code.
      if (typeof code !== 'string' || !code.startsWith('ERR_')) throw error;
      return { number, parameters: trial.parameters, options: { code, message: message ?? '' } };
    }
  }
}

/** The parts of the samples that judge a trial, one after another. */
export function splitsOf({ validation, seed }: CheckedSearch): Split[] {
  if (isShare(validation)) return [{ kind: 'share', share: validation, seed }];
  const { folds } = validation;
  return Array.from({ length: folds }, (_, fold) => ({ kind: 'fold', folds, fold, repeat: 0, seed }));
}

/** Whether the samples that judge a trial validate its fit as well. */
export function validatesFit({ validation }: CheckedSearch, fit: PlainFit): boolean {
  return fit.validation === undefined && isShare(validation);
}

export function epochsOf(fit: PlainFit): number {
  return fit.epochs ?? FIT_DEFAULTS.epochs;
}

/**
 * The training of the best network on all samples. Where the samples that judged it validated its fit, nothing is left to validate with: it
 * trains up to the epoch that was best, or, with `stopAt` alone, the last one. A trial that halving stopped, or that counts with an earlier
 * round than its last, trains as far as it counts.
 */
export function finalTask(settings: CheckedSearch, plan: Plan, { state, rung, epochs, bestEpoch }: TrialRecord): Task {
  const { network, fit } = plan.options as Exclude<Plan['options'], TaskFailure>;
  const { earlyStopping, stopAt, ...rest } = fit;
  const isFixed = validatesFit(settings, fit) && (earlyStopping !== undefined || stopAt !== undefined);
  return {
    network,
    fit: isFixed ? rest : fit,
    split: undefined,
    validates: false,
    lastEpoch: isFixed ? (bestEpoch ?? epochs) : state === 'stopped' || rung !== undefined ? epochs : undefined,
    checkpoint: undefined,
    keeps: 'network',
  };
}
