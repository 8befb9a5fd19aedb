/** Who trains the trials of a search: the options that say it, and what the library takes for it. */
import { connectCluster } from 'wasmlp/cluster';
import type { Workers } from 'wasmlp/search';
import type { Option, Values } from './args.js';
import { CLUSTER_OPTIONS, serverOf, serverVariable } from './cluster-server.js';
import { sayLine } from './terminal.js';
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
  /** Who hears from now on what the search waits for. */
  listen(listener: (message: string) => void): void;
  /** Ends what was opened for the search. */
  close(): Promise<void>;
}

/** Throws WrongUse where options do not go together, and ERR_IO where the server of a cluster does not answer. */
export async function crewFor(values: Values<typeof WORKER_OPTIONS>): Promise<Crew> {
  const { workers, redis, postgres, name, folder } = values;
  if (name === undefined) {
    const given = redis ?? postgres ?? folder;
    if (given !== undefined) throw new WrongUse('--name is missing: the name of the cluster.');
    if (workers === undefined) sayThatEnvironmentIsNotUsed();
    return { workers: workers ?? 'auto', listen: () => undefined, close: async () => undefined };
  }
  if (workers !== undefined)
    throw new WrongUse('--workers is for this machine, --name for a cluster. Give one of them.');
  let tell: (message: string) => void = () => undefined;
  const cluster = await connectCluster(serverOf(values), { name, folder, onMessage: (message) => tell(message) });
  return {
    workers: cluster,
    listen: (listener) => {
      tell = listener;
    },
    close: () => cluster.close(),
  };
}

/** Somebody who has set the address of a server may expect that it is used. */
function sayThatEnvironmentIsNotUsed(): void {
  const variable = serverVariable();
  if (variable === undefined) return;
  const text = `${variable} is set, but without --name this machine trains alone. With the name of the cluster, its workers do.`;
  sayLine(process.stderr, text);
}
