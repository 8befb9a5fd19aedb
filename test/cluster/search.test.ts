/** A search by the workers of a cluster gives the study of one thread, to the bit. */
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type Cluster, connectCluster } from '../../src/cluster/index.js';
import type { NetworkOptions } from '../../src/index.js';
import { crossValidate, type SearchSettings, type Study, search } from '../../src/search/index.js';
import { byTurns, describeOnServers } from '../support/cluster/describe.js';
import { bitsOf, points, settings } from '../support/cluster/studies.js';
import { TestWorker, withWorkers } from '../support/cluster/workers.js';
import { temporaryFolder } from '../support/folder.js';
import { repeats } from '../support/repeats.js';
import { rowsOfTopics, TOPICS, titlesOf } from '../support/search/sparse-topics.js';

const { inputs, targets } = points(80);
const run = (given: SearchSettings, workers: number | Cluster): Promise<Study> =>
  search({ ...given, workers }, inputs, targets);

const folder = temporaryFolder();
const WORDS = 1500;

function ofWords(width: number, units = 5): NetworkOptions {
  const layers: NetworkOptions['layers'] = [{ units }, { units: TOPICS, activation: 'softmax' }];
  return { inputs: width, layers, optimizer: { type: 'sgd', learningRate: 0.2 }, seed: 2 };
}

describeOnServers(
  'a search',
  (server, kind) => {
    const inTurn = byTurns(kind);

    it('gives the study of one thread, with folds, with halving, and of rows', async () => {
      const cluster = await connectCluster(server().address, { name: 'bits' });
      try {
        await withWorkers(server(), 'bits', 2, async () => {
          const plain = settings(24, 8);
          expect(bitsOf(await run(plain, cluster))).toEqual(bitsOf(await run(plain, 1)));
          const folds: SearchSettings = { ...settings(6, 4), validation: { folds: 3 }, score: 'accuracy' };
          expect(bitsOf(await run(folds, cluster))).toEqual(bitsOf(await run(folds, 1)));
          const halving: SearchSettings = { ...settings(9, 9), halving: {} };
          expect(bitsOf(await run(halving, cluster))).toEqual(bitsOf(await run(halving, 1)));

          const rows = targets.map((kind, i) => ({ x: inputs[2 * i], y: inputs[2 * i + 1], when: new Date(i), kind }));
          const options: NetworkOptions = {
            inputs: { x: 'number', y: 'number' },
            target: 'kind',
            labels: ['inside', 'outside'],
            layers: [{ units: 6 }, { units: 1, activation: 'sigmoid' }],
          };
          const validated = await crossValidate(options, rows, { folds: 4, fit: { epochs: 5 }, workers: cluster });
          const alone = await crossValidate(options, rows, { folds: 4, fit: { epochs: 5 }, workers: 1 });
          expect(validated.mean).toEqual(alone.mean);
          expect(validated.folds.map(({ report }) => report)).toEqual(alone.folds.map(({ report }) => report));
        });
      } finally {
        await cluster.close();
      }
    });

    inTurn('gives it of sparse rows too, long or short, that judge and validate, and of titles', async () => {
      const cluster = await connectCluster(server().address, { name: 'sparse' });
      try {
        await withWorkers(server(), 'sparse', 2, async () => {
          const kinds = [
            [20, false],
            [400, true],
            [400, false],
          ] as const;
          for (const [count, ones] of kinds.slice(0, repeats(2, 3))) {
            const { rows, classes } = rowsOfTopics(count, WORDS, ones);
            const answers = {
              starts: Uint32Array.from({ length: count + 1 }, (_, i) => i),
              columns: Uint32Array.from(classes),
            };
            const validated = (workers: number | Cluster) =>
              crossValidate(ofWords(WORDS), rows, answers, { folds: 3, fit: { epochs: 3 }, workers });
            expect((await validated(cluster)).mean).toEqual((await validated(1)).mean);
            const given = (workers: number | Cluster): SearchSettings => ({
              network: (trial) => ofWords(WORDS, trial.integer('units', 2, 9)),
              fit: { epochs: 9, validation: { inputs: rows, targets: classes } },
              trials: 6,
              halving: {},
              workers,
            });
            expect(bitsOf(await search(given(cluster), rows, classes))).toEqual(
              bitsOf(await search(given(1), rows, classes)),
            );
          }
          const { rows, classes } = rowsOfTopics(100, WORDS, true);
          const titles = titlesOf(rows).map((title, i) => ({ title, size: i % 7 === 0 ? null : i, topic: classes[i] }));
          const columns = {
            title: { type: 'words', values: Array.from({ length: WORDS }, (_, i) => `word${i}`), missing: true },
            size: { type: 'number', missing: true },
          } as const;
          const table = { ...ofWords(WORDS), inputs: columns, target: 'topic', normalize: 'standard' } as const;
          const ofTable = (workers: number | Cluster) =>
            crossValidate(table, titles, { folds: 3, fit: { epochs: 3 }, workers });
          expect((await ofTable(cluster)).mean).toEqual((await ofTable(1)).mean);
        });
      } finally {
        await cluster.close();
      }
    });

    inTurn('has the same failed trials, whatever is wrong with their options', async () => {
      const cluster = await connectCluster(server().address, { name: 'failed' });
      const { network, ...others } = settings(4, 2);
      const odd = (options: object, fit: object = {}): SearchSettings => ({
        ...others,
        network: (trial) => ({ ...network(trial), ...(trial.number === 1 && options) }),
        fit: ({ number }) => ({ epochs: 2, ...(number === 1 && fit) }),
      });
      const searches: readonly SearchSettings[] = [
        odd({ labels: new Set(['a', 'b']) }),
        odd({ seed: 10n ** 1200n }),
        odd(JSON.parse('{"__proto__":5}')),
        odd({}, { threads: 2 }),
        odd({}, { validation: new Map() }),
        { ...settings(2, 2), validation: { last: 500 } },
      ];
      const outcome = (given: SearchSettings, workers: number | Cluster): Promise<unknown> =>
        run(given, workers).then(bitsOf, ({ code, message }: { code: string; message: string }) => ({ code, message }));
      await withWorkers(server(), 'failed', 1, async () => {
        for (const given of searches) expect(await outcome(given, cluster)).toEqual(await outcome(given, 1));
      });
      await cluster.close();
    });

    inTurn('says that its folder is not that of its workers', async () => {
      const cluster = await connectCluster(server().address, { name: 'folders', folder });
      const worker = await TestWorker.start(server(), 'folders', '--folder', `${folder}/other`);
      const large = points(2000);
      const found = search({ ...settings(2, 2), workers: cluster }, large.inputs, large.targets);
      await expect(found).rejects.toMatchObject({
        code: 'ERR_UNSUPPORTED',
        message: expect.stringMatching(
          /^search: workers do not have the folder of the search, or not the same.*--folder/,
        ),
      });
      await worker.kill();
      await cluster.close();
    });

    inTurn('has its samples in a folder that machines share', async () => {
      const cluster = await connectCluster(server().address, { name: 'folder', folder });
      const without = await TestWorker.start(server(), 'folder');
      const given: SearchSettings = { ...settings(9, 9), halving: {} };
      const large = points(2000);
      const found = search({ ...given, workers: cluster }, large.inputs, large.targets);
      await expect(found).rejects.toMatchObject({
        code: 'ERR_UNSUPPORTED',
        message: expect.stringContaining('--folder'),
      });
      await without.kill();
      const worker = await TestWorker.start(server(), 'folder', '--folder', folder);
      const study = await search({ ...given, workers: cluster }, large.inputs, large.targets);
      expect(bitsOf(study)).toEqual(bitsOf(await search({ ...given, workers: 1 }, large.inputs, large.targets)));
      await worker.kill();
      await cluster.close();
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
      expect(files).not.toEqual([]);
    });
  },
  { concurrent: true },
);
