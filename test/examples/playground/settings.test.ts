import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Network } from 'wasmlp';
import {
  ACTIVATIONS,
  DATASETS,
  DEFAULTS,
  isTutorialShape,
  LOSSES,
  MOST_LAYERS,
  MOST_UNITS,
  networkOptions,
  OPTIMIZERS,
  RULES,
  type Settings,
  settingsOf,
  TUTORIAL,
} from '../../../examples/playground/settings.js';
import { fromHash, toHash } from '../../../examples/playground/url.js';

const anySettings: fc.Arbitrary<Settings> = fc.record({
  data: fc.constantFrom(...DATASETS),
  layers: fc.array(fc.integer({ min: 1, max: MOST_UNITS }), { maxLength: MOST_LAYERS }),
  activation: fc.constantFrom(...ACTIVATIONS),
  loss: fc.constantFrom(...LOSSES),
  optimizer: fc.constantFrom(...OPTIMIZERS),
  rate: fc.double({ min: 1e-5, max: 10, noNaN: true }),
  batch: fc.integer({ min: 1, max: 256 }),
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
});

describe('settings', () => {
  test('of every kind make a network', async () => {
    await fc.assert(
      fc.asyncProperty(anySettings, async (settings) => {
        const network = await Network.create(networkOptions(settings, 'js'));
        const output = settings.data === 'digits' ? 10 : 1;
        expect(network.layers.map(({ units }) => units)).toEqual([...settings.layers, output]);
        network.dispose();
      }),
      { numRuns: 60 },
    );
  });

  test('that are defaults keep the rules', () => {
    for (const settings of [DEFAULTS, TUTORIAL]) {
      for (const [key, { accepts }] of Object.entries(RULES))
        expect(accepts(settings[key as keyof Settings])).toBe(true);
    }
    expect(isTutorialShape(TUTORIAL)).toBe(true);
    expect(isTutorialShape(DEFAULTS)).toBe(false);
    expect(isTutorialShape({ ...TUTORIAL, data: 'digits' })).toBe(false);
  });
});

describe('a link', () => {
  test('brings back every setting', () => {
    fc.assert(
      fc.property(anySettings, (settings) => {
        expect(fromHash(toHash(settings))).toEqual({ settings, problems: [] });
      }),
    );
  });

  test('without settings has the defaults, with some the others', () => {
    expect(fromHash('')).toEqual({ settings: DEFAULTS, problems: [] });
    expect(fromHash('#seed=7&layers=none').settings).toEqual({ ...DEFAULTS, seed: 7, layers: [] });
  });

  test.each([
    ['data', 'sun', 'one of moons, circles, spirals, xor, digits'],
    ['layers', '16-0', 'at most 4 layers of 1 to 32 units'],
    ['layers', '1-1-1-1-1', 'at most 4 layers of 1 to 32 units'],
    ['layers', '', 'at most 4 layers of 1 to 32 units'],
    ['layers', '4-', 'at most 4 layers of 1 to 32 units'],
    ['activation', 'softmax', `one of ${ACTIVATIONS.join(', ')}`],
    ['loss', 'constructor', 'one of crossEntropy, squaredError'],
    ['optimizer', '', `one of ${OPTIMIZERS.join(', ')}`],
    ['rate', '0', 'a number from 0.00001 to 10'],
    ['rate', 'NaN', 'a number from 0.00001 to 10'],
    ['rate', 'Infinity', 'a number from 0.00001 to 10'],
    ['batch', '1.5', 'a whole number from 1 to 256'],
    ['batch', '0x10', 'a whole number from 1 to 256'],
    ['seed', '-1', 'a whole number from 0 to 4294967295'],
    ['seed', '4294967296', 'a whole number from 0 to 4294967295'],
  ])('with %s %j says so and takes the default', (key, value, expected) => {
    const problems = [`The link has ${key} "${value}", expected ${expected}. The default is used.`];
    expect(fromHash(`#${key}=${value}`)).toEqual({ settings: DEFAULTS, problems });
  });

  test('with an unknown name says so, shortened, and changes nothing', () => {
    const { settings, problems } = fromHash(`#__proto__=1&${'x'.repeat(500)}=<b>`);
    expect(settings).toEqual(DEFAULTS);
    expect(problems).toEqual([
      expect.stringMatching(/^The link sets "__proto__", which is none of data, layers, .*, seed\.$/),
      expect.stringMatching(/^The link sets "x{40}…", which is none of/),
    ]);
  });

  test('of any text gives settings that keep the rules', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { settings } = fromHash(text);
        for (const [key, { accepts }] of Object.entries(RULES)) {
          expect(accepts(settings[key as keyof Settings])).toBe(true);
        }
      }),
    );
  });
});

describe('a network of a file', () => {
  const shapeOf = (inputs: number, units: number[], activation: 'tanh' | 'relu', output: 'sigmoid' | 'softmax') =>
    Network.create({
      inputs,
      layers: units.map((n, i) => ({ units: n, activation: i === units.length - 1 ? output : activation })),
    });

  test('sets layers, activation and data', async () => {
    const points = await shapeOf(2, [3, 4, 1], 'relu', 'sigmoid');
    expect(settingsOf(points, DEFAULTS)).toEqual({ ...DEFAULTS, layers: [3, 4], activation: 'relu' });
    expect(settingsOf(points, { ...DEFAULTS, data: 'digits' }).data).toBe('moons');
    const digits = await shapeOf(64, [8, 10], 'tanh', 'softmax');
    expect(settingsOf(digits, TUTORIAL)).toEqual({ ...TUTORIAL, data: 'digits', layers: [8], activation: 'tanh' });
    const neuron = await shapeOf(2, [1], 'tanh', 'sigmoid');
    expect(settingsOf(neuron, DEFAULTS)).toEqual({ ...DEFAULTS, layers: [] });
  });

  test.each([
    [3, [4, 1], 'sigmoid', /^The file holds a network 3-4-1 with a sigmoid output\. This page shows 2 inputs and/],
    [2, [4, 2], 'softmax', /^The file holds a network 2-4-2 with a softmax output\./],
    [2, [33, 1], 'sigmoid', /^The file holds a network 2-33-1\. .*at most 4 layers of 1 to 32 units, all of one/],
    [2, [1, 1, 1, 1, 1, 1], 'sigmoid', /^The file holds a network 2-1-1-1-1-1-1\./],
  ] as const)('%i-%j is refused where the page cannot show it', async (inputs, units, output, message) => {
    const network = await shapeOf(inputs, [...units], 'tanh', output);
    expect(() => settingsOf(network, DEFAULTS)).toThrow(RangeError);
    expect(() => settingsOf(network, DEFAULTS)).toThrow(message);
  });

  test('of two activations is refused', async () => {
    const layers = [{ units: 2, activation: 'tanh' }, { units: 2, activation: 'relu' }, { units: 1 }] as const;
    const network = await Network.create({ inputs: 2, layers });
    expect(() => settingsOf(network, DEFAULTS)).toThrow(/hidden layers of one kind/);
  });
});
