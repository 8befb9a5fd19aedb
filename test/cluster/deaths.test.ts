/** A training that kills its workers fails in the end, and the others go on. Wrong passwords are told without them. */
import { expect, it } from 'vitest';
import { connectCluster } from '../../src/cluster/index.js';
import { search } from '../../src/search/index.js';
import { wasmlp } from '../support/cli/run.js';
import { connected } from '../support/cluster/connected.js';
import { byTurns, describeOnServers } from '../support/cluster/describe.js';
import { PASSWORD } from '../support/cluster/servers.js';
import { points, settings } from '../support/cluster/studies.js';
import { TestWorker } from '../support/cluster/workers.js';
import { temporaryFolder } from '../support/folder.js';
import { until } from '../support/until.js';

const folder = temporaryFolder();

interface Events {
  on(event: 'active', listener: () => void): void;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
}

describeOnServers(
  'deaths',
  (server, kind) => {
    byTurns(kind)('five in one training that gets no further are its failure', async () => {
      const cluster = await connectCluster(server().address, { name: 'deaths' });
      const opened = await connected(server(), 'deaths');
      const events = new opened.bull.QueueEvents('deaths', opened.options, opened.backend) as unknown as Events;
      await events.waitUntilReady();
      let begun = 0;
      events.on('active', () => begun++);
      // One epoch takes longer than all of the test: there is no checkpoint.
      const layers = [{ units: 2048 }, { units: 2048 }, { units: 1, activation: 'sigmoid' as const }];
      const endless = { ...settings(1, 0), network: () => ({ inputs: 2, layers }), fit: { epochs: 1, batchSize: 1 } };
      const many = points(20_000);
      const labels = Uint8Array.from(many.targets, (kind) => Number(kind === 'inside'));
      const found = search({ ...endless, workers: cluster }, many.inputs, labels).catch((error: unknown) => error);
      for (let death = 1; death <= 5; death++) {
        const worker = await TestWorker.start(server(), 'deaths');
        await until(() => begun === death);
        await worker.kill();
      }
      const last = await TestWorker.start(server(), 'deaths');
      expect(await found).toMatchObject({
        code: 'ERR_WORKER_DIED',
        message: expect.stringContaining('5 workers died while they trained this'),
      });
      await last.kill();
      await events.close();
      await opened.close();
      await cluster.close();
    });

    it('a wrong password ends the command, and is in no message', async () => {
      const address = JSON.stringify(server().address).replace(encodeURIComponent(PASSWORD), 'wrong-s3cret');
      const [url] = Object.values(JSON.parse(address)) as [string];
      const { code, out, err } = await wasmlp({ folder }, 'worker', `--${kind}`, url, '--name', 'a');
      expect([code, out]).toEqual([1, '']);
      expect(err).toMatch(/^wasmlp worker: ERR_IO: \w+:\/\/127\.0\.0\.1:\d+\S* does not answer: .*\n$/);
      expect(err).not.toContain('s3cret');
      const failed = await connectCluster({ [kind]: url } as { redis: string }, { name: 'a' }).catch(
        (error: unknown) => error,
      );
      expect(failed).toMatchObject({ code: 'ERR_IO' });
      expect(`${(failed as Error).stack}${JSON.stringify(failed)}${String((failed as Error).cause)}`).not.toContain(
        's3cret',
      );
    });
  },
  { concurrent: true },
);
