/** Programs that search for the same at the same time share jobs: none breaks what another waits for. */
import { expect, it } from 'vitest';
import { connectCluster } from '../../src/cluster/index.js';
import { type SearchSettings, search } from '../../src/search/index.js';
import { byTurns, describeOnServers } from '../support/cluster/describe.js';
import { bitsOf, points, settings } from '../support/cluster/studies.js';
import { TestWorker } from '../support/cluster/workers.js';
import { repeats } from '../support/repeats.js';

// Many enough that checkpoints lie beside the queue.
const { inputs, targets } = points(100);
/** Before these were mended, one of a hundred searches was rejected. */
const ROUNDS = repeats(2, 20);
const PROGRAMS = repeats(4, 6);
const given: SearchSettings = { ...settings(9, 9), halving: {} };

describeOnServers('programs with the same search', (server, kind) => {
  byTurns(kind)('have one study, again and again', async () => {
    const expected = JSON.stringify(bitsOf(await search({ ...given, workers: 1 }, inputs, targets)));
    const name = 'same';
    const workers = await Promise.all([1, 2].map(() => TestWorker.start(server(), name)));
    const program = async (): Promise<void> => {
      const cluster = await connectCluster(server().address, { name });
      for (let round = 0; round < ROUNDS; round++) {
        const study = await search({ ...given, workers: cluster }, inputs, targets);
        expect(JSON.stringify(bitsOf(study))).toBe(expected);
      }
      await cluster.close();
    };
    await Promise.all(Array.from({ length: PROGRAMS }, program));
    await Promise.all(workers.map((worker) => worker.kill()));
  });

  it('are rejected where they begin while their cluster closes', async () => {
    const cluster = await connectCluster(server().address, { name: 'closing' });
    const run = (seed: number) =>
      search({ ...given, seed, workers: cluster }, inputs, targets).catch(({ code }: { code: string }) => code);
    const before = run(1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const closed = cluster.close();
    const during: Promise<unknown>[] = [];
    for (let seed = 2; seed < 8; seed++) {
      during.push(run(seed));
      await new Promise((resolve) => setTimeout(resolve, seed % 2));
    }
    await Promise.all([closed, cluster.close()]);
    expect(await Promise.all([before, ...during])).toEqual(Array.from({ length: 7 }, () => 'ERR_DISPOSED'));
  });
});
