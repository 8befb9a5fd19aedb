/** What makes a search the same as the one that a file keeps. */
import { checksumOf } from './checksum.js';
import type { StudyData } from './data.js';
import { hashOfData } from './data-hash.js';
import type { Plans } from './plans.js';
import type { CheckedSearch } from './settings.js';
import { STUDY_VERSION, type StudyKey } from './study-file.js';

/** All that decides the bits of a trial. A search without halving may go on with more trials. */
export function keyOf(settings: CheckedSearch, plans: Plans, data: StudyData): StudyKey {
  const { seed, sampler, validation, score, halving } = settings;
  return {
    version: STUDY_VERSION,
    seed,
    sampler,
    validation,
    score: typeof score === 'function' ? `a function (${checksumOf(String(score))})` : score,
    halving: halving ?? 'none',
    ...((sampler === 'grid' || halving !== undefined) && { trials: plans.count }),
    samples: hashOfData(data),
    // Functions cannot be compared, but what they give can.
    firstTrial: plans.of(0).options,
  };
}
