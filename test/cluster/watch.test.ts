/** What a search on a cluster tells of while it waits: workers that are not there, a server that does not answer, and their return. */
import { expect, it } from 'vitest';
import { connectCluster, startClusterWorker } from '../../src/cluster/index.js';
import { search } from '../../src/search/index.js';
import { describeOnServer, describeOnServers } from '../support/cluster/describe.js';
import { withQueue } from '../support/cluster/queue.js';
import { PASSWORD } from '../support/cluster/servers.js';
import { points, settings } from '../support/cluster/studies.js';
import { TestWorker } from '../support/cluster/workers.js';

const { inputs, targets } = points(100);

it('onMessage is a function', async () => {
  const wrong = { name: 'a', onMessage: 'print' as never };
  await expect(connectCluster({ redis: 'redis://127.0.0.1:1' }, wrong)).rejects.toMatchObject({
    code: 'ERR_INVALID_TYPE',
    message: 'connectCluster: onMessage is "print", expected a function.',
  });
});

describeOnServers('a search without workers', (server) => {
  it('says once that it waits for them, and how to start one; and when they train', async () => {
    const said: string[] = [];
    const name = 'lonely';
    const cluster = await connectCluster(server().address, { name, onMessage: (message) => said.push(message) });
    const found = search({ ...settings(6, 2), workers: cluster }, inputs, targets);
    await expect.poll(() => said.length).toBe(1);
    const { kind, port } = server();
    const shown = kind === 'redis' ? `redis://127.0.0.1:${port}` : `postgres://127.0.0.1:${port}/postgres`;
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
});

describeOnServer('a listener that throws', 'redis', (server) => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('mine');
      },
    ],
    ['rejects', async () => Promise.reject(new Error('mine'))],
  ])('rejects the search, as its other functions do: %s', async (_, onMessage) => {
    const cluster = await connectCluster(server().address, { name: 'throws', onMessage });
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
      await expect.poll(async () => (await queue.getJob('wrong'))?.failedReason).toMatch(/^ERR_UNSUPPORTED/);
    });
    await expect(worker.close({ graceSeconds: 'x' as never })).rejects.toMatchObject({ code: 'ERR_INVALID_TYPE' });
    await expect(worker.close({ graceSeconds: Number.NaN })).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION' });
    await worker.close();
  });
});

describeOnServer('a server that does not answer', 'redis', (server) => {
  it('is told of once, and its return', async () => {
    const said: string[] = [];
    const name = 'silent';
    const cluster = await connectCluster(server().address, { name, onMessage: (message) => said.push(message) });
    const worker = await TestWorker.start(server(), name);
    const controller = new AbortController();
    const long = { ...settings(4, 1_000_000), workers: cluster, signal: controller.signal };
    const found = search(long, inputs, targets).catch(() => undefined);
    const { port, pid } = server();
    process.kill(pid, 'SIGSTOP');
    await expect.poll(() => said.length).toBe(1);
    process.kill(pid, 'SIGCONT');
    await expect.poll(() => said.length).toBeGreaterThan(1);
    const shown = `redis://127.0.0.1:${port}`;
    expect(said.slice(0, 2)).toEqual([`${shown} does not answer. The search waits for it.`, `${shown} answers again.`]);
    controller.abort();
    await found;
    await cluster.close();
    await worker.kill();
  });
});
