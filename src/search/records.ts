/** What a search keeps of a trial: its result, and what going on with it needs. Plain data. */
import { rewritten } from '../report/rewritten.js';
import { copyOfPlain } from './plain.js';
import type { TrialResult, TrialStanding } from './types.js';

export interface TrialRecord extends TrialStanding {
  /** Of a halving search: the part of the trial that this is. */
  readonly rung?: number;
  /** The checksum of its options: what a function gives may not be what it gave. */
  readonly plan?: string;
}

/** What users get of one that is over. */
export function resultOf(record: TrialRecord): TrialResult {
  return standingOf(record) as TrialResult;
}

/** What callbacks get of any: a copy, theirs to change. */
export function copyOf(record: TrialRecord): TrialStanding {
  return standingOf(copyOfPlain(record));
}

function standingOf({ rung: _, plan: __, ...standing }: TrialRecord): TrialStanding {
  return { ...standing, ...(standing.report && { report: rewritten(standing.report) }) };
}
