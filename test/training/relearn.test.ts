/** relearnScaling: a scaling from the samples of this fit, in a network that predicts as before. */
import { describe, expect, it } from 'vitest';
import { type FitOptions, Network, type NetworkOptions } from '../../src/index.js';
import { ENGINES, fingerprint, stateOf } from '../support/networks.js';
import { expectRefused } from '../support/refusals.js';

/** A first recording of three notes, and a later one of another range. */
const FIRST = {
  inputs: [
    [0.2, 5],
    [0.21, 5],
    [0.22, 5],
  ],
  targets: [440, 450, 460],
};
const LATER = {
  inputs: Array.from({ length: 65 }, (_, i) => [i / 65, i % 4]),
  targets: Array.from({ length: 65 }, (_, i) => 100 + 900 * (i / 65) + 5 * (i % 4)),
};

describe.each(ENGINES)('relearnScaling on %s', (engine) => {
  const create = (options: Partial<NetworkOptions> = {}) =>
    Network.create({
      inputs: 2,
      layers: [
        { units: 12, activation: 'tanh' },
        { units: 1, activation: 'linear' },
      ],
      optimizer: { type: 'adam', learningRate: 0.01 },
      normalize: 'standard',
      normalizeTargets: 'standard',
      seed: 2,
      engine,
      ...options,
    });
  const again = (network: Network, options: FitOptions = {}) =>
    network.fit(LATER.inputs, LATER.targets, { relearnScaling: true, epochs: 1, ...options });
  const probes = [
    [0.2, 5],
    [0.22, 5],
    [0.25, 5],
    [0.1, 5],
  ];
  const answers = (network: Network) => network.predict(probes).map(([y]) => y as number);
  const expectNear = (actual: readonly number[], expected: readonly number[]) => {
    for (const [i, value] of expected.entries()) expect(Math.abs((actual[i] as number) / value - 1)).toBeLessThan(1e-4);
  };

  it.each(['standard', 'minMax'] as const)(
    '%s: predictions stay, the scaling is that of the later samples',
    async (method) => {
      const network = await create({ normalize: method, normalizeTargets: method });
      await network.fit(FIRST.inputs, FIRST.targets, { epochs: 200 });
      const before = answers(network);
      await again(network, { learningRate: 0 });
      expectNear(answers(network), before);
      const fresh = await create({ normalize: method, normalizeTargets: method });
      await fresh.fit(LATER.inputs, LATER.targets, { epochs: 1 });
      expect(network.scaling).toEqual(fresh.scaling);
    },
  );

  it('with one layer, with three, frozen or not', async () => {
    const stacks: NetworkOptions['layers'][] = [
      [{ units: 1, activation: 'linear' }],
      [
        { units: 3, activation: 'relu', trainable: false },
        { units: 4 },
        { units: 1, activation: 'linear', trainable: false },
      ],
    ];
    for (const layers of stacks) {
      const network = await create({ layers });
      await network.fit(FIRST.inputs, FIRST.targets, { epochs: 20 });
      const before = answers(network);
      await again(network, { learningRate: 0 });
      expectNear(answers(network), before);
    }
  });

  it('only inputs are scaled: any output will do', async () => {
    const network = await create({
      layers: [{ units: 3 }, { units: 2, activation: 'softmax' }],
      normalizeTargets: false,
    });
    await network.fit(FIRST.inputs, Uint8Array.of(0, 1, 0), { epochs: 20 });
    const before = network.predict(probes);
    await network.fit(LATER.inputs, new Uint8Array(65), { relearnScaling: true, learningRate: 0, epochs: 1 });
    for (const [i, row] of network.predict(probes).entries()) {
      row.forEach((value, o) => {
        expect(value).toBeCloseTo(before[i]?.[o] as number, 4);
      });
    }
  });

  it('learns what the old scaling could not', async () => {
    const layers = [
      { units: 12, activation: 'relu' },
      { units: 1, activation: 'linear' },
    ] as const;
    const [stale, relearned] = [await create({ layers }), await create({ layers })];
    const error = (network: Network) => {
      const off = network.predict(LATER.inputs).map(([y], i) => Math.abs((y as number) - (LATER.targets[i] as number)));
      return off.reduce((sum, value) => sum + value) / off.length;
    };
    for (const network of [stale, relearned]) await network.fit(FIRST.inputs, FIRST.targets, { epochs: 50 });
    await stale.fit(LATER.inputs, LATER.targets, { epochs: 200 });
    await again(relearned, { epochs: 200 });
    expect(error(relearned)).toBeLessThan(20);
    expect(error(stale)).toBeGreaterThan(2 * error(relearned));
  });

  it('a column that was constant counts from then on, and one that is constant now keeps its scaling', async () => {
    const network = await create({ inputs: 2, normalizeTargets: false });
    await network.fit(
      [
        [1, 7],
        [2, 7],
        [3, 7],
      ],
      [0, 1, 2],
      { epochs: 30 },
    );
    const before = network
      .predict([
        [1, 7],
        [2, 9],
        [3, 1],
      ])
      .map(([y]) => y as number);
    await network.fit(
      [
        [2, 1],
        [2, 2],
      ],
      [1, 1],
      { relearnScaling: true, learningRate: 0, epochs: 1 },
    );
    expect(network.scaling?.inputs).toEqual({ shift: [2, 1.5], scale: [Math.sqrt(2 / 3), 0.5] });
    const after = network
      .predict([
        [1, 7],
        [2, 9],
        [3, 1],
      ])
      .map(([y]) => y as number);
    for (const [i, value] of before.entries()) expect(after[i]).toBeCloseTo(value, 4);
    await network.fit(
      [
        [2, 1],
        [2, 2],
      ],
      [0, 5],
      { epochs: 200 },
    );
    const [one, two] = network
      .predict([
        [2, 1],
        [2, 2],
      ])
      .map(([y]) => y as number);
    expect(Math.abs((one as number) - (two as number))).toBeGreaterThan(2);
  });

  it.each(['adam', 'rmsprop'] as const)('the optimizer begins anew: %s', async (optimizer) => {
    const network = await create({ optimizer });
    await network.fit(FIRST.inputs, FIRST.targets, { epochs: 5 });
    // Without optimizer state. It counts epochs anew, so that only unshuffled samples come in the same order.
    const twin = await Network.load(network.save(), { engine });
    for (const each of [network, twin]) await again(each, { epochs: 3, shuffle: false });
    expect(fingerprint(network)).toBe(fingerprint(twin));
  });

  it('a stream, and a fraction that validates', async () => {
    const network = await create();
    await network.fit(FIRST.inputs, FIRST.targets, { epochs: 20 });
    const before = answers(network);
    const stream = async function* () {
      yield { inputs: LATER.inputs.slice(0, 30), targets: LATER.targets.slice(0, 30) };
      yield { inputs: LATER.inputs.slice(30), targets: LATER.targets.slice(30) };
    };
    const validation = { inputs: LATER.inputs, targets: LATER.targets };
    const { epochs } = await network.fitStream(stream, {
      relearnScaling: true,
      epochs: 1,
      learningRate: 0,
      validation,
    });
    expectNear(answers(network), before);
    const fresh = await create();
    await fresh.fit(LATER.inputs, LATER.targets, { epochs: 1 });
    expect(network.scaling).toEqual(fresh.scaling);
    expect(epochs[0]?.validationLoss).toBeCloseTo(network.evaluate(LATER.inputs, LATER.targets).loss, 6);
    await again(network, { validation: 0.3, learningRate: 0 });
    expectNear(answers(network), before);
  });

  it('in a first fit it is learned as always', async () => {
    const [network, twin] = [await create(), await create()];
    await again(network);
    await twin.fit(LATER.inputs, LATER.targets, { epochs: 1 });
    expect(fingerprint(network)).toBe(fingerprint(twin));
  });

  it('a fit that is stopped before it trains changes nothing', async () => {
    const network = await create();
    await network.fit(FIRST.inputs, FIRST.targets, { epochs: 5 });
    const [before, scaling] = [await stateOf(network), network.scaling];
    const controller = new AbortController();
    const running = again(network, { signal: controller.signal });
    controller.abort();
    await expect(running).rejects.toThrow();
    await expect(again(network, { earlyStopping: { patience: 0 } })).rejects.toThrow(/patience/);
    expect(await stateOf(network)).toEqual(before);
    expect(network.scaling).toEqual(scaling);
  });

  it.each<[string, Partial<NetworkOptions>, 'ERR_UNSUPPORTED' | 'ERR_INVALID_OPTION', RegExp]>([
    [
      'a network that scales nothing',
      { normalize: false, normalizeTargets: false },
      'ERR_INVALID_OPTION',
      /of a network that scales nothing/,
    ],
    [
      'a scaling that was given',
      { normalize: { shift: [0, 0], scale: [1, 1] }, normalizeTargets: false },
      'ERR_INVALID_OPTION',
      /of a network whose scaling was given/,
    ],
    [
      'targets of a sigmoid',
      { layers: [{ units: 1 }], loss: 'meanSquaredError', normalizeTargets: 'minMax' },
      'ERR_UNSUPPORTED',
      /with scaled targets of a sigmoid output.*activation: "linear"/,
    ],
    [
      'a first layer without biases',
      {
        layers: [
          { units: 2, bias: false },
          { units: 1, activation: 'linear' },
        ],
      },
      'ERR_UNSUPPORTED',
      /with a first layer without biases/,
    ],
    [
      'a last layer without biases',
      { layers: [{ units: 2 }, { units: 1, activation: 'linear', bias: false }] },
      'ERR_UNSUPPORTED',
      /with a last layer without biases/,
    ],
  ])('refuses %s, and changes nothing', async (_, options, code, message) => {
    const network = await create(options);
    const targets = options.loss || options.normalizeTargets === false ? [0, 1, 0.5] : FIRST.targets;
    await network.fit(FIRST.inputs, targets, { epochs: 2 });
    const [before, scaling] = [await stateOf(network), network.scaling];
    const refused = () =>
      network.fit(
        [
          [9, 9],
          [8, 1],
          [0, 0],
        ],
        targets,
        { relearnScaling: true },
      );
    await expectRefused(refused, code, new RegExp(`^fit: relearnScaling ${message.source}`));
    expect(await stateOf(network)).toEqual(before);
    expect(network.scaling).toEqual(scaling);
  });

  it('refuses samples so far apart that a layer would leave float32', async () => {
    const network = await create({ normalizeTargets: false });
    await network.fit(
      [
        [1e-30, 0],
        [2e-30, 1],
      ],
      [0, 1],
      { epochs: 1 },
    );
    const far = () =>
      network.fit(
        [
          [1e30, 0],
          [2e30, 1],
        ],
        [0, 1],
        { relearnScaling: true },
      );
    await expectRefused(far, 'ERR_NON_FINITE', /^fit: relearnScaling takes layer 0 beyond float32\./);
  });

  it('is true or false', async () => {
    const network = await create();
    const refused = () => again(network, { relearnScaling: 1 as unknown as boolean });
    await expectRefused(refused, 'ERR_INVALID_TYPE', /^fit: relearnScaling is 1, expected true or false/);
  });
});
