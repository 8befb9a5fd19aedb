/** Networks whose columns become many inputs: rows become entries by themselves, and all calls say what they say of the rows written out. */
import { describe, expect, it, vi } from 'vitest';
import { ColumnScaling } from '../../src/data/scaling.js';
import { type FitOptions, Network, type NetworkOptions, type OptimizerOptions, type Row } from '../../src/index.js';
import { partsOf } from '../../src/network/parts.js';
import { wideTable } from '../support/columns/wide-tables.js';
import { ENGINES, type EngineName, parametersOf } from '../support/networks.js';
import { thrownBy } from '../support/refusals.js';
import { REPRODUCE, SeededRandom } from '../support/seeded.js';

/** Networks that are created with another limit write their rows out. */
const limit = vi.hoisted(() => ({ inputs: 1024 }));
vi.mock('../../src/options/sparse.js', () => ({
  get WRITTEN_OUT_INPUTS() {
    return limit.inputs;
  },
}));

async function bothOf(options: NetworkOptions): Promise<[sparse: Network, dense: Network]> {
  const sparse = await Network.create(options);
  limit.inputs = Number.POSITIVE_INFINITY;
  try {
    return [sparse, await Network.create(options)];
  } finally {
    limit.inputs = 1024;
  }
}

const packedOf = (network: Network, rows: readonly Row[]) =>
  partsOf(network).model.takePairs('evaluate', 'usable', rows as never, undefined as never, false).inputs;

/** How far numbers are apart, as a share of the largest of them. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [most, size] = [0, 1e-3];
  for (let i = 0; i < a.length; i++) {
    most = Math.max(most, Math.abs((a[i] as number) - (b[i] as number)));
    size = Math.max(size, Math.abs(a[i] as number));
  }
  return a.length === b.length ? most / size : Number.POSITIVE_INFINITY;
}

const OPTIMIZERS: readonly [OptimizerOptions, ...OptimizerOptions[]] = [
  { type: 'sgd', learningRate: 0.1 },
  { type: 'sgd', learningRate: 0.05, momentum: 0.9, weightDecay: 0.01 },
  { type: 'adam', learningRate: 0.003, epsilon: 1e-3 },
];

function randomOptions(random: SeededRandom, engine: EngineName, inputs: NetworkOptions['inputs']): NetworkOptions {
  return {
    inputs,
    target: 'answer',
    labels: ['false', 'true'],
    layers: [
      { units: random.integer(1, 12), activation: 'tanh' },
      { units: 2, activation: 'softmax' },
    ],
    normalize: random.pick<false | 'standard' | 'minMax'>([false, 'standard', 'minMax']),
    optimizer: random.pick(OPTIMIZERS),
    seed: 5,
    engine,
  };
}

function randomFit(random: SeededRandom, rows: readonly Row[], others: readonly Row[]): FitOptions {
  return {
    epochs: random.integer(1, 3),
    batchSize: random.pick([1, 7, 32]),
    ...(random.chance(0.3) ? { sampleWeights: rows.map((_, i) => i % 3) } : {}),
    ...(random.chance(0.3) ? { classWeights: [1, 2] } : {}),
    ...(random.chance(0.2) ? { earlyStopping: { patience: 1 } } : {}),
    ...(random.chance(0.7)
      ? { validation: random.pick<unknown>([0.3, { last: 9 }, { inputs: others }]) as FitOptions['validation'] }
      : {}),
  } as FitOptions;
}

/** All that a network says after the same calls. */
async function run(network: Network, rows: readonly Row[], others: readonly Row[], fit: FitOptions) {
  const { epochs, hints } = await network.fit(rows, fit);
  const scaling = network.scaling;
  const again = await network.fit(others, { epochs: 1, relearnScaling: network.scaling !== undefined });
  const gradients = network.gradients(others);
  const numbers = [
    ...epochs.flatMap((epoch) => [epoch.loss, epoch.validationLoss ?? 0]),
    ...again.epochs.map(({ loss }) => loss),
    gradients.loss,
    network.trainOnBatch(others),
    network.evaluate(others).loss,
  ];
  return {
    scalings: [scaling, network.scaling],
    hints: [...hints, ...again.hints].map(({ code }) => code),
    numbers,
    gradients: gradients.layers.flatMap(({ weights, biases }) => [...weights, ...biases]),
    parameters: parametersOf(network),
    outputs: [network.predict(others), network.predict(others[0] as Row), network.predict(others, { layer: 0 })].flat(),
    samples: network.report(rows).samples,
    classes: network.classify(others).length,
  };
}

describe.each(ENGINES)('on %s', (engine) => {
  it('random tables, networks and options: the same answers', async () => {
    for (let n = 0; n < 12; n++) {
      const random = new SeededRandom(`wide table ${n}`);
      const { inputs, rows: all } = wideTable(random, 70);
      const [rows, others] = [all.slice(0, 50), all.slice(50)];
      const fit = randomFit(random, rows, others);
      const [sparse, dense] = await bothOf(randomOptions(random, engine, inputs));
      const [a, b] = [await run(sparse, rows, others, fit), await run(dense, rows, others, fit)];
      const where = `table ${n}, ${REPRODUCE}`;
      expect(packedOf(sparse, rows).starts, where).toHaveLength(51);
      expect(packedOf(dense, rows).starts, where).toBeUndefined();
      expect(a.scalings, where).toEqual(b.scalings);
      expect([a.hints, a.samples, a.classes], where).toEqual([b.hints, b.samples, b.classes]);
      for (const key of ['numbers', 'gradients', 'parameters'] as const) {
        expect(distance(a[key], b[key]), `${key} of ${where}`).toBeLessThan(2e-4);
      }
      a.outputs.forEach((outputs, i) => {
        expect(distance(outputs, b.outputs[i] as Float32Array), where).toBeLessThan(2e-4);
      });
    }
  });

  it('streams, with a scaling that they teach and others that validate', async () => {
    const random = new SeededRandom('stream of a wide table');
    const { inputs, rows } = wideTable(random, 60);
    const options = { ...randomOptions(random, engine, inputs), normalize: 'standard' } as const;
    async function* batches() {
      for (let from = 0; from < 60; from += 20) yield rows.slice(from, from + 20);
    }
    const fit = { epochs: 2, validation: { inputs: rows.slice(0, 9) }, classWeights: [1, 3] } as unknown as FitOptions;
    const [sparse, dense] = await bothOf(options);
    const [a, b] = [await sparse.fitStream(batches, fit), await dense.fitStream(batches, fit)];
    expect(sparse.scaling).toEqual(dense.scaling);
    const losses = (history: typeof a): number[] => history.epochs.flatMap((e) => [e.loss, e.validationLoss as number]);
    expect(distance(losses(a), losses(b))).toBeLessThan(1e-4);
    expect(distance(parametersOf(sparse), parametersOf(dense))).toBeLessThan(1e-4);
  });

  it('so many rows that a fit gives way to the event loop while it takes them', async () => {
    const random = new SeededRandom('many rows of a wide table');
    const { inputs, rows } = wideTable(random, 2000);
    for (const validation of [undefined, 0.1, { inputs: rows.slice(0, 3) } as never]) {
      const options = randomOptions(random, engine, inputs);
      const [sparse, dense] = await bothOf({ ...options, optimizer: { type: 'sgd', learningRate: 0.1 } });
      const fit = { epochs: 1, ...(validation && { validation }) };
      const [a, b] = [await sparse.fit(rows, fit), await dense.fit(rows, fit)];
      expect(sparse.scaling).toEqual(dense.scaling);
      expect(Math.abs((a.epochs[0]?.loss as number) - (b.epochs[0]?.loss as number)), REPRODUCE).toBeLessThan(1e-4);
      expect(distance(parametersOf(sparse), parametersOf(dense)), REPRODUCE).toBeLessThan(1e-3);
    }
  });

  it('wrong cells, and blanks before there are medians, are refused with the same words', async () => {
    const values = Array.from({ length: 1100 }, (_, n) => `w${n}`);
    const inputs = { note: { type: 'words', values }, size: { type: 'number', missing: true } } as const;
    const [sparse, dense] = await bothOf({ inputs, target: 'y', layers: [{ units: 1 }], engine });
    const row = { note: 'w1 w2', size: 1, y: 1 };
    for (const wrong of [{ size: 'old' }, { note: 3 }, { note: '' }, { size: null }, { size: '1e39' }]) {
      const calls = (network: Network): (() => unknown)[] => [
        () => network.predict([row, row, { ...row, ...wrong }]),
        () => network.predict({ ...row, ...wrong }),
        () => network.fit([row, { ...row, ...wrong }]),
        () => network.trainOnBatch([row, { ...row, ...wrong }]),
      ];
      for (const [i, call] of calls(sparse).entries()) {
        const other = calls(dense)[i] as () => unknown;
        // A fit takes a blank number.
        if (i === 2 && 'size' in wrong && wrong.size === null) continue;
        const [came, expected] = [await thrownBy(call), await thrownBy(other)];
        expect(came).toEqual(expected);
        expect((came as Error).message).toBe((expected as Error).message);
      }
    }
  });

  it('a scaling that shifts words, as no network learns it, has them written out', async () => {
    const values = Array.from({ length: 1100 }, (_, n) => `w${n}`);
    const inputs = { note: { type: 'words', values } } as const;
    const [sparse, dense] = await bothOf({
      inputs,
      target: 'y',
      layers: [{ units: 1 }],
      normalize: 'standard',
      engine,
    });
    const rows = [{ note: 'w1 w2', y: 1 }];
    for (const network of [sparse, dense]) {
      const { model } = partsOf(network);
      const shift = new Float64Array(1100).fill(0.25);
      const columns = new ColumnScaling(shift, new Float64Array(1100).fill(2), undefined, model.spec.columns);
      model.scaling = { inputs: columns, targets: undefined };
    }
    expect(sparse.predict(rows)).toEqual(dense.predict(rows));
    expect(packedOf(sparse, rows)).toHaveLength(1100);
  });

  it('memory goes by the words given', async () => {
    const values = Array.from({ length: 50_000 }, (_, n) => `w${n}`);
    const inputs = { title: { type: 'words', values }, size: { type: 'number', missing: true } } as const;
    const network = await Network.create({ inputs, target: 'y', layers: [{ units: 2 }, { units: 1 }], engine });
    const rows = Array.from({ length: 1000 }, (_, i) => ({ title: `w${i} w${7 * i} w${49 * i}`, size: i, y: i % 2 }));
    await network.fit(rows, { epochs: 1, validation: 0.2 });
    const packed = packedOf(network, rows);
    expect(packed.length).toBeLessThanOrEqual(4 * rows.length);
    const arrays = [packed, packed.starts as Uint32Array, packed.columns as Uint32Array];
    // 12 bytes for each of 4 entries, or 200 kilobytes for a row written out.
    expect(arrays.reduce((sum, { buffer }) => sum + buffer.byteLength, 0)).toBeLessThan(40 * rows.length);
    network.predict(rows);
    // The weights and, at which hints look, some rows written out: a million numbers, on the js engine doubles.
    expect(partsOf(network).model.engine.memoryBytes).toBeLessThan(12e6);
  });
});

it('networks with few inputs, or with few inputs for each column, have their rows written out', async () => {
  const values = Array.from({ length: 1100 }, (_, n) => `w${n}`);
  const numbers = Object.fromEntries(values.map((name) => [name, 'number'] as const));
  const row = Object.fromEntries(values.map((name) => [name, 1]));
  const layers = [{ units: 1 }];
  const many = await Network.create({ inputs: numbers, target: 'y', layers });
  expect(packedOf(many, [{ ...row, y: 1 }])).toHaveLength(1100);
  const few = await Network.create({
    inputs: { note: { type: 'words', values: values.slice(0, 1024) } },
    target: 'y',
    layers,
  });
  expect(packedOf(few, [{ note: 'w1', y: 1 }])).toHaveLength(1024);
});
