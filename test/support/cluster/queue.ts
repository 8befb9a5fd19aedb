/** The queue of a cluster, as another program sees it. */
import type { Queue } from '../../../src/cluster/bull.js';
import { connected } from './connected.js';
import type { TestServer } from './servers.js';

export interface Counted extends Queue {
  getJobs(types: readonly string[]): Promise<readonly { id: string; data: object }[]>;
  obliterate(options: { force: boolean }): Promise<void>;
}

export async function withQueue<T>(server: TestServer, name: string, work: (queue: Counted) => Promise<T>): Promise<T> {
  const opened = await connected(server, name);
  const queue = new opened.bull.Queue(name, opened.options, opened.backend) as Counted;
  queue.on('error', () => undefined);
  try {
    return await work(queue);
  } finally {
    await queue.close();
    await opened.close();
  }
}
