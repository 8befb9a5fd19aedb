/** The connection of a program to the server of a cluster: what BullMQ's classes need, and where blobs lie. Knows no jobs. */
import { codedError, describe } from '../foundation/errors.js';
import { type Address, cleanCause, messageOf } from './address.js';
import { type Bull, loadPackages } from './bull.js';
import { FolderStore } from './folder-store.js';
import { PostgresStore, SCHEMA } from './postgres.js';
import { PREFIX, RedisStore } from './redis.js';
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
  try {
    await within(
      () =>
        new Promise((resolve, reject) => {
          redis.on('error', reject);
          redis.ping().then(resolve, reject);
        }),
    );
  } catch (cause) {
    redis.disconnect();
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
    close: async () => redis.disconnect(),
  };
}

/** Connections beside the one that listens: more only wait. */
const POOL_SIZE = 8;

async function openPostgres(call: string, address: Address, name: string, onError: OnError): Promise<Server> {
  const { bull, Pool } = await loadPackages(call, 'postgres');
  if (Pool === undefined) throw new Error('no pg');
  const connection = {
    connectionString: address.url,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    keepAlive: true,
    max: POOL_SIZE,
  };
  const pool = new Pool(connection);
  pool.on('error', onError);
  let store: Store;
  try {
    store = await within(async () => {
      const client = await pool.connect();
      try {
        await bull.runMigrations(client, SCHEMA);
      } finally {
        client.release();
      }
      return await PostgresStore.open(pool, name);
    });
  } catch (cause) {
    void pool.end().catch(() => undefined);
    throw unreachable(call, address, cause);
  }
  return {
    bull,
    address,
    name,
    options: { connection: { ...connection, schema: SCHEMA } },
    backend: bull.createPostgresBackend,
    marks: store,
    store,
    close: async () => await pool.end(),
  };
}

/** Rejects when it takes too long. */
async function within<T>(work: () => Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `no answer within ${CONNECT_MILLISECONDS / 1000} seconds`;
    timer = setTimeout(() => reject(new Error(message)), CONNECT_MILLISECONDS);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function unreachable(call: string, address: Address, cause: unknown): Error {
  const mend = 'Start the server, or mend its address, user and password.';
  const text = `${call}: ${address.shown} does not answer: ${messageOf(address, cause)}. ${mend}`;
  return codedError('ERR_IO', text, { cause: cleanCause(address, cause) });
}

/** What says that the server is away for a while, not that something is wrong. */
const AWAY =
  /^(E(CONN|HOST|NET|PIPE|TIMEDOUT|AI_AGAIN)\w*|57P0[1-5]|08\w{3}|53300|25P03)$|connection|timeout|terminat|not yet accepting|starting up|shutting down|socket|LOADING|READONLY/i;

/** Whether an error may be over when the server is back. */
export function isAway(error: unknown): boolean {
  const { code, message, errors } = Object(error) as { code?: unknown; message?: unknown; errors?: unknown };
  if (typeof code === 'string' && code.startsWith('ERR_')) return false;
  if (Array.isArray(errors) && errors.some(isAway)) return true;
  return AWAY.test(String(code ?? '')) || AWAY.test(String(message ?? ''));
}

export const AGAIN_MILLISECONDS = 250;

/** What BullMQ's classes are once they are connected. One that the server left in that moment never is: another is then made. */
export async function connectedOne<T extends { waitUntilReady(): Promise<unknown> }>(
  make: () => T,
  leave: (made: T) => Promise<unknown>,
): Promise<T> {
  return await persist(new AbortController().signal, async () => {
    const made = make();
    try {
      await made.waitUntilReady();
      return made;
    } catch (error) {
      void leave(made).catch(() => undefined);
      throw error;
    }
  });
}

/** Does work again and again until the server is there. Rejects with other errors, and with the signal's reason. */
export async function persist<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (!isAway(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MILLISECONDS));
    }
  }
}
