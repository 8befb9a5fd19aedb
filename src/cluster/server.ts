/** The connection of a program to the server of a cluster: what BullMQ's classes need, and where blobs lie. Knows no jobs. */
import { codedError, describe } from '../foundation/errors.js';
import { isOwn } from '../search/failures.js';
import { type Address, cleanCause, messageOf } from './address.js';
import { type Bull, loadPackages } from './bull.js';
import { FolderStore } from './folder-store.js';
import { inTime, persist } from './patience.js';
import { openPool, SCHEMA } from './pool.js';
import { PostgresStore, postgresBackend } from './postgres.js';
import { endOfAll, PREFIX, RedisStore } from './redis.js';
import type { Store } from './store.js';

export interface Server {
  readonly bull: Bull;
  readonly address: Address;
  /** The name of the cluster and of its queue. */
  readonly name: string;
  /** Options of every class of BullMQ. */
  readonly options: object;
  /** Their last argument. */
  readonly backend: unknown;
  /** Beside the queue: what tells jobs to stop. */
  readonly marks: Store;
  /** Where samples and checkpoints lie. */
  readonly store: Store;
  close(): Promise<void>;
}

/** How long a server may take to answer the first time. */
const CONNECT_MILLISECONDS = 5000;
const NAME = /^[A-Za-z0-9][\w-]{0,59}$/;

export function checkClusterName(call: string, name: unknown): string {
  if (typeof name === 'string' && NAME.test(name)) return name;
  const expected = 'a name of up to 60 letters, digits, - and _';
  throw codedError('ERR_INVALID_OPTION', `${call}: name is ${describe(name)}, expected ${expected}.`);
}

export function checkFolder(call: string, folder: unknown): string | undefined {
  if (folder === undefined || (typeof folder === 'string' && folder !== '')) return folder;
  const expected = 'the path of a folder that all machines share';
  throw codedError('ERR_INVALID_TYPE', `${call}: folder is ${describe(folder)}, expected ${expected}.`);
}

/** Connects. Rejects with ERR_UNSUPPORTED where a package is missing, and ERR_IO where the server does not answer in a few seconds. */
export async function openServer(
  call: string,
  address: Address,
  name: string,
  folder: string | undefined,
  onError: (error: Error) => void,
): Promise<Server> {
  const open = address.kind === 'redis' ? openRedis : openPostgres;
  const server = await open(call, address, name, onError);
  return folder === undefined ? server : { ...server, store: new FolderStore(folder, name) };
}

type OnError = (error: Error) => void;

async function openRedis(call: string, address: Address, name: string, onError: OnError): Promise<Server> {
  const { bull, Redis } = await loadPackages(call, 'redis');
  if (Redis === undefined) throw new Error('no ioredis');
  // Commands wait for a server that is away, however long.
  const redis = new Redis(address.url, {
    connectTimeout: CONNECT_MILLISECONDS,
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => Math.min(50 * times, 2000),
  });
  const end = endOfAll(redis);
  try {
    const answer = new Promise((resolve, reject) => {
      redis.on('error', reject);
      redis.ping().then(resolve, reject);
    });
    await inTime(CONNECT_MILLISECONDS, answer);
  } catch (cause) {
    end();
    throw unreachable(call, address, cause);
  }
  redis.on('error', onError);
  const store = new RedisStore(redis, name);
  return {
    bull,
    address,
    name,
    options: { connection: redis, prefix: PREFIX },
    backend: undefined,
    marks: store,
    store,
    // Quitting waits for a server that is away.
    close: async () => end(),
  };
}

async function openPostgres(call: string, address: Address, name: string, onError: OnError): Promise<Server> {
  const { bull, pg } = await loadPackages(call, 'postgres');
  if (pg === undefined) throw new Error('no pg');
  const { pool, end } = openPool(pg, address.url, CONNECT_MILLISECONDS);
  pool.on('error', onError);
  const open = async (): Promise<Store> => {
    const client = await pool.connect();
    try {
      await bull.runMigrations(client, SCHEMA);
    } finally {
      client.release();
    }
    return await PostgresStore.open(pool, name);
  };
  let store: Store;
  try {
    store = await inTime(CONNECT_MILLISECONDS, open());
  } catch (cause) {
    void end();
    throw unreachable(call, address, cause);
  }
  return {
    bull,
    address,
    name,
    // Workers ask for it, and do not use it.
    options: { connection: pool },
    backend: postgresBackend(bull, pool),
    marks: store,
    store,
    close: end,
  };
}

/** What a server that is there refuses, and what a folder does: an error of this package. */
export function serverError(where: string, { address }: Server, cause: unknown): Error {
  if (isOwn(cause)) return cause;
  const text = `${where}: ${address.shown}: ${messageOf(address, cause)}.`;
  return codedError('ERR_IO', text, { cause: cleanCause(address, cause) });
}

function unreachable(call: string, address: Address, cause: unknown): Error {
  const mend = 'Start the server, or mend its address, user and password.';
  const text = `${call}: ${address.shown} does not answer: ${messageOf(address, cause)}. ${mend}`;
  return codedError('ERR_IO', text, { cause: cleanCause(address, cause) });
}

/**
 * What BullMQ's classes are once they are connected. One that the server left in that moment never is: another is then made. Rejects with ERR_IO
 * where the server does not answer in time, and the connection is then closed.
 */
export async function connectedOne<T extends { waitUntilReady(): Promise<unknown> }>(
  call: string,
  server: Server,
  make: () => T,
  leave: (made: T) => Promise<unknown>,
): Promise<T> {
  const over = new AbortController();
  let made: T | undefined;
  const connected = persist(over.signal, async () => {
    const one = make();
    made = one;
    try {
      await one.waitUntilReady();
      return one;
    } catch (error) {
      void leave(one).catch(() => undefined);
      throw error;
    }
  });
  try {
    return await inTime(CONNECT_MILLISECONDS, connected);
  } catch (cause) {
    over.abort();
    if (made !== undefined) void leave(made).catch(() => undefined);
    await server.close();
    throw unreachable(call, server.address, cause);
  }
}
