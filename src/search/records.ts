/** What a search keeps of a trial: its result, and what going on with it needs. Plain data. */
import { rewritten } from '../report/rewritten.js';
import { copyOfPlain } from './plain.js';
import type { TrialResult, TrialStanding } from './types.js';

export interface TrialRecord extends TrialStanding {
  /** Of a halving search: the round that this is, or that a trial counts with which trained on after it. */
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

/** The same of one that is over. `isKept`: a study had it before this search began. */
export function copyOfResult(record: TrialRecord, isKept: boolean): TrialResult {
  return { ...(copyOf(record) as TrialResult), ...(isKept && { kept: true }) };
}

function standingOf({ rung: _, plan: __, ...standing }: TrialRecord): TrialStanding {
  return { ...standing, ...(standing.report && { report: rewritten(standing.report) }) };
}
