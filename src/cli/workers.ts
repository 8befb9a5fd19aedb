/** Who trains the trials of a search: the options that say it, and what the library takes for it. */
import type { Workers } from 'wasmlp/search';
import type { Option, Values } from './args.js';
import { readNumber } from './values.js';

const MOST = 256;

const WORKERS: Option<number | 'auto'> = {
  value: '<number>',
  help: 'trainings at a time; auto: one for each core. The results are the same. Default auto',
  read: (where, given) => {
    const allowed = (count: number): boolean => Number.isInteger(count) && count >= 1 && count <= MOST;
    return given === 'auto' ? given : readNumber(where, given, `a whole number from 1 to ${MOST}, or auto`, allowed);
  },
};

export const WORKER_OPTIONS = { workers: WORKERS } as const;

/** Workers for one search. */
export interface Crew {
  readonly workers: Workers;
  /** Ends what was opened for the search. */
  close(): Promise<void>;
}

export async function crewFor({ workers = 'auto' }: Values<typeof WORKER_OPTIONS>): Promise<Crew> {
  return { workers, close: async () => undefined };
}
