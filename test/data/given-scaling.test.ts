/** Scaling that users read, give and set; and networks that lack the scaling which their parameters need. */
import { describe, expect, it } from 'vitest';
import { Network, type NetworkOptions, type Scaling, type Scalings } from '../../src/index.js';
import { ENGINES, fingerprint, stateOf } from '../support/networks.js';
import { expectRefused } from '../support/refusals.js';

const YEARS = Array.from({ length: 30 }, (_, i) => [1970 + i, 3]);
const PRICES = YEARS.map(([year]) => 40_000 * 1.04 ** ((year as number) - 1970));

describe.each(ENGINES)('scaling on %s', (engine) => {
  const create = (options: Partial<NetworkOptions> = {}) =>
    Network.create({
      inputs: 2,
      layers: [
        { units: 5, activation: 'tanh' },
        { units: 1, activation: 'linear' },
      ],
      normalize: 'standard',
      normalizeTargets: 'minMax',
      seed: 4,
      engine,
      ...options,
    });
  const trained = async () => {
    const network = await create();
    await network.fit(YEARS, PRICES, { epochs: 20 });
    return network;
  };
  const copyParameters = (from: Network, to: Network): void => {
    for (const layer of from.layers.keys()) to.setParameters(layer, from.getParameters(layer));
  };

  it('is what the first fit learned, as plain copies', async () => {
    const network = await create();
    expect(network.scaling).toBeUndefined();
    await network.fit(YEARS, PRICES, { epochs: 1 });
    const { inputs, targets } = network.scaling as Required<Scalings>;
    expect(inputs.shift).toEqual([1984.5, 3]);
    expect(inputs.scale[0]).toBeCloseTo(Math.sqrt((30 ** 2 - 1) / 12), 10);
    expect(inputs.scale[1]).toBe(0);
    expect(targets).toEqual({ shift: [PRICES[0]], scale: [(PRICES[29] as number) - (PRICES[0] as number)] });
    (inputs.shift as number[])[0] = 7;
    expect(network.scaling?.inputs?.shift[0]).toBe(1984.5);
    expect(JSON.parse(JSON.stringify(network.scaling))).toEqual(network.scaling);
  });

  it('a network that scales nothing has none, one that scales a side has that side', async () => {
    const plain = await create({ normalize: false, normalizeTargets: false });
    await plain.fit([[0, 1]], [1], { epochs: 1 });
    expect(plain.scaling).toBeUndefined();
    const one = await create({ normalizeTargets: false });
    await one.fit(
      YEARS,
      PRICES.map(() => 1),
      { epochs: 1 },
    );
    expect(Object.keys(one.scaling as Scalings)).toEqual(['inputs']);
  });

  it('goes with the parameters into another network', async () => {
    const network = await trained();
    const other = await create({ seed: 9 });
    copyParameters(network, other);
    other.scaling = network.scaling;
    expect(other.predict(YEARS)).toEqual(network.predict(YEARS));
    await other.fit(YEARS, PRICES, { epochs: 2 });
    await network.fit(YEARS, PRICES, { epochs: 2 });
    expect(other.scaling).toEqual(network.scaling);
  });

  describe('given to create', () => {
    const given: Scaling = { shift: [1980, 0], scale: [10, 0] };

    it('is used from the start, and never learned', async () => {
      const network = await create({ normalize: given, normalizeTargets: { shift: [5e4], scale: [1e4] } });
      expect(network.scaling).toEqual({ inputs: given, targets: { shift: [5e4], scale: [1e4] } });
      const plain = await create({ normalize: false, normalizeTargets: false });
      const scaled = YEARS.map(([year]) => [((year as number) - 1980) / 10, 0]);
      const targets = PRICES.map((price) => (price - 5e4) / 1e4);
      expect(network.trainOnBatch(YEARS, PRICES)).toBe(plain.trainOnBatch(scaled, targets));
      await network.fit(YEARS, PRICES, { epochs: 2 });
      await plain.fit(scaled, targets, { epochs: 2 });
      expect(fingerprint(network)).toBe(fingerprint(plain));
      expect(network.scaling?.inputs).toEqual(given);
      const answers = plain.predict(scaled).map(([y]) => (y as number) * 1e4 + 5e4);
      expect(network.predict(YEARS).map(([y]) => y as number)).toEqual(answers.map(Math.fround));
      expect(network.summary()).toContain('scaling: inputs given\nscaling: targets given\n');
    });

    it('on one side, while the other is learned', async () => {
      const network = await create({ normalize: given, normalizeTargets: 'standard' });
      expect(network.scaling).toEqual({ inputs: given });
      const loaded = await Network.load(network.save());
      expect(loaded.scaling).toEqual({ inputs: given });
      await loaded.fit(YEARS, PRICES, { epochs: 1 });
      expect(loaded.scaling?.inputs).toEqual(given);
      expect(loaded.scaling?.targets?.shift[0]).toBeCloseTo(PRICES.reduce((a, b) => a + b) / 30, 6);
    });

    it('is saved, with checkpoints too, and in modules and ONNX models', async () => {
      const network = await create({ normalize: given });
      await network.fit(YEARS, PRICES, { epochs: 1 });
      for (const file of [network.save(), network.saveCheckpoint()]) {
        const loaded = await Network.load(file, { engine });
        expect(loaded.predict(YEARS)).toEqual(network.predict(YEARS));
        expect(loaded.save()).toEqual(network.save());
        expect(loaded.summary()).toContain('inputs given');
      }
      const imported = await Network.fromONNX(network.toONNX(), { engine });
      expect(imported.scaling).toEqual(network.scaling);
      expect(imported.predict(YEARS)).toEqual(network.predict(YEARS));
    });

    it.each<[string, unknown, 'ERR_INVALID_TYPE' | 'ERR_INVALID_OPTION' | 'ERR_SHAPE' | 'ERR_NON_FINITE', RegExp]>([
      ['an array', [1, 2], 'ERR_INVALID_TYPE', /^create: normalize is an array of 2, expected one of/],
      ['no scale', { shift: [1, 2] }, 'ERR_INVALID_TYPE', /^create: normalize\.scale is undefined, expected an array/],
      [
        'an unknown key',
        { shift: [0, 0], scales: [1, 1] },
        'ERR_INVALID_OPTION',
        /^create: normalize has an unknown option "scales"/,
      ],
      ['too few', { shift: [1], scale: [1, 1] }, 'ERR_SHAPE', /^create: normalize\.shift has 1 number, expected 2\./],
      [
        'a text',
        { shift: [0, '1'], scale: [1, 1] },
        'ERR_INVALID_TYPE',
        /^create: normalize\.shift\[1\] is "1", expected a finite number/,
      ],
      ['NaN', { shift: [0, Number.NaN], scale: [1, 1] }, 'ERR_NON_FINITE', /^create: normalize\.shift\[1\] is NaN/],
      [
        'a negative scale',
        { shift: [0, 0], scale: [-1, 1] },
        'ERR_INVALID_OPTION',
        /^create: normalize\.scale\[0\] is -1, expected .* at least 0/,
      ],
    ])('refuses %s', async (_, normalize, code, message) => {
      await expectRefused(() => create({ normalize: normalize as Scaling }), code, message);
    });

    it('keeps nothing of what the caller may change', async () => {
      const scaling = { shift: [1980, 0], scale: [10, 1] };
      const creating = create({ normalize: scaling });
      scaling.shift[0] = 0;
      expect((await creating).scaling?.inputs?.shift[0]).toBe(1980);
    });

    it('takes typed arrays', async () => {
      const typed = { shift: Float64Array.of(1980, 0), scale: Float32Array.of(10, 1) } as unknown as Scaling;
      expect((await create({ normalize: typed })).scaling?.inputs).toEqual({ shift: [1980, 0], scale: [10, 1] });
    });

    it('binary cross-entropy refuses scaled targets, and says what is for numbers', async () => {
      const layers = [{ units: 1 }];
      const message = /^create: normalizeTargets with binaryCrossEntropy.*activation: "linear"/;
      const targets = { shift: [0], scale: [1] };
      await expectRefused(() => create({ layers, normalizeTargets: targets }), 'ERR_INVALID_OPTION', message);
    });
  });

  describe('set', () => {
    it.each<[string, unknown, 'ERR_INVALID_TYPE' | 'ERR_INVALID_OPTION' | 'ERR_SHAPE', RegExp]>([
      ['null', null, 'ERR_INVALID_TYPE', /^scaling is null/],
      ['an unknown side', { outputs: {} }, 'ERR_INVALID_OPTION', /^scaling has an unknown option "outputs"/],
      [
        'one side too narrow',
        { inputs: { shift: [0], scale: [1, 1] } },
        'ERR_SHAPE',
        /^scaling: inputs\.shift has 1 number, expected 2/,
      ],
      [
        'targets too wide',
        { targets: { shift: [0, 0], scale: [1, 1] } },
        'ERR_SHAPE',
        /^scaling: targets\.shift has 2/,
      ],
    ])('refuses %s and changes nothing', async (_, scaling, code, message) => {
      const network = await trained();
      const [before, known] = [await stateOf(network), network.scaling];
      const set = () => {
        network.scaling = scaling as Scalings;
      };
      await expectRefused(set, code, message);
      expect(await stateOf(network)).toEqual(before);
      expect(network.scaling).toEqual(known);
    });

    it('refuses a side that the network does not scale, or that no fit could learn again', async () => {
      const scaling = { inputs: { shift: [0, 0], scale: [1, 1] } };
      const set = (network: Network, value: Scalings | undefined) => () => {
        network.scaling = value;
      };
      const targets = await create({ normalize: false });
      const where = /^scaling: inputs is given, but this network does not scale them\. Create it with normalize/;
      await expectRefused(set(targets, scaling), 'ERR_INVALID_OPTION', where);
      const plain = await create({ normalize: false, normalizeTargets: false });
      await expectRefused(
        set(plain, scaling),
        'ERR_INVALID_OPTION',
        /^scaling: this network does not scale\. Create it/,
      );
      plain.scaling = undefined;
      const given = await create({ normalize: scaling.inputs });
      await expectRefused(set(given, undefined), 'ERR_INVALID_OPTION', /^scaling: inputs is missing, and no fit/);
      given.scaling = { inputs: { shift: [1, 1], scale: [2, 2] } };
      expect(given.scaling?.inputs).toEqual({ shift: [1, 1], scale: [2, 2] });
    });

    it('is refused while a fit runs, and after dispose', async () => {
      const network = await trained();
      const set = () => {
        network.scaling = undefined;
      };
      const running = network.fit(YEARS, PRICES, { epochs: 3 });
      await expectRefused(set, 'ERR_BUSY', /^scaling: a fit of this network is running/);
      await running;
      network.dispose();
      await expectRefused(set, 'ERR_DISPOSED', /^scaling: /);
    });

    it('undefined lets the next fit learn it anew', async () => {
      const network = await trained();
      Object.assign(network, { scaling: undefined });
      expect(network.scaling).toBeUndefined();
      await expectRefused(() => network.predict([1, 2]), 'ERR_UNSUPPORTED', /lacks the scaling/);
      await network.fit(
        [
          [1, 0],
          [2, 1],
        ],
        [3, 4],
        { epochs: 1 },
      );
      expect(network.scaling?.targets).toEqual({ shift: [3], scale: [1] });
      network.predict([1, 2]);
    });
  });

  describe('parameters that were set, without their scaling', () => {
    const lacking = async () => {
      const network = await create();
      copyParameters(await trained(), network);
      return network;
    };
    const message = (call: string) =>
      new RegExp(`^${call}: this network normalizes, but lacks the scaling .*Set network\\.scaling .*or call fit`);

    it('do not predict', async () => {
      const network = await lacking();
      const calls: Record<string, () => unknown> = {
        predict: () => network.predict([1, 2]),
        evaluate: () => network.evaluate(YEARS, PRICES),
        gradients: () => network.gradients(YEARS, PRICES),
        toModule: () => network.toModule(),
        toONNX: () => network.toONNX(),
      };
      for (const [name, call] of Object.entries(calls)) await expectRefused(call, 'ERR_UNSUPPORTED', message(name));
      const layers = [{ units: 2, activation: 'softmax' }] as const;
      const classes = await create({ layers, normalizeTargets: false });
      classes.setParameters(0, { biases: [1, 2] });
      await expectRefused(() => classes.classify([1, 2]), 'ERR_UNSUPPORTED', message('classify'));
    });

    it('nor in a file of them, which is saved and loaded all the same', async () => {
      const network = await lacking();
      for (const file of [network.save(), network.saveCheckpoint()]) {
        const loaded = await Network.load(file, { engine });
        expect(fingerprint(loaded)).toBe(fingerprint(network));
        await expectRefused(() => loaded.predict([1, 2]), 'ERR_UNSUPPORTED', message('predict'));
        loaded.scaling = (await trained()).scaling;
        loaded.predict([1, 2]);
        expect((await Network.load(loaded.save(), { engine })).predict(YEARS)).toEqual(loaded.predict(YEARS));
      }
    });

    it('a checkpoint of a network whose scaling was taken away loads', async () => {
      const network = await trained();
      network.scaling = undefined;
      const loaded = await Network.load(network.saveCheckpoint(), { engine });
      expect(loaded.epochs).toBe(20);
      await expectRefused(() => loaded.predict([1, 2]), 'ERR_UNSUPPORTED', message('predict'));
    });

    it('train: the fit learns the scaling', async () => {
      const network = await lacking();
      await network.fit(YEARS, PRICES, { epochs: 1 });
      network.predict([1980, 3]);
    });

    it('a network that was never trained predicts as before, and one without scaling does', async () => {
      (await create()).predict([1, 2]);
      const plain = await create({ normalize: false, normalizeTargets: false });
      plain.setParameters(1, { biases: [1] });
      plain.predict([1, 2]);
    });
  });
});
