/** Samples of several classes: lists of names as targets, and classifyAll. */
import { describe, expect, it } from 'vitest';
import { Network, type NetworkOptions } from '../../src/index.js';
import { ENGINES, fingerprint } from '../support/networks.js';
import { expectRefused } from '../support/refusals.js';

const TAGGER = { inputs: 1, layers: [{ units: 3 }], labels: ['cat', 'dog', 'horse'] } as const satisfies NetworkOptions;
const INPUTS = [[0], [1], [2], [3]];
const NAMES = [[], ['dog'], ['horse', 'cat'], ['cat', 'dog', 'horse']];
const ROWS = [
  [0, 0, 0],
  [0, 1, 0],
  [1, 0, 1],
  [1, 1, 1],
];

describe.each(ENGINES)('lists of names on %s', (engine) => {
  it('are what rows of 0 and 1 are, wherever targets are given', async () => {
    const [byName, byRow] = (await Promise.all([0, 1].map(() => Network.create({ ...TAGGER, engine })))) as [
      Network,
      Network,
    ];
    expect(byName.evaluate(INPUTS, NAMES)).toEqual(byRow.evaluate(INPUTS, ROWS));
    expect(byName.gradients(INPUTS, NAMES)).toEqual(byRow.gradients(INPUTS, ROWS));
    expect(byName.trainOnBatch(INPUTS, NAMES)).toBe(byRow.trainOnBatch(INPUTS, ROWS));
    const fitting = (targets: string[][] | number[][]) => ({ epochs: 3, validation: { inputs: INPUTS, targets } });
    const named = await byName.fit(INPUTS, NAMES, fitting(NAMES));
    const numbered = await byRow.fit(INPUTS, ROWS, fitting(ROWS));
    expect(named.epochs.map(({ validationLoss }) => validationLoss)).toEqual(
      numbered.epochs.map(({ validationLoss }) => validationLoss),
    );
    const stream = (targets: string[][] | number[][]) =>
      async function* () {
        yield { inputs: INPUTS, targets };
      };
    await byName.fitStream(stream(NAMES), { epochs: 2 });
    await byRow.fitStream(stream(ROWS), { epochs: 2 });
    expect(fingerprint(byName)).toBe(fingerprint(byRow));
    await byName.fit([[5]], [[]], { epochs: 1 });
  });

  it.each([
    [
      [['cat'], ['dgo']],
      'ERR_INVALID_OPTION',
      /^evaluate: targets\[1\]\[0\] is "dgo", which is not among the labels: "cat", "dog", "horse"\. Did you mean "dog"\?$/,
    ],
    [[['cat'], 'dog'], 'ERR_INVALID_TYPE', /^evaluate: targets\[1\] is "dog", expected a list with the names/],
    [[['cat'], ['dog', 1]], 'ERR_INVALID_TYPE', /^evaluate: targets\[1\]\[1\] is 1, expected the name of a class/],
    [[['cat']], 'ERR_SHAPE', /^evaluate: targets has 1 sample, inputs has 2 samples/],
  ] as const)('%j are refused', async (targets, code, message) => {
    const network = await Network.create({ ...TAGGER, engine });
    await expectRefused(() => network.evaluate([[0], [1]], targets as never), code, message);
  });

  it('need labels', async () => {
    const { labels: _, ...unnamed } = TAGGER;
    const network = await Network.create({ ...unnamed, engine });
    const message =
      /^evaluate: targets holds lists of names, but the network has no labels\. Create the network with labels/;
    await expectRefused(() => network.evaluate([[0]], [['cat']]), 'ERR_INVALID_OPTION', message);
  });
});

describe.each(ENGINES)('classifyAll on %s', (engine) => {
  /** Outputs of 0.2, 0.9 and 0.5 for the input 0, and more of `horse` the larger it is. */
  async function tagger(): Promise<Network> {
    const network = await Network.create({ ...TAGGER, engine });
    const logit = (p: number): number => Math.log(p / (1 - p));
    network.setParameters(0, { weights: [0, 0, 1], biases: [logit(0.2), logit(0.9), 0] });
    return network;
  }

  it('names all classes at or above the threshold, likeliest first', async () => {
    const network = await tagger();
    const [cat, dog, horse] = network.predict([0]) as unknown as [number, number, number];
    expect(horse).toBe(0.5);
    const named = (index: number, probability: number) => ({ index, label: TAGGER.labels[index], probability });
    expect(network.classifyAll([0])).toEqual([named(1, dog), named(2, horse)]);
    expect(network.classifyAll([0], { threshold: 0 })).toEqual([named(1, dog), named(2, horse), named(0, cat)]);
    expect(network.classifyAll([0], { threshold: 0.95 })).toEqual([]);
    expect(network.classifyAll([0], { threshold: dog })).toEqual([named(1, dog)]);
    expect(network.classifyAll([10])[0]).toMatchObject({ label: 'horse' });
  });

  it('answers in the shapes of classify', async () => {
    const network = await tagger();
    const one = network.classifyAll([0]);
    expect(network.classifyAll([[0]])).toEqual([one]);
    expect(network.classifyAll(Float32Array.of(0))).toEqual(one);
    expect(network.classifyAll(Float32Array.of(0, 0))).toEqual([one, one]);
  });

  it.each([
    [{ threshold: 1.1 }, 'ERR_INVALID_OPTION', /^classifyAll: threshold is 1\.1, expected a probability from 0 to 1/],
    [{ threshold: '0.5' }, 'ERR_INVALID_TYPE', /^classifyAll: threshold is "0\.5"/],
    [{ treshold: 0.5 }, 'ERR_INVALID_OPTION', /unknown option "treshold"\. Known: threshold\.$/],
    [null, 'ERR_INVALID_TYPE', /^classifyAll: options is null/],
  ] as const)('refuses %j', async (options, code, message) => {
    const network = await tagger();
    await expectRefused(() => network.classifyAll([0], options as never), code, message);
  });

  it.each([
    ['softmax', 2],
    ['sigmoid', 1],
    ['linear', 2],
  ] as const)('is refused for %s outputs: %i', async (activation, units) => {
    const network = await Network.create({ inputs: 1, layers: [{ units, activation }], engine });
    await expectRefused(() => network.classifyAll([0]), 'ERR_UNSUPPORTED', /^classifyAll: a sample has one class here/);
  });
});
