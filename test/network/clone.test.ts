/** clone: the copy is independent, trains on to the same bits, and is made while a fit runs. */
import { describe, expect, it } from 'vitest';
import { Network, type NetworkOptions } from '../../src/index.js';
import { CLASSIFIER, ENGINES, fingerprint } from '../support/networks.js';
import { expectRefused } from '../support/refusals.js';
import { randomClasses, randomRows } from '../support/samples.js';

const INPUTS = randomRows(40, 2);
const CLASSES = randomClasses(40, 3);

describe.each(ENGINES)('clone on %s', (engine) => {
  const variants: [string, Partial<NetworkOptions>][] = [
    ['sgd', {}],
    ['momentum', { optimizer: { type: 'sgd', learningRate: 0.1, momentum: 0.9 } }],
    ['adam', { optimizer: 'adam' }],
    ['a scaling', { normalize: 'standard', optimizer: 'rmsprop' }],
    [
      'dropout',
      {
        layers: [
          { units: 5, dropout: 0.3 },
          { units: 3, activation: 'softmax' },
        ],
      },
    ],
  ];
  it.each(variants)('with %s fits to the same bits as its original', async (_, options) => {
    const network = await Network.create({ ...CLASSIFIER, ...options, engine });
    await network.fit(INPUTS, CLASSES, { epochs: 3, batchSize: 8 });
    network.trainOnBatch(INPUTS, CLASSES);
    const copy = network.clone();
    expect(copy).toBeInstanceOf(Network);
    expect(copy.engine).toEqual(network.engine);
    expect(copy.epochs).toBe(3);
    expect(copy.saveCheckpoint()).toEqual(network.saveCheckpoint());
    await copy.fit(INPUTS, CLASSES, { epochs: 4, batchSize: 8 });
    copy.trainOnBatch(INPUTS, CLASSES);
    expect(fingerprint(copy)).not.toBe(fingerprint(network));
    await network.fit(INPUTS, CLASSES, { epochs: 4, batchSize: 8 });
    network.trainOnBatch(INPUTS, CLASSES);
    expect(fingerprint(copy)).toBe(fingerprint(network));
    expect(copy.epochs).toBe(7);
  });

  it('shares nothing: a change of one is none of the other', async () => {
    const network = await Network.create({ ...CLASSIFIER, engine });
    const before = fingerprint(network);
    const copy = network.clone();
    copy.setParameters(0, { weights: new Float32Array(6).fill(1) });
    expect(fingerprint(network)).toBe(before);
    const changed = fingerprint(copy);
    network.dispose();
    expect(fingerprint(copy)).toBe(changed);
    expect(copy.labels).toEqual(CLASSIFIER.labels);
    await expectRefused(() => network.clone(), 'ERR_DISPOSED', /^clone: this network was disposed of/);
  });

  it('is made while a fit runs, of a whole number of batches, and may train then', async () => {
    const network = await Network.create({ ...CLASSIFIER, engine, optimizer: 'adam' });
    const copies: Network[] = [];
    const fit = network.fit(INPUTS, CLASSES, {
      epochs: 6,
      onEpoch: ({ epoch }) => {
        if (epoch === 2) copies.push(network.clone());
      },
    });
    await fit;
    const [copy] = copies as [Network];
    expect(copy.epochs).toBe(2);
    await copy.fit(INPUTS, CLASSES, { epochs: 4 });
    expect(fingerprint(copy)).toBe(fingerprint(network));
  });

  it('keeps early stopping as a checkpoint does', async () => {
    const options = { epochs: 8, earlyStopping: { patience: 50 } };
    const run = async (resume: (network: Network) => Network | Promise<Network>): Promise<string> => {
      const network = await Network.create({ ...CLASSIFIER, engine });
      const controller = new AbortController();
      const onEpoch = ({ epoch }: { epoch: number }): void => {
        if (epoch === 3) controller.abort();
      };
      await network.fit(INPUTS, CLASSES, { ...options, onEpoch, signal: controller.signal }).catch(() => undefined);
      const resumed = await resume(network);
      await resumed.fit(INPUTS, CLASSES, options);
      return fingerprint(resumed);
    };
    expect(await run((network) => network.clone())).toBe(
      await run((network) => Network.load(network.saveCheckpoint(), { engine })),
    );
  });

  it('serves a game with hundreds of networks that mutate', async () => {
    const parent = await Network.create({
      inputs: 4,
      layers: [{ units: 6, activation: 'tanh' }, { units: 2 }],
      engine,
    });
    const children = Array.from({ length: 500 }, (_, child) => {
      const network = parent.clone();
      const { weights, biases } = network.getParameters(0);
      network.setParameters(0, { weights: weights.map((w) => w + child / 100), biases });
      return network;
    });
    const answers = new Set(children.map((network) => network.predict([1, -1, 0.5, 0]).join()));
    expect(answers.size).toBeGreaterThan(400);
    for (const network of children) network.dispose();
    expect(parent.predict([1, -1, 0.5, 0])).toHaveLength(2);
  });
});
