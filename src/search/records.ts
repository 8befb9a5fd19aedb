/** What a search keeps of a trial: its result, and what going on with it needs. Plain data. */
import type { TrialResult, TrialStanding } from './types.js';

export interface TrialRecord extends TrialStanding {
  /** Of a halving search: the part of the trial that this is. */
  readonly rung?: number;
  /** Whether the fit ended by itself before the end of its part. */
  readonly isOver?: boolean;
}

/** What users get of one that is over. */
export function resultOf(record: TrialRecord): TrialResult {
  return standingOf(record) as TrialResult;
}

/** What users get of any. */
export function standingOf({ rung: _, isOver: __, ...standing }: TrialRecord): TrialStanding {
  return standing;
}
