/** Networks are judged after their last step too: no training ends well with weights whose outputs are NaN or infinite. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/foundation/random.js';
import { type Activation, Network, type NetworkOptions, type OptimizerName } from '../../src/index.js';
import { ENGINES, type EngineName, fingerprint, parametersOf } from '../support/networks.js';
import { expectCoded, thrownBy } from '../support/refusals.js';
import { randomClasses, randomRows } from '../support/samples.js';

const INPUTS = [
  [255, 0],
  [0, 255],
  [255, 255],
  [128, 64],
];
const CLASSES = Uint8Array.of(0, 1, 1, 0);
const DEEP: NetworkOptions = {
  inputs: 2,
  layers: [
    ...Array.from({ length: 3 }, () => ({ units: 8, activation: 'linear' }) as const),
    { units: 2, activation: 'softmax' },
  ],
  optimizer: { type: 'sgd', learningRate: 0.3 },
};

/** Epochs after which the outputs of that network are no longer finite: the js engine computes them in double precision. */
const TOO_MANY: Readonly<Record<EngineName, number>> = { wasm: 3, js: 4 };

describe.each(ENGINES)('on %s', (engine) => {
  it('a fit whose last step makes outputs NaN diverges there, however many epochs were to follow', async () => {
    const last = TOO_MANY[engine];
    const digests = new Set<string>();
    for (const epochs of [last, last + 1, last + 20]) {
      const network = await Network.create({ ...DEEP, engine });
      const error = await thrownBy(() => network.fit(INPUTS, CLASSES, { epochs }));
      expectCoded(error, 'ERR_DIVERGED', new RegExp(`^fit: .* in epoch ${last}, batch 1, at learning rate 0\\.3\\.`));
      expect(error).toMatchObject({ epoch: last, batch: 1, learningRate: 0.3 });
      expect(
        network
          .predict(INPUTS)
          .flatMap((row) => [...row])
          .every(Number.isFinite),
      ).toBe(true);
      digests.add(fingerprint(network));
    }
    const shorter = await Network.create({ ...DEEP, engine });
    await shorter.fit(INPUTS, CLASSES, { epochs: last - 1 });
    expect([...digests]).toEqual([fingerprint(shorter)]);
  });

  it('fitStream and trainOnBatch diverge at the same step, with the same weights', async () => {
    const last = TOO_MANY[engine];
    const streamed = await Network.create({ ...DEEP, engine });
    const batches = () => [{ inputs: INPUTS, targets: CLASSES }];
    const error = await thrownBy(() => streamed.fitStream(batches, { epochs: last }));
    expectCoded(error, 'ERR_DIVERGED', new RegExp(`^fitStream: .* in epoch ${last}, batch 1,`));
    const stepped = await Network.create({ ...DEEP, engine });
    for (let step = 1; step < last; step++) stepped.trainOnBatch(INPUTS, CLASSES);
    const before = fingerprint(stepped);
    expectCoded(await thrownBy(() => stepped.trainOnBatch(INPUTS, CLASSES)), 'ERR_DIVERGED', /^trainOnBatch: /);
    expect(fingerprint(stepped)).toBe(before);
    expect(fingerprint(streamed)).toBe(before);
  });

  it('predict says which row has no finite output', async () => {
    const layers = [{ units: 2, activation: 'linear' }] as const;
    const network = await Network.create({ inputs: 2, layers, engine });
    network.setParameters(0, { weights: [1, 1, 3e38, 3e38] });
    const rows = [[0, 0], [1, 0], ...INPUTS];
    for (const given of [rows, Float32Array.from(rows.flat())]) {
      const error = await thrownBy(() => network.predict(given));
      expectCoded(error, 'ERR_NON_FINITE', /^predict: the output for row 2 \(counted from 0\) is Infinity\./);
    }
    const error = await thrownBy(() => network.predict([255, 0]));
    expectCoded(error, 'ERR_NON_FINITE', /^predict: the output for row 0 \(counted from 0\) is Infinity\./);
    expect([...network.predict([1, 0])]).toEqual([1, Math.fround(3e38)]);
  });

  it('random networks with high rates: a fit ends with finite outputs for its last batch, or diverges and goes back to such', async () => {
    const activations: readonly Activation[] = [
      'linear',
      'relu',
      'tanh',
      'leakyRelu',
      'elu',
      'gelu',
      'silu',
      'softplus',
    ];
    const optimizers: readonly OptimizerName[] = ['sgd', 'sgd', 'adam', 'rmsprop', 'adagrad'];
    let diverged = 0;
    for (let seed = 0; seed < 150; seed++) {
      const random = new Random(seed, 'split', 4711);
      const pick = <T>(values: readonly T[]): T => values[Math.floor(random.uniform() * values.length)] as T;
      const classes = random.uniform() < 0.5;
      const inputs = 1 + Math.floor(random.uniform() * 6);
      const options: NetworkOptions = {
        inputs,
        layers: [
          ...Array.from({ length: Math.floor(random.uniform() * 4) }, () => ({
            units: 1 + Math.floor(random.uniform() * 12),
            activation: pick(activations),
          })),
          classes ? { units: 3, activation: 'softmax' } : { units: 1, activation: 'linear' },
        ],
        optimizer: { type: pick(optimizers), learningRate: 10 ** (4 * random.uniform() - 2) },
        engine,
        seed,
      };
      const count = 1 + Math.floor(random.uniform() * 20);
      const batchSize = pick([1, 3, 32]);
      const size = 10 ** (3 * random.uniform());
      const samples = randomRows(count, inputs, seed).map((value) => size * value);
      const targets = classes
        ? randomClasses(count, 3, seed)
        : randomRows(count, 1, seed + 1).map((value) => size * value);
      const network = await Network.create(options);
      const shuffle = false;
      const epochs = 1 + Math.floor(random.uniform() * 5);
      const error = await network.fit(samples, targets, { epochs, batchSize, shuffle }).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      const where = `seed ${seed}: ${JSON.stringify(options)}`;
      if (error !== undefined) {
        diverged++;
        expect(error, where).toMatchObject({ code: 'ERR_DIVERGED' });
      }
      expect(parametersOf(network).every(Number.isFinite), where).toBe(true);
      // The batch trained on last: after a divergence, the one before the batch that failed.
      const place = (error ?? { epoch: 2, batch: 1 }) as { epoch: number; batch: number };
      if (place.epoch === 1 && place.batch === 1) continue;
      const batches = Math.ceil(count / batchSize);
      const first = ((place.batch - 2 + batches) % batches) * batchSize;
      const last = samples.slice(first * inputs, (first + batchSize) * inputs);
      expect(network.predict(last).every(Number.isFinite), where).toBe(true);
    }
    expect(diverged).toBeGreaterThan(10);
  });
});

// Sums of the js engine are in double precision, and end far beyond these.
it('classify and evaluate say which row has no finite output', async () => {
  const network = await Network.create({ ...DEEP, engine: 'wasm' });
  network.setParameters(0, { weights: new Float32Array(16).fill(1e38) });
  network.setParameters(1, { weights: Float32Array.from({ length: 64 }, (_, i) => (i % 2 === 0 ? 1e38 : -1e38)) });
  const rows = [[0, 0], [0, 0], ...INPUTS];
  const calls = [
    () => network.predict(rows),
    () => network.classify(rows),
    () => network.evaluate(rows, new Uint8Array(rows.length)),
  ];
  for (const ask of calls) {
    const message = /^(predict|classify|evaluate): the (output|loss) for row 2 \(counted from 0\) is NaN\./;
    expectCoded(await thrownBy(ask), 'ERR_NON_FINITE', message);
  }
  expect(network.classify([0, 0])).toHaveProperty('index');
});

it('where outputs stop being finite in the middle of an epoch, slices change no bit of what is restored', async () => {
  const outcomes = new Set<string>();
  for (const milliseconds of [0, 3, 50]) {
    const network = await Network.create({ ...DEEP, seed: 3 });
    let now = -1e6;
    const { performance } = globalThis;
    const clock = Object.create(performance, {
      now: {
        value: () => {
          now += milliseconds;
          return now;
        },
      },
    });
    Object.defineProperty(globalThis, 'performance', { value: clock, configurable: true, writable: true });
    let error: unknown;
    try {
      error = await thrownBy(() =>
        network.fit(
          randomRows(400, 2).map((x) => 200 * x),
          randomClasses(400, 2),
          { batchSize: 2 },
        ),
      );
    } finally {
      Object.defineProperty(globalThis, 'performance', { value: performance, configurable: true, writable: true });
    }
    expect(error).toMatchObject({ code: 'ERR_DIVERGED' });
    outcomes.add(`${(error as Error).message} ${fingerprint(network)}`);
  }
  expect([...outcomes]).toHaveLength(1);
});
