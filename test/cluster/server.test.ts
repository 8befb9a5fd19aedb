/** A server that goes away: programs that connect then wait for it, and not for ever, and so do those that end. */
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { type ClusterServer, connectCluster, startClusterWorker } from '../../src/cluster/index.js';
import { openPool, type Pg } from '../../src/cluster/pool.js';
import { type Cluster, search } from '../../src/search/index.js';
import { describeOnServer, describeOnServers, sharedOut } from '../support/cluster/describe.js';
import { ServerProxy } from '../support/cluster/proxy.js';
import { withQueue } from '../support/cluster/queue.js';
import { bitsOf, endless, MANY, points, settings } from '../support/cluster/studies.js';
import { TestWorker } from '../support/cluster/workers.js';
import { repeats } from '../support/repeats.js';
import { until } from '../support/until.js';

const { inputs, targets } = points(100);

describeOnServers(
  'a server that hangs up once',
  (server, kind) => {
    describe.each([2, 3, 4])('on connection %i', (hangsUpOn) => {
      // Each kind of server has both, and each connection.
      it.each(sharedOut(kind, hangsUpOn % 2 === 0 ? ['worker', 'search'] : ['search', 'worker']))(
        'of a %s that starts',
        async (who) => {
          const few = settings(3, 2);
          const alone = await search({ ...few, workers: 1 }, inputs, targets);
          const proxied = await ServerProxy.to(server(), { hangsUpOn });
          const name = `${who}-${hangsUpOn}`;
          const worker = await TestWorker.start(who === 'worker' ? proxied.server : server(), name);
          const cluster = await connectCluster((who === 'search' ? proxied.server : server()).address, { name });
          try {
            expect(bitsOf(await search({ ...few, workers: cluster }, inputs, targets))).toEqual(bitsOf(alone));
          } finally {
            await cluster.close();
            await worker.kill();
            await proxied.close();
          }
        },
      );
    });
  },
  { concurrent: true },
);

const AWAY = ['gone', 'silent'] as const;

async function goesAway(proxy: ServerProxy, how: (typeof AWAY)[number]): Promise<void> {
  if (how === 'gone') await proxy.close();
  else proxy.silence();
}

describeOnServers(
  'a server that is away',
  (server, kind) => {
    // It trains for the five seconds that it has to finish.
    const trains = sharedOut(kind, ['silent', 'gone']);

    describe.each(AWAY)('%s', (how) => {
      it.each(trains.includes(how) ? ['idle', 'training'] : ['idle'])(
        'does not keep a worker that ends: %s',
        async (state) => {
          const name = `ends-${how}-${state}`;
          const proxy = await ServerProxy.to(server());
          const worker = await TestWorker.start(proxy.server, name);
          const cluster = await connectCluster(server().address, { name });
          const controller = new AbortController();
          if (state === 'training') {
            void search(
              { ...endless(4), workers: cluster, signal: controller.signal },
              MANY.inputs,
              MANY.targets,
            ).catch(() => undefined);
            await withQueue(server(), name, async (queue) => {
              await until(async () => (await queue.getJobCounts()).active === 1);
            });
          }
          await goesAway(proxy, how);
          expect(await worker.kill('SIGTERM')).toBe(0);
          controller.abort();
          await cluster.close();
          await proxy.close().catch(() => undefined);
        },
      );

      it('does not keep a search, nor a cluster that is closed', async () => {
        const proxy = await ServerProxy.to(server());
        const cluster = await connectCluster(proxy.server.address, { name: `closes-${how}` });
        const found = search({ ...endless(4), workers: cluster }, MANY.inputs, MANY.targets).catch(
          (error: unknown) => error,
        );
        await goesAway(proxy, how);
        await cluster.close();
        expect(await found).toMatchObject({ code: 'ERR_DISPOSED' });
        await proxy.close().catch(() => undefined);
      });
    });

    it.each([1, 2])('rejects when it falls silent on connection %i', async (silentFrom) => {
      // On PostgreSQL, one connection is enough to begin.
      if (silentFrom > 1 && server().kind === 'postgres') return;
      const connects = async (call: string, start: (address: ClusterServer) => Promise<unknown>): Promise<void> => {
        const proxy = await ServerProxy.to(server(), { silentFrom });
        await expect(start(proxy.server.address)).rejects.toMatchObject({
          code: 'ERR_IO',
          // The last is what pg-pool says where its own time runs out first.
          message: expect.stringMatching(
            `^${call}: .* does not answer: (no answer|timeout|Connection terminated due to connection timeout)`,
          ),
        });
        await proxy.close();
      };
      await Promise.all([
        connects('connectCluster', (address) => connectCluster(address, { name: 'silent' })),
        connects('startClusterWorker', (address) => startClusterWorker({ ...address, name: 'silent', concurrency: 1 })),
      ]);
    });

    it('does not keep a worker that is told to end while it starts', async () => {
      const proxy = await ServerProxy.to(server(), { silentFrom: 1 });
      const worker = TestWorker.launch(proxy.server, 'starts');
      await proxy.heard();
      expect(await worker.kill('SIGTERM')).toBe(0);
      await proxy.close();
    });
  },
  { concurrent: true },
);

describeOnServer('a PostgreSQL', 'postgres', (server) => {
  it('that cuts sessions at any moment ends no process', async () => {
    const [url = ''] = Object.values(server().address);
    const other = new pg.Client(url);
    await other.connect();
    let isOver = false;
    const cuts = async (): Promise<void> => {
      while (!isOver) {
        await other.query(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()',
        );
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    const cutting = cuts();
    for (let connect = 0; connect < repeats(10, 400); connect++) {
      const cluster = await connectCluster(server().address, { name: 'cut' }).catch((error: unknown) => error);
      if (cluster instanceof Error) expect(cluster).toMatchObject({ code: 'ERR_IO' });
      else await (cluster as Cluster).close();
    }
    isOver = true;
    await cutting;
    await other.end();
  });

  it('keeps the options of its address', async () => {
    const [url = ''] = Object.values(server().address);
    const { pool, end } = openPool(pg as unknown as Pg, `${url}?options=-c%20statement_timeout%3D4321`, 5000);
    const { rows } = await pool.query('SELECT current_setting($1) AS path, current_setting($2) AS timeout', [
      'search_path',
      'statement_timeout',
    ]);
    expect(rows).toEqual([{ path: 'wasmlp', timeout: '4321ms' }]);
    await end();
  });
});
