/** Cross-validation: the same as folds by hand, on one thread and on several. */
import { describe, expect, it, vi } from 'vitest';
import { Network } from '../../src/index.js';
import { crossValidate } from '../../src/search/index.js';
import { partsOf } from '../../src/search/split.js';
import { expectRefused } from '../support/refusals.js';
import { FLOWERS, irisNetwork, LABELS, SPECIES, WORKER_URL } from '../support/search/samples.js';

const OPTIONS = { ...irisNetwork(6), seed: 2 };
const CLASSES = Uint32Array.from(SPECIES, (name) => LABELS.indexOf(name));
const FIT = { epochs: 12, validation: 0.15, earlyStopping: { patience: 3 } };

describe('crossValidate', () => {
  it('trains and judges as a program does by hand, with scaling learned inside each fold', async () => {
    const { folds } = await crossValidate(OPTIONS, FLOWERS, SPECIES, { folds: 4, seed: 9, fit: FIT, workers: 1 });
    expect(folds.map(({ repeat, fold }) => [repeat, fold])).toEqual([0, 1, 2, 3].map((fold) => [0, fold]));
    for (const { fold, loss, accuracy, report, history } of folds) {
      const { training, heldOut } = partsOf({ kind: 'fold', folds: 4, fold, repeat: 0, seed: 9 }, 150, CLASSES);
      const network = await Network.create(OPTIONS);
      const pick = <T>(values: readonly T[], indexes: Uint32Array): T[] => Array.from(indexes, (i) => values[i] as T);
      const own = await network.fit(pick(FLOWERS, training), pick(SPECIES, training), FIT);
      const [inputs, targets] = [pick(FLOWERS, heldOut), pick(SPECIES, heldOut)];
      expect({ loss, accuracy }).toEqual(network.evaluate(inputs, targets));
      expect(report).toEqual(network.report(inputs, targets));
      expect(history.epochs.map((epoch) => epoch.loss)).toEqual(own.epochs.map((epoch) => epoch.loss));
      expect([history.bestEpoch, history.stopped]).toEqual([own.bestEpoch, own.stopped]);
    }
  });

  it('gives the same bits for any number of workers, and other folds in each repeat', async () => {
    const settings = { folds: 3, repeats: 2, fit: { epochs: 4 }, workerUrl: WORKER_URL };
    const { seed: _, ...seedless } = OPTIONS;
    const [one, three] = [
      await crossValidate(seedless, FLOWERS, SPECIES, { ...settings, workers: 1 }),
      await crossValidate(seedless, FLOWERS, SPECIES, { ...settings, workers: 3 }),
    ];
    const timeless = (came: typeof one) =>
      came.folds.map(({ history, ...fold }) => ({ ...fold, losses: history.epochs.map(({ loss }) => loss) }));
    expect(timeless(three)).toEqual(timeless(one));
    expect([three.mean, three.deviation]).toEqual([one.mean, one.deviation]);
    expect(new Set(one.folds.map(({ loss }) => loss)).size).toBe(6);
    expect(String(three)).toBe(String(one));
  });

  it('gives them with plain gradient descent too, for which threads may have kernels of their own', async () => {
    const options = { inputs: 4, layers: [{ units: 5 }, { units: 3, activation: 'softmax' as const }], labels: LABELS };
    const settings = { folds: 3, fit: { epochs: 4 }, workerUrl: WORKER_URL };
    const [one, two] = [
      await crossValidate(options, FLOWERS, SPECIES, { ...settings, workers: 1 }),
      await crossValidate(options, FLOWERS, SPECIES, { ...settings, workers: 2 }),
    ];
    expect(two.mean).toEqual(one.mean);
  });

  it('sums up its folds, and shows them in a table', async () => {
    const result = await crossValidate(OPTIONS, FLOWERS, SPECIES, { folds: 3, fit: { epochs: 4 }, workers: 1 });
    const losses = result.folds.map(({ loss }) => loss);
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / 3;
    expect(result.mean.loss).toBeCloseTo(mean, 12);
    expect(result.deviation.loss).toBeCloseTo(
      Math.sqrt(losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / 3),
      12,
    );
    const lines = String(result).split('\n');
    expect(lines.slice(0, 7).map((line) => line.split(' ')[0])).toEqual([
      'fold',
      '0',
      '1',
      '2',
      'mean',
      'deviation',
      'baseline',
    ]);
    for (const line of lines.slice(0, 7)) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines[6]).toMatch(/^baseline +0\.34$/);
  });

  it('shows numbers as reports do, beside the baseline, and says that the loss is of scaled targets', async () => {
    const inputs = FLOWERS.map((row) => row.slice(1));
    const targets = FLOWERS.map((row) => 1e5 * (row[0] as number));
    const layers = [{ units: 1, activation: 'linear' as const }];
    const options = { inputs: 3, layers, normalize: 'standard' as const, seed: 1 };
    const settings = { folds: 3, fit: { epochs: 4 }, workers: 1 };
    const result = await crossValidate({ ...options, normalizeTargets: 'standard' }, inputs, targets, settings);
    const lines = String(result).split('\n');
    expect(lines[0]?.split(/ +/)).toEqual(['fold', 'loss', 'r2', 'rmse', 'mae']);
    const [fold] = result.folds;
    const shown = (value: number | undefined): string => `${Number(value?.toPrecision(4))}`;
    const { rmse, mae, r2, baseline } =
      fold?.report.kind === 'numbers' ? (fold.report.outputs[0] as never) : ({} as never);
    expect(lines[1]?.split(/ +/).slice(1)).toEqual([fold?.loss, r2, rmse, mae].map(shown));
    expect(shown(rmse)).toMatch(/^\d+$/);
    expect(shown((baseline as { rmse: number }).rmse)).toMatch(/^\d+$/);
    expect(lines[6]).toMatch(/^baseline +\d+ +\d+$/);
    expect(lines[7]).toBe('The loss is of scaled targets, the other figures are of the targets themselves.');
    const layer = { units: 1, activation: 'linear' as const };
    expect(String(await crossValidate({ ...options, layers: [layer] }, inputs, targets, settings))).not.toMatch(
      /scaled targets/,
    );
  });

  it('takes rows of a table, with or without targets of their own', async () => {
    const rows = FLOWERS.map(([a, b, c, d], i) => ({ a, b, c, d: String(d), species: SPECIES[i] as string }));
    const columns = {
      a: 'number',
      b: 'number',
      c: 'number',
      d: { type: 'category', values: [...new Set(rows.map((row) => row.d))] },
    } as const;
    const { inputs: _, normalize: __, ...options } = OPTIONS;
    const table = { ...options, inputs: columns, target: 'species' } as never;
    const settings = { folds: 3, fit: { epochs: 4 }, workerUrl: WORKER_URL };
    const one = await crossValidate(table, rows, { ...settings, workers: 1 });
    const two = await crossValidate(table, rows, undefined, { ...settings, workers: 2 });
    expect(two.folds.map(({ loss }) => loss)).toEqual(one.folds.map(({ loss }) => loss));
    expect(one.mean.accuracy).toBeGreaterThan(0.3);
  });

  it('reports its progress, and rejects when it is aborted', async () => {
    const onProgress = vi.fn();
    const settings = { folds: 3, fit: { epochs: 1 }, workers: 1 } as const;
    await crossValidate(OPTIONS, FLOWERS, SPECIES, { ...settings, onProgress });
    expect(onProgress.mock.calls.map(([{ finished, total }]) => [finished, total])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    for (const workers of [1, 2]) {
      const controller = new AbortController();
      const running = crossValidate(OPTIONS, FLOWERS, SPECIES, {
        folds: 5,
        fit: { epochs: 1e7 },
        workers,
        workerUrl: WORKER_URL,
        signal: controller.signal,
      });
      setImmediate(() => controller.abort('enough'));
      await expect(running).rejects.toBe('enough');
    }
  });

  it('refuses wrong settings and samples before it trains', async () => {
    await expectRefused(
      () => crossValidate(null as never, FLOWERS, SPECIES),
      'ERR_INVALID_TYPE',
      /^crossValidate: options is null, expected the options of a network\.$/,
    );
    await expectRefused(
      () => crossValidate({ ...OPTIONS, seed: Symbol('seed') as never }, FLOWERS, SPECIES),
      'ERR_INVALID_OPTION',
      /^crossValidate: options cannot go to other threads: .* cloned\. Give plain data\.$/,
    );
    const call = (settings: object, targets: unknown = SPECIES) =>
      crossValidate(OPTIONS, FLOWERS, targets as string[], { workers: 1, ...settings });
    await expectRefused(() => call({ folds: 1 }), 'ERR_INVALID_OPTION', /^crossValidate: folds is 1/);
    await expectRefused(() => call({ folds: 151 }), 'ERR_INVALID_OPTION', /folds is 151, expected at most 150/);
    await expectRefused(() => call({ fold: 3 }), 'ERR_INVALID_OPTION', /"?fold"?/);
    await expectRefused(() => call({ workers: 0 }), 'ERR_INVALID_OPTION', /workers is 0/);
    await expectRefused(() => call({ workers: 'all' }), 'ERR_INVALID_TYPE', /workers is "all", expected a whole/);
    await expectRefused(() => call({ workers: { close() {} } }), 'ERR_INVALID_TYPE', /workers is no cluster/);
    const onEpoch =
      /fit\.onEpoch cannot go to other threads\. The result has the epochs of each fold: folds\[0\]\.history/;
    await expectRefused(() => call({ fit: { onEpoch() {} } }), 'ERR_INVALID_OPTION', onEpoch);
    await expectRefused(
      () => call({ fit: { onProgress() {} } }),
      'ERR_INVALID_OPTION',
      /Use onProgress of the settings/,
    );
    const schedule = { fit: { learningRate: () => 1 } };
    await expectRefused(
      () => call(schedule),
      'ERR_INVALID_OPTION',
      /fit cannot go to other threads.*Leave functions out/,
    );
    await expectRefused(() => call({}, SPECIES.slice(1)), 'ERR_SHAPE', /^crossValidate: targets/);
    const wrong = call({ fit: { epochs: 0 } });
    await expectRefused(() => wrong, 'ERR_INVALID_OPTION', /^crossValidate: fold \d: fit: epochs is 0/);
  });

  it('has the same bits of a plain network on this thread as in workers, which take its kernels', async () => {
    const inputs = Float32Array.from({ length: 160 }, (_, i) => Math.sin(i * i));
    const targets = Uint8Array.from({ length: 80 }, (_, i) => i % 2);
    const plain = { inputs: 2, layers: [{ units: 6 }, { units: 1 }] };
    const settings = { folds: 4, fit: { epochs: 5 }, workerUrl: WORKER_URL };
    const [one, two] = await Promise.all(
      [1, 2].map((workers) => crossValidate(plain, inputs, targets, { ...settings, workers })),
    );
    expect(two?.mean).toEqual(one?.mean);
  });
});
