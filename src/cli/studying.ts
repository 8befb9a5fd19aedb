/** The search itself: from a plan of the rows and a space of settings to a study, shown as it goes. Reads and writes no table. */
import { type Study, search, type Trial, type TrialResult } from 'wasmlp/search';
import type { Values } from './args.js';
import { networkOptionsOf } from './network.js';
import { fitOptionsOf, type Plan } from './plan.js';
import type { SEARCH_OPTIONS } from './search-options.js';
import { SearchTable } from './search-progress.js';
import type { Space } from './space.js';
import { Interrupted, type Stop } from './stop.js';
import type { Score } from './trials-table.js';
import type { Crew } from './workers.js';

/** The share of the rows that judges trials, or, with folds, that decides when to stop. */
const VALIDATION = 0.2;
/**
 * Of fewer rows, a fifth is too few to choose by. Over six seeds of 50 trials each, the log loss of the test rows is 0.10 instead of 0.13 (iris,
 * 120 rows), and the error of numbers 54.9 instead of 56.1 (diabetes, 353 rows).
 */
const FEW_ROWS = 1000;
const FOLDS = 5;

/** How trials are judged. */
export interface Judging {
  readonly trials: number;
  readonly score: Score;
  readonly folds: number | undefined;
  readonly share: number;
  /**
   * Off by default: it takes 0.4 to 0.5 of the time, but a log loss of 0.068 instead of 0.062 (digits, four seeds of 50 trials), and the trials
   * that it stops say less about their settings.
   */
  readonly isHalving: boolean;
}

export function judgingOf(
  { trials = 50, score = 'loss', folds, validation, halving }: Values<typeof SEARCH_OPTIONS>,
  rows: number,
): Judging {
  const isFew = validation === undefined && rows < FEW_ROWS;
  const share = validation ?? VALIDATION;
  return { trials, score, folds: folds ?? (isFew ? FOLDS : undefined), share, isHalving: halving === true };
}

/** Where a search leaves its trials, besides its result. */
export interface Kept {
  /** The file that keeps them for the same search. */
  readonly study: string | undefined;
  /** The table that is written of those that are over. */
  readonly csv: string | undefined;
  /** Those that are over, in the order in which they ended. */
  readonly trials: TrialResult[];
}

/** Searches, and shows how far it is. Throws Interrupted where somebody stopped it. */
export async function studied(
  all: Plan,
  space: Space,
  { trials, score, folds, share, isHalving }: Judging,
  { workers, listen }: Crew,
  kept: Kept,
  stop: Stop,
): Promise<Study> {
  const planFor = (trial: Trial): Plan => ({ ...all, settings: space.draw(trial) });
  const table = new SearchTable(process.stderr, { trials, score });
  listen((message) => table.tell(message));
  try {
    return await search(
      {
        network: (trial) => networkOptionsOf(planFor(trial)),
        fit: (trial) => {
          const plan = planFor(trial);
          const { patience } = plan.settings;
          return {
            ...fitOptionsOf(plan),
            ...(share > 0 && { earlyStopping: { patience } }),
            // Without folds, the rows that judge the trial also decide when it stops.
            ...(folds !== undefined && share > 0 && { validation: share }),
          };
        },
        trials,
        seed: all.seed,
        validation: folds === undefined ? share : { folds },
        score,
        ...(isHalving && { halving: {} }),
        workers,
        study: kept.study,
        signal: stop.signal,
        onTrial: (trial) => {
          kept.trials.push(trial);
          table.settle(trial);
        },
        onProgress: (progress) => table.show(progress),
      },
      all.training,
    );
  } catch (error) {
    if (stop.exitCode === undefined) throw error;
    // What was found so far stays in sight.
    table.end(true);
    throw new Interrupted(`stopped after ${table.done}. ${keptText(kept)}`, stop.exitCode);
  } finally {
    listen(() => undefined);
    table.end();
  }
}

/** What a stop leaves. */
export function keptText({ study, csv, trials }: Kept): string {
  const table = csv === undefined || trials.length === 0 ? undefined : csv;
  if (study !== undefined) {
    const both = table === undefined ? `${study} keeps` : `${study} and ${table} keep`;
    return `${both} them: the same command goes on.`;
  }
  const saved =
    table === undefined ? 'Nothing was saved.' : `${table} has those that were over, and nothing else was saved.`;
  return `${saved} With --study, a search goes on where it stopped.`;
}
