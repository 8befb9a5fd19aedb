/** Settings that the page reads from the files of networks, and networks that it refuses to show. */
import { describe, expect, test } from 'vitest';
import { Network, type NetworkOptions } from 'wasmlp';
import {
  DEFAULTS,
  defaultsOf,
  networkOptions,
  OPTIMIZERS,
  type Settings,
  TUTORIAL,
} from '../../../examples/playground/settings.js';
import { settingsOf } from '../../../examples/playground/stored.js';
import { thrownBy } from '../../support/refusals.js';

/** What the page reads from a network that was saved and loaded. */
async function read(options: NetworkOptions, shown: Settings = DEFAULTS): Promise<Settings> {
  const network = await Network.create(options);
  return await settingsOf(await Network.load(network.save()), shown);
}

describe('the settings of a file', () => {
  const cases: Settings[] = [
    TUTORIAL,
    defaultsOf('spirals'),
    { ...defaultsOf('digits'), layers: [8, 7, 6, 5], activation: 'selu', loss: 'squaredError', seed: 2 ** 32 - 1 },
    defaultsOf('digits'),
    { ...DEFAULTS, layers: [] },
    { ...DEFAULTS, data: 'hills', layers: [3], loss: 'squaredError', l2: 0.01 },
    { ...DEFAULTS, layers: [3], extra: ['x1x2', 'sinx1'] },
    ...OPTIMIZERS.map((optimizer, i) => ({ ...DEFAULTS, layers: [3], optimizer, rate: 0.03, seed: i })),
  ];

  test.each(cases)('are those that made it: $data $layers $optimizer $loss', async (settings) => {
    const { batch, activation, extra } = settings;
    const shown = { ...defaultsOf(settings.data), batch, activation, extra };
    expect(await read(networkOptions(settings), shown)).toEqual(settings);
  });

  test('are filled in where it leaves them to the library', async () => {
    const settings = await read({ inputs: 2, layers: [{ units: 3, activation: 'relu' }, { units: 1 }] });
    expect(settings).toMatchObject({ loss: 'crossEntropy', optimizer: 'sgd', rate: 0.1, seed: 0 });
  });

  test('leave batch size and points to the page', async () => {
    const shown = { ...DEFAULTS, data: 'circles', batch: 5 } as const;
    expect(await read(networkOptions(TUTORIAL), shown)).toEqual({ ...TUTORIAL, data: 'circles', batch: 5 });
    expect((await read(networkOptions(TUTORIAL), { ...shown, data: 'digits' })).data).toBe('moons');
  });
});

describe('what the page does not offer is refused by its name:', () => {
  const hidden = { units: 2, activation: 'tanh' } as const;
  const output = { units: 1, activation: 'sigmoid' } as const;
  const points = { inputs: 2, layers: [hidden, output] } as const;
  const cases: [string, NetworkOptions, RegExp][] = [
    [
      'inputs',
      { inputs: 3, layers: [hidden, output] },
      /^The file holds a network 3-2-1 with a sigmoid output\. This page/,
    ],
    [
      'outputs',
      { inputs: 2, layers: [hidden, { units: 2, activation: 'softmax' }] },
      /^The file holds a network 2-2-2 with a softmax output\./,
    ],
    [
      'units',
      { inputs: 2, layers: [{ units: 33 }, output] },
      /hidden layers 33\. This page offers at most 4 layers of 1 to 32/,
    ],
    [
      'layers',
      { inputs: 2, layers: [hidden, hidden, hidden, hidden, hidden, output] },
      /hidden layers 2-2-2-2-2\. This/,
    ],
    [
      'activations',
      { inputs: 2, layers: [hidden, { units: 2, activation: 'relu' }, output] },
      /^The network has hidden layers of tanh and relu\. This page offers one activation for all\.$/,
    ],
    [
      'loss',
      { ...points, loss: 'huber' },
      /^The network has loss huber\. This page offers one of crossEntropy, squaredError\.$/,
    ],
    [
      'rate',
      { ...points, optimizer: { type: 'adam', learningRate: 1e-7 } },
      /learning rate 1e-7\. This page offers a number/,
    ],
    [
      'momentum',
      { ...points, optimizer: { type: 'sgd', momentum: 0.9 } },
      /^The network has momentum 0\.9, which this page/,
    ],
    ['weightDecay', { ...points, optimizer: { type: 'adamw', weightDecay: 0.5 } }, /has weightDecay 0\.5, which/],
    ['bias', { inputs: 2, layers: [{ ...hidden, bias: false }, output] }, /has bias false in layer 1, which/],
    ['dropout', { inputs: 2, layers: [{ ...hidden, dropout: 0.25 }, output] }, /has dropout 0\.25 in layer 1, which/],
    [
      'trainable',
      { inputs: 2, layers: [hidden, { ...output, trainable: false }] },
      /trainable false in layer 2, which/,
    ],
    ['normalize', { ...points, normalize: 'standard' }, /has normalize "standard", which/],
    ['labels', { ...points, labels: ['no', 'yes'] }, /has labels \["no","yes"\], which this page does not offer\.$/],
  ];

  test.each(cases)('%s', async (_name, options, message) => {
    const error = await thrownBy(() => read(options));
    expect(error).toBeInstanceOf(RangeError);
    expect((error as Error).message).toMatch(message);
  });

  test('but not how the weights began', async () => {
    const layers = [{ ...hidden, initializer: 'zeros' }, output] as const;
    expect((await read({ ...points, layers })).layers).toEqual([2]);
  });
});
