/** The search itself: from a plan of the rows and a space of settings to a study, shown as it goes. Reads and writes no table. */
import { type SearchSettings, type Study, search, type Trial } from 'wasmlp/search';
import type { Values } from './args.js';
import { networkOptionsOf } from './network.js';
import { fitOptionsOf, type Plan } from './plan.js';
import type { SEARCH_OPTIONS } from './search-options.js';
import { SearchTable } from './search-progress.js';
import type { Space } from './space.js';
import { Interrupted, type Stop } from './stop.js';
import type { Score } from './trials-table.js';

/** The share of the rows that judges trials, or, with folds, that decides when to stop. */
const VALIDATION = 0.2;

/** How trials are judged. */
export interface Judging {
  readonly trials: number;
  readonly score: Score;
  readonly folds: number | undefined;
  readonly share: number;
  readonly isHalving: boolean;
}

export function judgingOf({
  trials = 50,
  score = 'loss',
  folds,
  validation,
  halving,
}: Values<typeof SEARCH_OPTIONS>): Judging {
  return { trials, score, folds, share: validation ?? VALIDATION, isHalving: halving === true };
}

/** Searches, and shows how far it is. Throws Interrupted where somebody stopped it. */
export async function studied(
  all: Plan,
  space: Space,
  { trials, score, folds, share, isHalving }: Judging,
  { workers, study }: Pick<SearchSettings, 'workers' | 'study'>,
  stop: Stop,
): Promise<Study> {
  const innerValidation = innerOf({ folds, share });
  const planFor = (trial: Trial): Plan => ({ ...all, settings: space.draw(trial), innerValidation });
  const table = new SearchTable(process.stderr, { trials, score });
  try {
    return await search(
      {
        network: (trial) => networkOptionsOf(planFor(trial)),
        fit: (trial) => {
          const plan = planFor(trial);
          // The rows that judge the trial also decide when it stops.
          const { patience } = plan.settings;
          return { ...fitOptionsOf(plan), ...(folds === undefined && { earlyStopping: { patience } }) };
        },
        trials,
        seed: all.seed,
        validation: folds === undefined ? share : { folds },
        score,
        ...(isHalving && { halving: {} }),
        workers,
        study,
        signal: stop.signal,
        onTrial: (trial) => table.settle(trial),
        onProgress: (progress) => table.show(progress),
      },
      all.training,
    );
  } catch (error) {
    if (stop.exitCode === undefined) throw error;
    // What was found so far stays in sight.
    table.end(true);
    const kept =
      study === undefined
        ? 'Nothing was saved. With --study, a search goes on where it stopped.'
        : `${study} keeps them: the same command goes on.`;
    throw new Interrupted(`stopped after ${table.done}. ${kept}`, stop.exitCode);
  } finally {
    table.end();
  }
}

/** With folds, each fit has rows of its own that validate it. */
function innerOf({ folds, share }: Pick<Judging, 'folds' | 'share'>): number | undefined {
  return folds === undefined || share === 0 ? undefined : share;
}

/** What trained the best network: the same by `train`. Without folds, the search trains it for as many epochs as were best. */
export function bestPlan(all: Plan, space: Space, judging: Judging, { best, history }: Study): Plan {
  const innerValidation = innerOf(judging);
  const epochs = judging.folds === undefined ? history.epochs.length : all.settings.epochs;
  const settings = { ...space.settingsOf(best.parameters), epochs, validation: innerValidation ?? 0 };
  return { ...all, settings, innerValidation };
}
