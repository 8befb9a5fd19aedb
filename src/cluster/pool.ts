/** Connections to PostgreSQL. Knows no table, and not BullMQ. */
import { atMost } from './patience.js';

interface Rows {
  readonly rows: readonly Record<string, unknown>[];
}

export interface Queries {
  query(text: string, values?: readonly unknown[]): Promise<Rows>;
}

/** The parts of pg that this room needs. */
export interface Pool extends Queries {
  connect(): Promise<Queries & { release(error?: unknown): void }>;
  end(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  setMaxListeners(count: number): unknown;
}

interface Client {
  end(): Promise<void>;
  unref(): void;
  emit(event: string, ...args: unknown[]): boolean;
  listenerCount(event: string): number;
  once(event: 'end', listener: () => void): unknown;
}

export interface Pg {
  readonly Client: new (config: object) => Client;
  readonly Pool: new (options: object) => Pool;
}

/** Everything of wasmlp, BullMQ's tables too. */
export const SCHEMA = 'wasmlp';
/** One of them listens, the others ask: more only wait. */
const POOL_SIZE = 10;
const END_MILLISECONDS = 2000;

export interface OpenPool {
  readonly pool: Pool;
  /** Ends all connections, at once those that wait for a server that is away. */
  end(): Promise<void>;
}

/**
 * Connections for the store and for BullMQ. pg ends the whole process when a session is cut to whose errors nobody listens, as those of a client
 * are that is lent: here they are left to the queries, which reject.
 */
export function openPool({ Client, Pool }: Pg, url: string, connectMilliseconds: number): OpenPool {
  const clients = new Set<Client>();
  const QuietClient = class extends Client {
    constructor(config: object) {
      super(config);
      clients.add(this);
      this.once('end', () => clients.delete(this));
    }

    override emit(event: string, ...args: unknown[]): boolean {
      return (event !== 'error' || this.listenerCount('error') > 0) && super.emit(event, ...args);
    }
  };
  const address = new URL(url);
  const options = address.searchParams.get('options') ?? '';
  // Those of the address would take the place of ours.
  if (options !== '') address.searchParams.delete('options');
  const pool = new Pool({
    Client: QuietClient,
    connectionString: address.href,
    connectionTimeoutMillis: connectMilliseconds,
    keepAlive: true,
    max: POOL_SIZE,
    // BullMQ's commands name no schema.
    options: `${options} -c search_path=${SCHEMA}`,
  });
  // One for each class of BullMQ that is made, also of those that are made anew.
  pool.setMaxListeners(0);
  const end = async (): Promise<void> => {
    await atMost(END_MILLISECONDS, pool.end());
    for (const client of clients) {
      void client.end().catch(() => undefined);
      client.unref();
    }
  };
  return { pool, end };
}
