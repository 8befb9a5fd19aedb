/** What a search keeps of a trial: its result, and what going on with it needs. Plain data. */
import type { TrialResult } from './types.js';

export interface TrialRecord extends Omit<TrialResult, 'state'> {
  /** 'running': a part of it is over. */
  readonly state: TrialResult['state'] | 'running';
  /** With early stopping, the epoch with the lowest loss; with folds, their mean. */
  readonly bestEpoch?: number;
  /** Of a halving search: the part of the trial that this is. */
  readonly rung?: number;
  /** Whether the fit ended by itself before the end of its part. */
  readonly isOver?: boolean;
}

/** What users get of it. */
export function resultOf({ bestEpoch: _, rung: __, isOver: ___, ...result }: TrialRecord): TrialResult {
  return result as TrialResult;
}
