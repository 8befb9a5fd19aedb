/** Who trains the trials of a search: the options that say it, and what the library takes for it. */
import { connectCluster } from 'wasmlp/cluster';
import type { Workers } from 'wasmlp/search';
import type { Option, Values } from './args.js';
import { CLUSTER_OPTIONS, serverOf } from './cluster-server.js';
import { readNumber } from './values.js';
import { WrongUse } from './wrong-use.js';

const MOST = 256;

const WORKERS: Option<number | 'auto'> = {
  value: '<number>',
  help: 'trainings at a time; auto: one for each core. The results are the same. Default auto',
  read: (where, given) => {
    const allowed = (count: number): boolean => Number.isInteger(count) && count >= 1 && count <= MOST;
    return given === 'auto' ? given : readNumber(where, given, `a whole number from 1 to ${MOST}, or auto`, allowed);
  },
};

/** With a name, the machines of a cluster train; else this one. */
export const WORKER_OPTIONS = { workers: WORKERS, ...CLUSTER_OPTIONS } as const;

/** Workers for one search. */
export interface Crew {
  readonly workers: Workers;
  /** Ends what was opened for the search. */
  close(): Promise<void>;
}

export async function crewFor(values: Values<typeof WORKER_OPTIONS>): Promise<Crew> {
  const { workers, redis, postgres, name, folder } = values;
  if (name === undefined) {
    const given = redis ?? postgres ?? folder;
    if (given !== undefined) throw new WrongUse('--name is missing: the name of the cluster.');
    return { workers: workers ?? 'auto', close: async () => undefined };
  }
  if (workers !== undefined)
    throw new WrongUse('--workers is for this machine, --name for a cluster. Give one of them.');
  const cluster = await connectCluster(serverOf(values), { name, folder });
  return { workers: cluster, close: () => cluster.close() };
}
