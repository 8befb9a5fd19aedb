/** Redis: connections, and blobs as hashes beside the queue, a field for each chunk. */
import { KEPT_SECONDS, readChunks, type Store } from './store.js';

/** The parts of ioredis that this room needs. */
export interface Redis {
  ping(): Promise<string>;
  info(section: string): Promise<string>;
  hset(key: string, field: string, value: Buffer | number): Promise<unknown>;
  hget(key: string, field: string): Promise<string | null>;
  hgetBuffer(key: string, field: string): Promise<Buffer | null>;
  hdel(key: string, ...fields: string[]): Promise<unknown>;
  expire(key: string, seconds: number): Promise<unknown>;
  unlink(key: string): Promise<unknown>;
  quit(): Promise<unknown>;
  disconnect(): void;
  /** BullMQ makes copies for what waits at the server. */
  duplicate(options?: object): Redis;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/**
 * Gives what ends a connection and its copies at once. BullMQ asks a server that is away to end them, and waits; a connection that is left
 * alone tries for ever, and keeps the process.
 */
export function endOfAll(redis: Redis): () => void {
  const all = [redis];
  const { duplicate } = redis;
  redis.duplicate = (options) => {
    const copy = duplicate.call(redis, options);
    all.push(copy);
    return copy;
  };
  return () => {
    for (const each of all) each.disconnect();
  };
}

/** Redis answers others between chunks. */
const CHUNK_BYTES = 2 ** 19;

/** All keys of wasmlp begin with it. */
export const PREFIX = 'wasmlp';

export class RedisStore implements Store {
  readonly #redis: Redis;
  readonly #cluster: string;

  constructor(redis: Redis, cluster: string) {
    this.#redis = redis;
    this.#cluster = cluster;
  }

  #key(scope: string): string {
    return `${PREFIX}-blobs:${this.#cluster}:${scope}`;
  }

  /** The field that is written last. */
  async size(scope: string, name: string): Promise<number | undefined> {
    const size = Number((await this.#redis.hget(this.#key(scope), name)) ?? Number.NaN);
    return Number.isSafeInteger(size) ? size : undefined;
  }

  async read(scope: string, name: string, size: number): Promise<Uint8Array> {
    return await readChunks(size, (chunk) => this.#redis.hgetBuffer(this.#key(scope), `${name}:${chunk}`));
  }

  async write(scope: string, name: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    const key = this.#key(scope);
    for (let at = 0, chunk = 0; at < bytes.length; at += CHUNK_BYTES, chunk++) {
      signal?.throwIfAborted();
      // A copy: the bytes may lie in memory that threads share, which sockets do not take.
      await this.#redis.hset(key, `${name}:${chunk}`, Buffer.from(bytes.subarray(at, at + CHUNK_BYTES)));
      if (chunk === 0) await this.touch(scope);
    }
    await this.#redis.hset(key, name, bytes.length);
    await this.touch(scope);
  }

  async touch(scope: string): Promise<void> {
    await this.#redis.expire(this.#key(scope), KEPT_SECONDS);
  }

  async remove(scope: string, name: string): Promise<void> {
    const size = (await this.size(scope, name)) ?? 0;
    const chunks = Array.from({ length: Math.ceil(size / CHUNK_BYTES) }, (_, chunk) => `${name}:${chunk}`);
    await this.#redis.hdel(this.#key(scope), name, ...chunks);
  }

  async drop(scope: string): Promise<void> {
    await this.#redis.unlink(this.#key(scope));
  }
}
