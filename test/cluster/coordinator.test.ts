/** What asks a queue for many things at once, with a queue that only counts. */
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Coordinator } from '../../src/cluster/coordinator.js';
import type { ClusterCrew, Entry } from '../../src/cluster/crew.js';
import type { Server } from '../../src/cluster/server.js';

/** More than a server takes at once. */
const COUNT = 4096;

/** A server whose queue answers a turn later, and refuses some. */
function countingServer() {
  const counts = { added: 0, removed: 0, now: 0, most: 0 };
  class Connected {
    on = () => undefined;
    close = async () => undefined;
    waitUntilReady = async () => undefined;
  }
  class Queue extends Connected {
    addBulk = async (jobs: readonly unknown[]) => {
      counts.added += jobs.length;
    };
    remove = async (id: string) => {
      counts.now++;
      counts.most = Math.max(counts.most, counts.now);
      await setImmediate();
      counts.now--;
      counts.removed++;
      if (id.endsWith('7')) throw new Error('no');
      return 1;
    };
  }
  const store = { drop: async () => undefined, put: async () => undefined };
  const server = {
    bull: { Queue, QueueEvents: Connected },
    ...{ name: 'counting', options: {}, backend: undefined, marks: store, store, close: async () => undefined },
  };
  return { counts, server: server as unknown as Server };
}

describe('a coordinator', () => {
  it('takes thousands of jobs away, few at a time, also where some calls fail', async () => {
    const { counts, server } = countingServer();
    const coordinator = new Coordinator(server, () => undefined);
    const crew = {} as ClusterCrew;
    for (let i = 0; i < COUNT; i++) {
      const entry = {
        id: `job ${i}`,
        job: {},
        blobs: [],
        crews: new Set([crew]),
        lookedAt: undefined,
        isBusy: false,
        tries: 0,
      };
      coordinator.add(entry as unknown as Entry);
    }
    while (counts.added < COUNT) await setImmediate();
    await coordinator.end(crew);
    expect(counts.removed).toBe(COUNT);
    expect(counts.most).toBeLessThanOrEqual(64);
    expect(coordinator.entries.size).toBe(0);
    await coordinator.close();
  });
});
