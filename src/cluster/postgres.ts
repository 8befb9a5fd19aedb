/** PostgreSQL: blobs in a table of their own beside the queue, a row for each chunk, and BullMQ on the same connections. */
import type { Bull } from './bull.js';
import { type Pool, type Queries, SCHEMA } from './pool.js';
import { KEPT_SECONDS, readChunks, type Store } from './store.js';

const CHUNK_BYTES = 2 ** 22;
/** Any number that nobody else uses: those who make the table at the same time take turns. */
const LOCK = 0x77_61_73_6d;

const TABLE = `
  CREATE SCHEMA IF NOT EXISTS ${SCHEMA};
  CREATE TABLE IF NOT EXISTS ${SCHEMA}.blobs (
    cluster text NOT NULL, scope text NOT NULL, name text NOT NULL, chunk integer NOT NULL,
    size bigint NOT NULL, bytes bytea NOT NULL, expires timestamptz NOT NULL,
    PRIMARY KEY (cluster, scope, name, chunk));
  CREATE INDEX IF NOT EXISTS blobs_expires ON ${SCHEMA}.blobs (expires)`;

/** What BullMQ's classes have as their last argument: all of them use the pool. */
export function postgresBackend({ PostgresConnection, PostgresQueueBackend }: Bull, pool: Pool): unknown {
  const InSchema = class extends PostgresConnection {
    override readonly schema = SCHEMA;
  };
  return (name: string, options: object) => new PostgresQueueBackend(new InSchema(pool), name, options);
}

export class PostgresStore implements Store {
  readonly #pool: Pool;
  readonly #cluster: string;

  private constructor(pool: Pool, cluster: string) {
    this.#pool = pool;
    this.#cluster = cluster;
  }

  /** Makes the table where it is missing, and throws out what nobody has touched for a day. */
  static async open(pool: Pool, cluster: string): Promise<PostgresStore> {
    const store = new PostgresStore(pool, cluster);
    await store.#transaction(async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
      await client.query(TABLE);
      await client.query(`DELETE FROM ${SCHEMA}.blobs WHERE expires < now()`);
    });
    return store;
  }

  async #transaction(work: (client: Queries) => Promise<void>): Promise<void> {
    const client = await this.#pool.connect();
    try {
      await client.query('BEGIN');
      await work(client);
      await client.query('COMMIT');
      client.release();
    } catch (error) {
      // The connection ends, and with it the transaction.
      client.release(error);
      throw error;
    }
  }

  async size(scope: string, name: string): Promise<number | undefined> {
    const { rows } = await this.#pool.query(
      `SELECT size FROM ${SCHEMA}.blobs WHERE cluster = $1 AND scope = $2 AND name = $3 AND chunk = 0`,
      [this.#cluster, scope, name],
    );
    const size = Number(rows[0]?.size ?? Number.NaN);
    return Number.isSafeInteger(size) ? size : undefined;
  }

  async read(scope: string, name: string, size: number): Promise<Uint8Array> {
    return await readChunks(size, async (chunk) => {
      const { rows } = await this.#pool.query(
        `SELECT bytes FROM ${SCHEMA}.blobs WHERE cluster = $1 AND scope = $2 AND name = $3 AND chunk = $4`,
        [this.#cluster, scope, name, chunk],
      );
      return rows[0]?.bytes as Buffer | undefined;
    });
  }

  async write(scope: string, name: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    const chunks = Math.max(Math.ceil(bytes.length / CHUNK_BYTES), 1);
    await this.#transaction(async (client) => {
      for (let chunk = 0; chunk < chunks; chunk++) {
        signal?.throwIfAborted();
        const part = Buffer.from(bytes.subarray(chunk * CHUNK_BYTES, (chunk + 1) * CHUNK_BYTES));
        await client.query(
          `INSERT INTO ${SCHEMA}.blobs VALUES ($1, $2, $3, $4, $5, $6, now() + $7 * interval '1 second')
           ON CONFLICT (cluster, scope, name, chunk)
           DO UPDATE SET size = excluded.size, bytes = excluded.bytes, expires = excluded.expires`,
          [this.#cluster, scope, name, chunk, bytes.length, part, KEPT_SECONDS],
        );
      }
    });
  }

  async touch(scope: string): Promise<void> {
    await this.#pool.query(
      `UPDATE ${SCHEMA}.blobs SET expires = now() + $3 * interval '1 second' WHERE cluster = $1 AND scope = $2`,
      [this.#cluster, scope, KEPT_SECONDS],
    );
  }

  async remove(scope: string, name: string): Promise<void> {
    await this.#pool.query(`DELETE FROM ${SCHEMA}.blobs WHERE cluster = $1 AND scope = $2 AND name = $3`, [
      this.#cluster,
      scope,
      name,
    ]);
  }

  async drop(scope: string): Promise<void> {
    await this.#pool.query(`DELETE FROM ${SCHEMA}.blobs WHERE cluster = $1 AND scope = $2`, [this.#cluster, scope]);
  }
}
