/** What makes a search the same as the one that a file keeps. */
import { checksumOf } from './checksum.js';
import type { StudyData } from './data.js';
import { hashOfData } from './data-hash.js';
import { isRecord, writable } from './plain.js';
import type { Plans } from './plans.js';
import type { CheckedSearch } from './settings.js';

/** What makes a search this one: a file of another one is refused. Plain data. */
export type StudyKey = Record<string, unknown>;

/** 2: each line is sealed with the first one, which says whose they are. */
export const STUDY_VERSION = 2;

/** How the score of a function begins: then comes the checksum of its text. */
const FUNCTION = 'a function (';

/** All that decides the bits of a trial. A search without halving may go on with more trials. */
export async function keyOf(settings: CheckedSearch, plans: Plans, data: StudyData): Promise<StudyKey> {
  const { seed, sampler, validation, score, halving } = settings;
  return {
    version: STUDY_VERSION,
    seed,
    sampler,
    validation,
    score: typeof score === 'function' ? `${FUNCTION}${checksumOf(String(score))})` : score,
    halving: halving ?? 'none',
    ...((sampler === 'grid' || halving !== undefined) && { trials: plans.count }),
    samples: await hashOfData(data, settings.signal),
    // Functions cannot be compared, but what they give can. Options that no network takes as well: that trial fails.
    firstTrial: writable(plans.of(0).options),
  };
}

/** What two searches do not have in common. */
export interface Difference {
  /** Where it is in their keys: `validation.folds`. */
  readonly path: string;
  /** What is there in the search that the file keeps; undefined for nothing. */
  readonly came: unknown;
  readonly now: unknown;
}

/** The first thing that two searches do not have in common. */
export function firstDifference(came: unknown, now: unknown, path = ''): Difference | undefined {
  if (JSON.stringify(came) === JSON.stringify(now)) return undefined;
  if (isRecord(came) && isRecord(now)) {
    for (const name of new Set([...Object.keys(now), ...Object.keys(came)])) {
      const found = firstDifference(came[name], now[name], path === '' ? name : `${path}.${name}`);
      if (found !== undefined) return found;
    }
  }
  return { path, came, now };
}

/** What a study has, and this search has not. */
export function differenceInWords({ path, came, now }: Difference): string {
  // A hash tells nobody anything.
  if (path === 'samples') return 'other samples';
  // Nor does a checksum.
  if (path === 'score' && isFunction(came) && isFunction(now)) {
    return 'a score function that is written in another way: its text is compared, with its blanks and comments';
  }
  return `${path} ${wordsOf(came)}, not ${wordsOf(now)}`;
}

function isFunction(score: unknown): boolean {
  return typeof score === 'string' && score.startsWith(FUNCTION);
}

function wordsOf(value: unknown): string {
  return value === undefined ? 'none' : JSON.stringify(value);
}
