/** Connects a program that searches to the workers of a cluster. */
import { checkFunction, checkObject } from '../foundation/checks.js';
import { discreetly } from '../foundation/secrets.js';
import type { CrewFor } from '../search/crew.js';
import type { Cluster } from '../search/types.js';
import { type Address, checkAddress } from './address.js';
import { Coordinator } from './coordinator.js';
import { ClusterCrew } from './crew.js';
import { checkClusterName, checkFolder, connectedOne, openServer } from './server.js';
import { Watch } from './watch.js';

/** Where the queue is: Redis 7 or newer, or PostgreSQL 15 or newer. */
export type ClusterServer = { redis: string } | { postgres: string };

export interface ClusterOptions {
  /** The name of the cluster, which its workers have too: letters, digits, - and _. */
  name: string;
  /**
   * A folder that this machine and all workers share, for samples and checkpoints: by default they go through the server. Workers have it as
   * their `folder`.
   */
  folder?: string | undefined;
  /** Called with what a search waits for: workers, or a server that is away. Without passwords. What it throws rejects the search. */
  onMessage?: ((message: string) => void) | undefined;
}

const CALL = 'connectCluster';

/**
 * Connects to a cluster, for the setting `workers` of `search` and `crossValidate`. Its trainings run on all workers that `npx wasmlp worker`
 * starts with the same server and name; without any they wait. Keep it open for several searches, and close it in the end.
 *
 * Rejects with ERR_UNSUPPORTED where BullMQ or the client of the server is not installed, and with ERR_IO where the server does not answer
 * within five seconds. A server that goes away later is waited for.
 */
export async function connectCluster(server: ClusterServer, options: ClusterOptions): Promise<Cluster> {
  const { address, name, folder, tell } = discreetly(() => checked(server, options));
  let watch: Watch | undefined;
  // What the server cannot do now it can do later: a search waits, and says so.
  const onError = (): void => watch?.hear();
  const opened = await openServer(CALL, address, name, folder, onError);
  const coordinator = await connectedOne(
    CALL,
    opened,
    () => new Coordinator(opened, onError),
    (left) => left.leave(),
  );
  watch = tell && new Watch(opened, tell);
  const crew: CrewFor = async (data, signal) => {
    const begun = ClusterCrew.begin(coordinator, data, signal);
    return await (watch?.over(begun) ?? begun);
  };
  const close = async (): Promise<void> => {
    // Together: each waits some seconds for a server that is away.
    await Promise.all([watch?.close(), coordinator.close()]);
  };
  return Object.assign({ close }, { crew });
}

interface Checked {
  readonly address: Address;
  readonly name: string;
  readonly folder: string | undefined;
  readonly tell: ((message: string) => void) | undefined;
}

function checked(server: unknown, options: unknown): Checked {
  const address = checkAddress(CALL, server);
  const { name, folder, onMessage } = checkObject(`${CALL}: options`, options, ['name', 'folder', 'onMessage']);
  const tell = onMessage === undefined ? undefined : checkFunction<Checked['tell']>(`${CALL}: onMessage`, onMessage);
  return { address, name: checkClusterName(CALL, name), folder: checkFolder(CALL, folder), tell };
}
