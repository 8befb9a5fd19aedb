/** Sparse rows in all calls that take samples: streams, slices, memory; and networks that have them written out. */
import { describe, expect, it } from 'vitest';
import { SparseValues } from '../../src/data/sparse-values.js';
import type { EngineSamples } from '../../src/engine/engine.js';
import { Network, type NetworkOptions } from '../../src/index.js';
import { resolveNetwork } from '../../src/options/network.js';
import { engineOf } from '../support/engine/workbench.js';
import { digestOf, ENGINES, parametersOf } from '../support/networks.js';
import { expectRefused } from '../support/refusals.js';
import { SeededRandom } from '../support/seeded.js';
import { randomSparse, sparseRowsAt, writtenOut } from '../support/sparse.js';

const WIDTH = 3000;
const COUNT = 100;
const random = new SeededRandom('sparse calls');
const rows = randomSparse(random, COUNT, WIDTH, 9);
const classes = Uint8Array.from({ length: COUNT }, () => random.integer(0, 2));
const OPTIONS = {
  inputs: WIDTH,
  layers: [
    { units: 12, activation: 'tanh' },
    { units: 3, activation: 'softmax' },
  ],
  optimizer: { type: 'sgd', learningRate: 0.2 },
  seed: 4,
} as const satisfies NetworkOptions;

async function* batches(size: number): AsyncGenerator<{ inputs: typeof rows; targets: Uint8Array }> {
  for (let from = 0; from < COUNT; from += size) {
    const to = Math.min(from + size, COUNT);
    yield { inputs: sparseRowsAt(rows, from, to), targets: classes.subarray(from, to) };
  }
}

/** The largest difference of two lists. */
function apart(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
}

describe.each(ENGINES)('%s', (engine) => {
  it('a stream of sparse batches trains as fit does in the order of the samples', async () => {
    const [whole, stream] = [
      await Network.create({ ...OPTIONS, engine }),
      await Network.create({ ...OPTIONS, engine }),
    ];
    await whole.fit(rows, classes, { epochs: 3, batchSize: 20, shuffle: false });
    await stream.fitStream(() => batches(20), { epochs: 3 });
    expect(parametersOf(stream)).toEqual(parametersOf(whole));
  });

  it('a fit reads them when it is called, and changes nothing of them', async () => {
    const [plain, other] = [await Network.create({ ...OPTIONS, engine }), await Network.create({ ...OPTIONS, engine })];
    const given = structuredClone(rows);
    await plain.fit(given, classes, { epochs: 2 });
    expect(given).toEqual(rows);
    const fit = other.fit(given, classes, { epochs: 2 });
    given.starts.fill(0);
    given.columns.fill(0);
    given.values?.fill(7);
    await fit;
    expect(parametersOf(other)).toEqual(parametersOf(plain));
  });

  it('sparse and dense calls may follow each other', async () => {
    const network = await Network.create({ ...OPTIONS, engine });
    const dense = writtenOut(rows, WIDTH);
    for (let turn = 0; turn < 3; turn++) {
      const [a, b] = [network.predict(rows) as Float32Array, network.predict(dense)];
      expect(a).toHaveLength(3 * COUNT);
      expect(apart(a, b)).toBeLessThan(1e-6);
      network.trainOnBatch(turn % 2 ? rows : dense, classes);
      expect(network.evaluate(rows, classes).loss).toBeCloseTo(network.evaluate(dense, classes).loss, 5);
    }
    const [sparse, written] = [network.report(rows, classes), network.report(dense, classes)];
    expect(sparse.samples).toBe(COUNT);
    expect(String(sparse)).toBe(String(written));
    expect(network.classify(rows)).toHaveLength(COUNT);
  });

  it('predict writes into an array, and refuses one that shares its memory with them', async () => {
    const network = await Network.create({ ...OPTIONS, engine });
    const into = new Float32Array(3 * COUNT);
    expect(network.predict(rows, { into })).toBe(into);
    expect(into).toEqual(network.predict(rows));
    const values = new Float32Array(3);
    const shared = { starts: Uint32Array.of(0, 3), columns: Uint32Array.of(0, 1, 2), values };
    await expectRefused(() => network.predict(shared, { into: values }), 'ERR_INVALID_OPTION', /into shares memory/);
  });

  it('rows without entries are answered by the biases alone, and train', async () => {
    const network = await Network.create({ ...OPTIONS, engine });
    const empty = { starts: new Uint32Array(5), columns: new Uint32Array(0) };
    const before = network.getParameters(0).weights;
    expect(network.predict(empty)).toEqual(network.predict(new Float32Array(4 * WIDTH)));
    await network.fit(empty, Uint8Array.of(0, 1, 2, 0), { epochs: 3, batchSize: 2 });
    expect(network.getParameters(0).weights).toEqual(before);
    expect(network.getParameters(0).biases.some((bias) => bias !== 0)).toBe(true);
  });

  it('scale by what was given where nothing is shifted', async () => {
    const scale = Array.from({ length: WIDTH }, (_, column) => (column === 3 ? 0 : 1 + (column % 5)));
    const normalize = { shift: scale.map(() => 0), scale };
    const network = await Network.create({ ...OPTIONS, normalize, engine });
    const dense = writtenOut(rows, WIDTH);
    expect(apart(network.predict(rows) as Float32Array, network.predict(dense))).toBeLessThan(1e-6);
    await network.fit(rows, classes, { epochs: 2, validation: 0.2 });
    expect(apart(network.predict(rows) as Float32Array, network.predict(dense))).toBeLessThan(1e-6);
    const shifted = { shift: scale.map((_, column) => (column === 2999 ? 0.5 : 0)), scale };
    const other = await Network.create({ ...OPTIONS, normalize: shifted, engine });
    const message = /predict: inputs are sparse rows, but the scaling shifts columns.*shifts of 0/;
    await expectRefused(() => other.predict(rows), 'ERR_UNSUPPORTED', message);
    const learning = await Network.create({ ...OPTIONS, normalize: 'standard', engine });
    await expectRefused(() => learning.fit(rows, classes), 'ERR_UNSUPPORTED', /learned shifts columns/);
  });

  it('targets may be scaled, or sparse', async () => {
    const layers = [{ units: 5 }, { units: 2, activation: 'linear' }] as const;
    const network = await Network.create({ inputs: WIDTH, layers, normalizeTargets: 'standard', engine });
    const targets = randomSparse(new SeededRandom('targets'), COUNT, 2, 2);
    await network.fit(rows, targets, { epochs: 2, validation: { inputs: rows, targets } });
    const report = network.report(rows, targets);
    expect(report).toEqual(network.report(rows, writtenOut(targets, 2)));
  });

  it('networks with few inputs have them written out: the same bits, and any scaling', async () => {
    const given = randomSparse(new SeededRandom('few'), 40, 20, 6, true);
    const targets = classes.subarray(0, 40);
    const options = { ...OPTIONS, inputs: 20, normalize: 'standard', engine } as const;
    const [sparse, dense] = [await Network.create(options), await Network.create(options)];
    await sparse.fit(given, targets, { epochs: 3, validation: 0.25 });
    await dense.fit(writtenOut(given, 20), targets, { epochs: 3, validation: 0.25 });
    expect(parametersOf(sparse)).toEqual(parametersOf(dense));
    expect(sparse.predict(given)).toEqual(dense.predict(writtenOut(given, 20)));
  });

  it('memory goes by the entries, not by the inputs', async () => {
    const inputs = 200_000;
    const network = await Network.create({ inputs, layers: [{ units: 4 }, { units: 1 }], engine });
    const wide = randomSparse(new SeededRandom('wide'), 300, inputs, 8, true);
    const targets = new Uint8Array(300);
    network.predict(wide);
    network.evaluate(wide, targets);
    await network.fit(wide, targets, { epochs: 1, batchSize: 100 });
    const megabytes = Number(/memory: ([\d.]+) MiB/.exec(network.summary())?.[1]);
    // The weights take 3.05, and five rows written out, at which hints look, 3.8: float64 on the js engine, which has gradients too.
    expect(megabytes).toBeGreaterThan(3);
    expect(megabytes).toBeLessThan(engine === 'js' ? 15 : 8);
  });
});

describe('engine', () => {
  const spec = resolveNetwork({
    ...OPTIONS,
    layers: [
      { units: 13, dropout: 0.2 },
      { units: 3, activation: 'softmax' },
    ],
  });
  const inputs = new SparseValues(rows.values as Float32Array, rows);
  const samples: EngineSamples = { count: COUNT, inputs, targets: Uint32Array.from(classes), metric: 'argmax' };

  it.each(['debug', 'simd'] as const)('slices of a %s build change no bit', (build) => {
    const engine = engineOf(build);
    for (const batchSize of [1, 2, 3, 32]) {
      const digests = new Set<string>();
      for (const slices of [1, 2, 5]) {
        const network = engine.createNetwork(spec);
        const weights = new SeededRandom('weights');
        spec.layers.forEach((layer, l) => {
          network.writeParameters(l, { weights: weights.floats(layer.units * layer.inputs, 0.1) });
        });
        const loaded = network.load(samples);
        const step = { batchSize, learningRate: 0.1, dropoutKey: 9 };
        const multiple = network.sliceMultiple(step);
        const size = Math.ceil(COUNT / slices / multiple) * multiple;
        const totals = { loss: 0, correct: 0 };
        for (let from = 0; from < COUNT; from += size) {
          expect(network.train(loaded, from, Math.min(size, COUNT - from), step, totals)).toBe(true);
        }
        const given = loaded.given;
        expect([given.inputs.starts, given.inputs.columns]).toEqual([rows.starts, rows.columns]);
        loaded.release();
        digests.add(`${digestOf(network.snapshot())} ${totals.loss}`);
      }
      expect(digests.size).toBe(1);
    }
  });
});
