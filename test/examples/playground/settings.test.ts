import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Network } from 'wasmlp';
import { EXTRAS } from '../../../examples/playground/extras.js';
import {
  fromHash,
  fromText,
  MOST_LINKED,
  MOST_WEIGHTS,
  pointsPart,
  readHash,
  toText,
  viewPart,
  weightsPart,
} from '../../../examples/playground/link.js';
import { readPoints } from '../../../examples/playground/read-points.js';
import {
  ACTIVATIONS,
  DATASETS,
  DEFAULTS,
  defaultsOf,
  differInPace,
  hasValues,
  isTutorialShape,
  LOSSES,
  MOST_LAYERS,
  MOST_UNITS,
  networkOptions,
  OPTIMIZERS,
  onData,
  RULES,
  type Settings,
  TUTORIAL,
} from '../../../examples/playground/settings.js';
import { toHash } from '../../../examples/playground/url.js';
import { ACTIVATIONS as KNOWN_ACTIVATIONS, OPTIMIZERS as KNOWN_OPTIMIZERS } from '../../../src/options/names.js';

const anySettings: fc.Arbitrary<Settings> = fc.record({
  data: fc.constantFrom(...DATASETS),
  layers: fc.array(fc.integer({ min: 1, max: MOST_UNITS }), { maxLength: MOST_LAYERS }),
  activation: fc.constantFrom(...ACTIVATIONS),
  loss: fc.constantFrom(...LOSSES),
  optimizer: fc.constantFrom(...OPTIMIZERS),
  rate: fc.double({ min: 1e-5, max: 10, noNaN: true }),
  batch: fc.integer({ min: 1, max: 256 }),
  l2: fc.double({ min: 0, max: 1, noNaN: true }),
  noise: fc.double({ min: 0, max: 0.5, noNaN: true }),
  share: fc.integer({ min: 10, max: 90 }),
  extra: fc.subarray(Object.keys(EXTRAS) as (keyof typeof EXTRAS)[]),
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
});

describe('settings', () => {
  test('of every kind make a network', async () => {
    await fc.assert(
      fc.asyncProperty(anySettings, async (settings) => {
        const network = await Network.create(networkOptions(settings, 'js'));
        const output = settings.data === 'digits' ? 10 : 1;
        expect(network.inputs).toBe(settings.data === 'digits' ? 64 : 2 + settings.extra.length);
        expect(network.layers.map(({ units }) => units)).toEqual([...settings.layers, output]);
        network.dispose();
      }),
      { numRuns: 60 },
    );
  });

  test('offer every activation of hidden layers, and every optimizer', () => {
    expect([...ACTIVATIONS, 'softmax'].sort()).toEqual(KNOWN_ACTIVATIONS.toSorted());
    expect(OPTIMIZERS.toSorted()).toEqual(KNOWN_OPTIMIZERS.toSorted());
  });

  test('that are defaults keep the rules', () => {
    for (const settings of [TUTORIAL, ...DATASETS.map(defaultsOf)]) {
      for (const [key, { accepts }] of Object.entries(RULES))
        expect(accepts(settings[key as keyof Settings])).toBe(true);
    }
    expect(isTutorialShape(TUTORIAL)).toBe(true);
    expect(isTutorialShape(DEFAULTS)).toBe(false);
    expect(isTutorialShape({ ...TUTORIAL, data: 'digits' })).toBe(false);
    expect(isTutorialShape({ ...TUTORIAL, data: 'hills' })).toBe(false);
    expect(isTutorialShape({ ...TUTORIAL, extra: ['x1x2'] })).toBe(false);
  });
});

describe('other data', () => {
  test('bring their own defaults', () => {
    for (const from of DATASETS)
      for (const to of DATASETS) expect(onData(defaultsOf(from), to)).toEqual(defaultsOf(to));
    expect(defaultsOf('moons')).toEqual(DEFAULTS);
    expect(defaultsOf('spirals')).not.toMatchObject({ activation: DEFAULTS.activation, rate: DEFAULTS.rate });
  });

  test('leave what was chosen', () => {
    const chosen = { ...DEFAULTS, layers: [3], activation: 'relu', batch: 4, seed: 9 } as const;
    const { rate, noise } = defaultsOf('spirals');
    expect(onData(chosen, 'spirals')).toEqual({ ...chosen, data: 'spirals', rate, noise });
    expect(onData({ ...DEFAULTS, rate: 0.5 }, 'spirals')).toMatchObject({ activation: 'gelu', rate: 0.5 });
  });
});

test('a change of pace alone leaves the network, any other does not', () => {
  for (const other of [{ rate: 0.5 }, { batch: 3 }, { rate: 0.5, batch: 3 }]) {
    expect(differInPace(DEFAULTS, { ...DEFAULTS, ...other })).toBe(true);
  }
  for (const other of [
    {},
    { seed: 2 },
    { layers: [4] },
    { noise: 0.1 },
    { extra: ['x1x2'] },
    { rate: 1, l2: 0.1 },
  ] as const) {
    expect(differInPace(DEFAULTS, { ...DEFAULTS, ...other })).toBe(false);
  }
});

describe('a link', () => {
  test('brings back every setting', () => {
    fc.assert(
      fc.property(anySettings, (settings) => {
        // Values have one loss.
        const read = hasValues(settings) ? { ...settings, loss: 'squaredError' } : settings;
        expect(fromHash(toHash(settings))).toEqual({ settings: read, problems: [] });
      }),
    );
    expect(fromHash('#data=plane&loss=crossEntropy').settings).toEqual(defaultsOf('plane'));
    expect(toHash(onData(DEFAULTS, 'hills'))).toContain('loss=squaredError');
  });

  test('without settings has the defaults, with some the others', () => {
    expect(fromHash('')).toEqual({ settings: DEFAULTS, problems: [] });
    expect(fromHash('#seed=7&layers=none').settings).toEqual({ ...DEFAULTS, seed: 7, layers: [] });
    expect(fromHash('#seed=7&data=spirals').settings).toEqual({ ...defaultsOf('spirals'), seed: 7 });
    expect(fromHash('#rate=0.01&data=spirals').settings.rate).toBe(0.01);
  });

  test('that says something twice takes the last, and says so', () => {
    const { settings, problems } = fromHash('#data=xor&seed=3&data=moons&data=circles');
    expect(settings).toEqual({ ...DEFAULTS, data: 'circles', seed: 3 });
    expect(problems).toEqual(['The link sets data more than once. The last one counts.']);
    expect(fromHash('#seed=3&seed=x')).toEqual({
      settings: DEFAULTS,
      problems: [
        'The link sets seed more than once. The last one counts.',
        expect.stringMatching(/^The link has seed "x", .* The default is used\.$/),
      ],
    });
  });

  test.each([
    ['data', 'sun', `one of ${DATASETS.join(', ')}`],
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
    ['l2', '2', 'a number from 0 to 1'],
    ['noise', 'x', 'a number from 0 to 0.5'],
    ['share', '95', 'a whole number from 10 to 90'],
    ['extra', 'x1x1-x1x1', `some of ${Object.keys(EXTRAS).join(', ')}, each once`],
    ['extra', 'toString', `some of ${Object.keys(EXTRAS).join(', ')}, each once`],
    ['seed', '-1', 'a whole number from 0 to 4294967295'],
    ['seed', '4294967296', 'a whole number from 0 to 4294967295'],
  ])('with %s %j says so and takes the default', (key, value, expected) => {
    const problems = [`The link has ${key} "${value}", expected ${expected}. The default is used.`];
    expect(fromHash(`#${key}=${value}`)).toEqual({ settings: DEFAULTS, problems });
  });

  test('with many faults gives a message of a few sentences', () => {
    expect(fromHash('#view=foo').problems).toEqual([
      'The link has view "foo", expected discrete. The default is used.',
    ]);
    const { settings, problems } = fromHash(`#${Array.from({ length: 5000 }, (_, i) => `x${i}=1`).join('&')}`);
    expect(settings).toEqual(DEFAULTS);
    expect(problems).toHaveLength(6);
    expect(problems.at(-1)).toBe('And 4995 more.');
  });

  test('with an unknown name says so, shortened, and changes nothing', () => {
    const { settings, problems } = fromHash(`#__proto__=1&${'x'.repeat(500)}=<b>`);
    expect(settings).toEqual(DEFAULTS);
    expect(problems).toEqual([
      expect.stringMatching(/^The link sets "__proto__", which is none of data, layers, .*, seed\.$/),
      expect.stringMatching(/^The link sets "x{40}…", which is none of/),
    ]);
  });

  test('carries weights, bit for bit, where they are few', () => {
    const weights = Float32Array.of(0.1, -2.5, 1e-30, 3e38, 0);
    const hash = toHash(DEFAULTS) + weightsPart(weights);
    expect(fromHash(hash)).toEqual({ settings: DEFAULTS, problems: [], weights });
    expect(weightsPart(new Float32Array(MOST_WEIGHTS + 1))).toBe('');
    expect(fromText(toText(new Float32Array(MOST_WEIGHTS)))).toHaveLength(MOST_WEIGHTS);
  });

  test.each([
    ['own', 'x1,x2,kind\n0,0,no\n3,1,yes\n1,7,no\n2,2,yes'],
    ['ownValues', '0.1,0,5\n0.7,0,10\n0.2,1,15\n0.3,1,11.7'],
  ] as const)(
    'carries points that are %s to the last bit, what they were in a table, and the view',
    async (data, csv) => {
      const { points, table } = await readPoints(csv);
      const settings = defaultsOf(data);
      const plain = { settings, problems: [] };
      for (const owned of [{ points, table }, { points }]) {
        expect(readHash(toHash(settings) + pointsPart(owned))).toEqual({ ...plain, owned });
      }
      expect(fromHash(toHash(settings) + viewPart(true))).toEqual({ ...plain, isDiscrete: true });
      expect(viewPart(false)).toBe('');
      // Of other data they mean nothing.
      expect(fromHash(`#data=xor${pointsPart({ points })}`)).toEqual({ ...plain, settings: defaultsOf('xor') });
    },
  );

  test('carries as many points as can be sent, a file all of them', () => {
    const count = MOST_LINKED + 1;
    const points = { inputs: new Float32Array(2 * count), targets: new Uint8Array(count) };
    expect(pointsPart({ points })).toBe('');
    const { owned } = fromHash(`#data=own${pointsPart({ points }, Number.POSITIVE_INFINITY)}`);
    expect(owned?.points).toEqual(points);
  });

  test.each([
    'points=',
    'points=%',
    'points=AAAAAAAA',
    // Beyond the plane, and of no class.
    `points=${'_38AAAAA'.repeat(4)}`,
    `points=${'AAAAAAUA'.repeat(4)}`,
    `points=${'AAAAAAAA'.repeat(4)}&table=%7B`,
    `points=${'AAAAAAAA'.repeat(4)}&table=%7B%22names%22%3A1%7D`,
    `points=${'AAAAAAAA'.repeat(3000)}`,
  ])('with %s leaves the points out, and says so', (part) => {
    const { owned, problems } = fromHash(`#data=own&${part}`);
    expect([owned, problems]).toEqual([undefined, ['The points of the link cannot be read.']]);
  });

  test('to points of one visitor says that it has none', () => {
    const { settings, problems } = readHash('#data=own');
    expect([settings.data, problems]).toEqual([
      'own',
      ['The link does not have the points that it was made with: these are others.'],
    ]);
    expect(readHash('#data=xor').problems).toEqual([]);
  });

  test.each(['%', 'AAAAA', 'AAA', 'AADAfw', 'A'.repeat(5000)])(
    'with weights %j leaves them out, and says so',
    (text) => {
      expect(fromHash(`#weights=${text}`)).toEqual({
        settings: DEFAULTS,
        problems: ['The weights of the link cannot be read.'],
      });
    },
  );

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
