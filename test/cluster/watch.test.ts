/** What a search on a cluster tells of while it waits: workers that are not there, a server that does not answer, and their return. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectCluster, startClusterWorker } from '../../src/cluster/index.js';
import type { Server } from '../../src/cluster/server.js';
import { Watch } from '../../src/cluster/watch.js';
import { search } from '../../src/search/index.js';
import { describeOnServer, describeOnServers } from '../support/cluster/describe.js';
import { withQueue } from '../support/cluster/queue.js';
import { PASSWORD } from '../support/cluster/servers.js';
import { endless, MANY, points, settings } from '../support/cluster/studies.js';
import { TestWorker } from '../support/cluster/workers.js';
import { until } from '../support/until.js';

const { inputs, targets } = points(100);

it('onMessage is a function', async () => {
  const wrong = { name: 'a', onMessage: 'print' as never };
  await expect(connectCluster({ redis: 'redis://127.0.0.1:1' }, wrong)).rejects.toMatchObject({
    code: 'ERR_INVALID_TYPE',
    message: 'connectCluster: onMessage is "print", expected a function.',
  });
});

describe('a connection that breaks', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('lets the server be asked at once: an outage is told of after the time that it may take to answer', async () => {
    vi.useFakeTimers();
    const waiting: ((counts: object) => void)[] = [];
    let isThere = false;
    const asked = vi.fn(() =>
      isThere ? Promise.resolve({ active: 1 }) : new Promise<object>((resolve) => waiting.push(resolve)),
    );
    class Queue {
      readonly getJobCounts = asked;
      on(): void {}
      async close(): Promise<void> {}
    }
    const server = { bull: { Queue }, name: 'a', address: { kind: 'redis', shown: 'redis://b' } } as unknown as Server;
    const said: string[] = [];
    const watch = new Watch(server, (message) => said.push(message));
    watch.hear();
    expect(asked).not.toHaveBeenCalled();
    const crew = { size: 1, run: () => new Promise<never>(() => undefined), end: () => undefined };
    const watched = await watch.over(Promise.resolve(crew));
    watch.hear();
    // It comes again with each try to connect.
    watch.hear();
    expect(asked).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(4000);
    expect(said).toEqual(['redis://b does not answer. The search waits for it.']);
    isThere = true;
    for (const answer of waiting) answer({ active: 1 });
    await vi.advanceTimersByTimeAsync(2500);
    expect(said.slice(1)).toEqual(['redis://b answers again.']);
    await watched.end();
    await watch.close();
  });
});

describeOnServers(
  'a search without workers',
  (server) => {
    it('says once that it waits for them, and how to start one; and when they train', async () => {
      const said: string[] = [];
      const name = 'lonely';
      const cluster = await connectCluster(server().address, { name, onMessage: (message) => said.push(message) });
      const found = search({ ...settings(6, 2), workers: cluster }, inputs, targets);
      await until(() => said.length === 1);
      const { kind, port, address } = server();
      const { pathname } = new URL(Object.values(address)[0] as string);
      const shown = `${kind}://127.0.0.1:${port}${pathname}`;
      expect(said).toEqual([
        `The search waits for workers. On each machine that shall train, start one: npx wasmlp worker --${kind} ${shown} --name ${name}`,
      ]);
      const worker = await TestWorker.start(server(), name);
      await found;
      expect(said.slice(1)).toEqual(['Workers train.']);
      expect(said.join()).not.toContain(PASSWORD);
      await cluster.close();
      await worker.kill();
    });
  },
  { concurrent: true },
);

describeOnServer(
  'a listener that throws',
  'redis',
  (server) => {
    it.each([
      [
        'throws',
        () => {
          throw new Error('mine');
        },
      ],
      ['rejects', async () => Promise.reject(new Error('mine'))],
    ])('rejects the search, as its other functions do: %s', async (name, onMessage) => {
      const cluster = await connectCluster(server().address, { name, onMessage });
      await expect(search({ ...settings(6, 2), workers: cluster }, inputs, targets)).rejects.toThrow('mine');
      await cluster.close();
    });

    it('of a worker changes nothing', async () => {
      const name = 'worker-throws';
      const onMessage = (): never => {
        throw new Error('mine');
      };
      const worker = await startClusterWorker({ ...server().address, name, concurrency: 1, onMessage });
      await withQueue(server(), name, async (queue) => {
        const opts = { jobId: 'wrong', attempts: 1, removeOnComplete: { age: 999 }, removeOnFail: { age: 999 } };
        await queue.addBulk([{ name: 'train', data: {}, opts }]);
        await until(async () => /^ERR_UNSUPPORTED/.test((await queue.getJob('wrong'))?.failedReason ?? ''));
      });
      await expect(worker.close({ graceSeconds: 'x' as never })).rejects.toMatchObject({ code: 'ERR_INVALID_TYPE' });
      await expect(worker.close({ graceSeconds: Number.NaN })).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION' });
      await worker.close();
    });
  },
  { concurrent: true },
);

describeOnServer(
  'a server that does not answer',
  'redis',
  (server) => {
    it('is told of once, and its return', async () => {
      const said: string[] = [];
      const name = 'silent';
      const cluster = await connectCluster(server().address, { name, onMessage: (message) => said.push(message) });
      const worker = await TestWorker.start(server(), name);
      const controller = new AbortController();
      const long = { ...endless(4), workers: cluster, signal: controller.signal };
      const found = search(long, MANY.inputs, MANY.targets).catch(() => undefined);
      const { port, pid } = server();
      process.kill(pid, 'SIGSTOP');
      await until(() => said.length === 1);
      process.kill(pid, 'SIGCONT');
      await until(() => said.length > 1);
      const shown = `redis://127.0.0.1:${port}`;
      expect(said.slice(0, 2)).toEqual([
        `${shown} does not answer. The search waits for it.`,
        `${shown} answers again.`,
      ]);
      controller.abort();
      await found;
      await cluster.close();
      await worker.kill();
    });
  },
  { concurrent: true },
);
