/** The options that name a cluster, for those who search on it and those who train for it. */
import type { ClusterServer } from 'wasmlp/cluster';
import type { Values } from './args.js';
import { text } from './values.js';
import { WrongUse } from './wrong-use.js';

export const CLUSTER_OPTIONS = {
  redis: text('<address>', 'the server of the queue: redis://queue:6379. Default $WASMLP_REDIS'),
  postgres: text('<address>', 'or a PostgreSQL: postgres://user@queue/wasmlp. Default $WASMLP_POSTGRES'),
  name: text('<name>', 'the name of the cluster'),
  folder: text('<folder>', 'a folder that all machines of the cluster share'),
};

/** The server that the options name, else the environment. */
export function serverOf({ redis, postgres }: Values<typeof CLUSTER_OPTIONS>): ClusterServer {
  if (redis !== undefined && postgres !== undefined) {
    throw new WrongUse('--redis and --postgres are two servers, expected one.');
  }
  if (redis !== undefined) return { redis };
  if (postgres !== undefined) return { postgres };
  const variable = serverVariable();
  if (variable === undefined) throw new WrongUse('--redis or --postgres is missing: the server of the queue.');
  return { [VARIABLES[variable]]: process.env[variable] } as ClusterServer;
}

/** The variables of the environment that may have the address of a server, each with what it is. */
const VARIABLES = { WASMLP_REDIS: 'redis', WASMLP_POSTGRES: 'postgres' } as const;

/** The one that is set; the first of two. */
export function serverVariable(): keyof typeof VARIABLES | undefined {
  return (['WASMLP_REDIS', 'WASMLP_POSTGRES'] as const).find((name) => process.env[name]);
}
