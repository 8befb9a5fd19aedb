/** When hints are measured, on what, and what that costs: streams, workers, aborts, and fits that have nothing to hear. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { JsNetwork } from '../../../src/engine/js/network.js';
import { WasmNetwork } from '../../../src/engine/wasm/network.js';
import { type Hint, Network, type NetworkOptions } from '../../../src/index.js';
import * as find from '../../../src/training/hints/find.js';
import { ENGINES, fingerprint, reservedBytes } from '../../support/networks.js';
import { Network as BuiltNetwork } from '../../support/training/background.js';
import { digits, moons, prices, scaledDigits } from '../../support/training/problems.js';

const HOUSES: NetworkOptions = {
  inputs: 3,
  layers: [
    { units: 16, activation: 'relu' },
    { units: 1, activation: 'linear' },
  ],
  seed: 1,
};
const { inputs: houses, targets: costs } = prices();
const FOUND = ['UNSCALED_TARGETS', 'UNSCALED_INPUTS', 'DEAD_UNITS', 'CONSTANT_OUTPUT'];

const codesOf = (hints: readonly Hint[]): string[] => hints.map(({ code }) => code);

function* batches(size = 50) {
  for (let i = 0; i < houses.length; i += size) {
    yield { inputs: houses.slice(i, i + size), targets: costs.slice(i, i + size) };
  }
}

afterEach(() => vi.restoreAllMocks());

describe.each(ENGINES)('on %s', (engine) => {
  it('a stream has the hints of its samples', async () => {
    const network = await Network.create({ ...HOUSES, engine });
    const { hints } = await network.fitStream(() => batches(), { epochs: 30 });
    expect(codesOf(hints)).toEqual(FOUND);
  });

  it('a stream of classes and of probabilities, some of them weighted, is measured too', async () => {
    const network = await Network.create({
      inputs: 64,
      layers: [
        { units: 8, activation: 'relu' },
        { units: 10, activation: 'softmax' },
      ],
      engine,
    });
    const { inputs, classes } = digits();
    const stream = function* () {
      for (let i = 0; i < 1000; i += 100) {
        const few = classes.slice(i, i + 100);
        const rows = Array.from(few, (index) => Array.from({ length: 10 }, (_, column) => Number(column === index)));
        yield { inputs: inputs.slice(i, i + 100), targets: i % 200 === 0 ? few : rows };
      }
    };
    const { hints } = await network.fitStream(stream, { epochs: 20, learningRate: 1e-9, classWeights: { 3: 2 } });
    expect(codesOf(hints)).toContain('UNSCALED_INPUTS');
  });

  it.each([true, false])('a worker sends them (stream: %s)', async (streams) => {
    const network = await BuiltNetwork.create({ ...HOUSES, engine });
    const options = { epochs: 30, background: true };
    const { hints } = await (streams
      ? network.fitStream(() => batches(), options)
      : network.fit(houses, costs, options));
    expect(codesOf(hints)).toEqual(FOUND);
    expect(Object.isFrozen(hints) && hints.every((hint) => Object.isFrozen(hint))).toBe(true);
  });

  it('hints are frozen data', async () => {
    const network = await Network.create({ ...HOUSES, engine });
    const { hints } = await network.fit(houses, costs, { epochs: 30 });
    expect(Object.isFrozen(hints) && hints.every((hint) => Object.isFrozen(hint))).toBe(true);
    expect(structuredClone(hints)).toEqual(hints);
    expect(hints.every((hint) => Object.keys(hint).join() === 'code,message')).toBe(true);
  });

  it('measuring leaves the network as it was, and keeps no memory', async () => {
    const { inputs, classes } = scaledDigits();
    const options = {
      inputs: 64,
      layers: [{ units: 8 }, { units: 10, activation: 'softmax' }],
      optimizer: 'adam',
      engine,
    } as const;
    const fit = { epochs: 4, learningRate: 1e-6 };
    const measured = await Network.create(options);
    const { hints } = await measured.fit(inputs, classes, fit);
    expect(codesOf(hints)).toContain('RATE_TOO_SMALL');
    const silent = await Network.create(options);
    const looked = vi.spyOn(find, 'findHints').mockResolvedValue([]);
    await silent.fit(inputs, classes, fit);
    expect(looked).toHaveBeenCalledOnce();
    expect(fingerprint(measured)).toBe(fingerprint(silent));
    expect(measured.saveCheckpoint()).toEqual(silent.saveCheckpoint());
    expect(measured.summary()).toBe(silent.summary());
    await measured.fit(inputs, classes, fit);
    await silent.fit(inputs, classes, fit);
    expect(fingerprint(measured)).toBe(fingerprint(silent));
    const reserved = await reservedBytes();
    vi.restoreAllMocks();
    await measured.fit(inputs, classes, fit);
    expect(await reservedBytes()).toBeLessThanOrEqual(reserved);
  });

  it('a network that learned is only looked at', async () => {
    const looked = vi.spyOn(find, 'findHints');
    const network = await Network.create({
      inputs: 2,
      layers: [{ units: 16, activation: 'tanh' }, { units: 1 }],
      optimizer: { type: 'adam', learningRate: 0.02 },
      engine,
    });
    const { hints } = await network.fit(moons().inputs, moons().classes, { validation: 0.2 });
    expect(hints).toEqual([]);
    expect(looked).not.toHaveBeenCalled();
  });

  it('no fit fails because of its hints', async () => {
    vi.spyOn(find, 'findHints').mockRejectedValue(new Error('offline'));
    const network = await Network.create({ ...HOUSES, engine });
    const { hints, epochs } = await network.fit(houses, costs, { epochs: 30 });
    expect(hints).toEqual([]);
    expect(epochs).toHaveLength(30);
  });

  it('an abort or a disposal while they are measured ends the fit', async () => {
    const network = await Network.create({ ...HOUSES, engine });
    const controller = new AbortController();
    vi.spyOn(find, 'findHints').mockImplementation(async () => {
      controller.abort(new Error('enough'));
      throw new Error('measured too late');
    });
    await expect(network.fit(houses, costs, { epochs: 30, signal: controller.signal })).rejects.toThrow('enough');
    vi.spyOn(find, 'findHints').mockImplementation(async () => {
      network.dispose();
      return [];
    });
    await expect(network.fit(houses, costs, { epochs: 30 })).rejects.toMatchObject({ code: 'ERR_DISPOSED' });
  });

  it('weights are final before: those of the best epoch', async () => {
    let seen = '';
    const { inputs, targets } = prices();
    const network = await Network.create({ ...HOUSES, normalize: 'standard', optimizer: 'adam', engine });
    vi.spyOn(find, 'findHints').mockImplementation(async () => {
      seen = fingerprint(network);
      return [];
    });
    await network.fit(inputs, targets, { epochs: 20, earlyStopping: { patience: 3 } });
    expect(seen).toBe(fingerprint(network));
  });

  it.each([
    ['that killed its units', digits(), { epochs: 60 }],
    ['that learned', scaledDigits(), { epochs: 20 }],
  ])('less than a hundredth of a fit %s goes into them, counted in samples', async (_, { inputs, classes }, fit) => {
    const work = { train: 0, predict: 0 };
    for (const of of [WasmNetwork.prototype, JsNetwork.prototype]) {
      const { train, predict } = of as WasmNetwork;
      vi.spyOn(of as WasmNetwork, 'train').mockImplementation(function (
        this: WasmNetwork,
        samples,
        from,
        count,
        step,
        totals,
      ) {
        work.train += count;
        return train.call(this, samples, from, count, step, totals);
      });
      vi.spyOn(of as WasmNetwork, 'predict').mockImplementation(function (this: WasmNetwork, rows, count, layer) {
        work.predict += count;
        return predict.call(this, rows, count, layer);
      });
    }
    const layers = [
      { units: 32, activation: 'relu' },
      { units: 10, activation: 'softmax' },
    ] as const;
    const network = await Network.create({ inputs: 64, layers, engine });
    // Of a network's later fits, short ones too.
    for (const epochs of [fit.epochs, 8]) {
      Object.assign(work, { train: 0, predict: 0 });
      await network.fit(inputs, classes, { epochs });
      const trained = epochs * inputs.length;
      expect(work.predict).toBeGreaterThan(0);
      // A pass back takes twice as long as one forward.
      expect(work.train - trained + work.predict / 3).toBeLessThan(trained / 100);
    }
  });
});
