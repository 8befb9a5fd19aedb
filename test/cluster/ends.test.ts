/** Ends: searches that are aborted, workers that are told to end, versions that do not fit, jobs that are lost. */
import { expect, it } from 'vitest';
import { IN_FLIGHT } from '../../src/cluster/crew.js';
import { connectCluster, startClusterWorker } from '../../src/cluster/index.js';
import { type SearchSettings, search } from '../../src/search/index.js';
import { byTurns, describeOnServers, sharedOut } from '../support/cluster/describe.js';
import { type Counted, withQueue } from '../support/cluster/queue.js';
import { PASSWORD } from '../support/cluster/servers.js';
import { bitsOf, endless, MANY, points, settings } from '../support/cluster/studies.js';
import { TestWorker, withWorkers } from '../support/cluster/workers.js';
import { repeats } from '../support/repeats.js';

const { inputs, targets } = points(100);
const alone = (given: SearchSettings) => search({ ...given, workers: 1 }, inputs, targets);

const jobsIn = async (queue: Counted): Promise<number> =>
  Object.values(await queue.getJobCounts()).reduce((sum, count) => sum + count, 0);

describeOnServers('a search', (server, kind) => {
  const inTurn = byTurns(kind);

  inTurn('that is aborted takes its jobs away, and workers drop what they train for it', async () => {
    const cluster = await connectCluster(server().address, { name: 'abort' });
    await withQueue(server(), 'abort', async (queue) => {
      const worker = await TestWorker.start(server(), 'abort');
      const controller = new AbortController();
      const found = search({ ...endless(40), workers: cluster, signal: controller.signal }, MANY.inputs, MANY.targets);
      await expect.poll(async () => (await queue.getJobCounts()).active).toBe(1);
      controller.abort(new Error('enough'));
      await expect(found).rejects.toThrow('enough');
      // The one that is trained ends too, as failed.
      await expect.poll(async () => (await queue.getJobCounts()).failed).toBe(1);
      expect(await jobsIn(queue)).toBe(1);
      await worker.kill();
      // The same search again: it is not taken for an outcome.
      const short = settings(8, 3);
      await withWorkers(server(), 'abort', 1, async () => {
        expect(bitsOf(await search({ ...short, workers: cluster }, inputs, targets))).toEqual(
          bitsOf(await alone(short)),
        );
      });
    });
    await cluster.close();
  });

  inTurn('that is aborted takes thousands of waiting jobs away', async () => {
    const cluster = await connectCluster(server().address, { name: 'many' });
    await withQueue(server(), 'many', async (queue) => {
      const controller = new AbortController();
      const found = search(
        { ...settings(repeats(5_000, 10_000), 1), workers: cluster, signal: controller.signal },
        inputs,
        targets,
      );
      await expect.poll(() => jobsIn(queue)).toBe(IN_FLIGHT);
      controller.abort(new Error('enough'));
      await expect(found).rejects.toThrow('enough');
      // A busy server takes longer for so many than the five seconds that a cluster which closes waits for it.
      await expect.poll(() => jobsIn(queue)).toBe(0);
      await cluster.close();
      expect(await jobsIn(queue)).toBe(0);
    });
  });

  inTurn('leaves nothing in the queue', async () => {
    const cluster = await connectCluster(server().address, { name: 'clean' });
    await withWorkers(server(), 'clean', 2, async () => {
      await search({ ...settings(20, 3), halving: {}, workers: cluster }, inputs, targets);
      await cluster.close();
      await withQueue(server(), 'clean', async (queue) => {
        await expect.poll(() => jobsIn(queue)).toBe(0);
      });
    });
    await expect(search({ ...settings(2, 2), workers: cluster }, inputs, targets)).rejects.toMatchObject({
      code: 'ERR_DISPOSED',
    });
  });

  inTurn('puts jobs there again that the server lost', async () => {
    const cluster = await connectCluster(server().address, { name: 'lost' });
    const given = settings(12, 3);
    await withQueue(server(), 'lost', async (queue) => {
      const found = search({ ...given, workers: cluster }, inputs, targets);
      await expect.poll(() => jobsIn(queue)).toBeGreaterThan(0);
      await queue.obliterate({ force: true });
      await withWorkers(server(), 'lost', 1, async () => {
        expect(bitsOf(await found)).toEqual(bitsOf(await alone(given)));
      });
    });
    await cluster.close();
  });

  inTurn('rejects where workers are of another version, and says both', async () => {
    const cluster = await connectCluster(server().address, { name: 'versions' });
    await withQueue(server(), 'versions', async (queue) => {
      const found = search({ ...settings(1, 2), workers: cluster }, inputs, targets).catch((error: unknown) => error);
      await expect.poll(() => jobsIn(queue)).toBe(1);
      const [job] = await queue.getJobs(['waiting']);
      const { id, data } = job as { id: string; data: object };
      // As a worker of another version sees it.
      await queue.remove(id);
      const kept = { age: 999 };
      const opts = { jobId: id, attempts: 1, removeOnComplete: kept, removeOnFail: kept };
      await queue.addBulk([{ name: 'train', data: { ...data, version: '9.8.7' }, opts }]);
      await withWorkers(server(), 'versions', 1, async () => {
        expect(await found).toMatchObject({
          code: 'ERR_UNSUPPORTED',
          message: expect.stringMatching(
            /this worker is wasmlp [\d.]+ \(protocol 3\), and the search is wasmlp 9\.8\.7/,
          ),
        });
      });
    });
    await cluster.close();
  });
});

describeOnServers('a worker', (server, kind) => {
  // It trains for the five seconds that it has to finish.
  it.each(sharedOut<NodeJS.Signals>(kind, ['SIGTERM', 'SIGINT']))(
    'ends with 0 at %s, and gives back what it cannot finish',
    async (signal) => {
      const name = `gives-back-${signal}`;
      const cluster = await connectCluster(server().address, { name });
      await withQueue(server(), name, async (queue) => {
        const worker = await TestWorker.start(server(), name, '--lock-seconds', '30');
        const controller = new AbortController();
        const found = search({ ...endless(1), workers: cluster, signal: controller.signal }, MANY.inputs, MANY.targets);
        await expect.poll(async () => (await queue.getJobCounts()).active).toBe(1);
        expect(await worker.kill(signal)).toBe(0);
        expect(await queue.getJobCounts()).toMatchObject({ active: 0, waiting: 1, failed: 0 });
        expect(worker.said).not.toContain(PASSWORD);
        controller.abort(new Error('enough'));
        await expect(found).rejects.toThrow('enough');
      });
      await cluster.close();
    },
  );

  it('starts and ends in a program of its own, and says nothing', async () => {
    const messages: string[] = [];
    const name = 'own';
    const worker = await startClusterWorker({
      ...server().address,
      name,
      concurrency: 2,
      onMessage: (text) => messages.push(text),
    });
    await worker.close();
    expect(messages).toEqual([]);
  });
});
