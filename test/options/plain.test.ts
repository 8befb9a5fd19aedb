/** Plain networks, whose options the core resolves by itself: the same as the checks make of them; everything else is left to the checks. */
import { afterEach, describe, expect, it } from 'vitest';
import { Network, type NetworkOptions } from '../../src/index.js';
import { OUTPUT_RANGES } from '../../src/options/activations.js';
import { ENGINE_KEYS } from '../../src/options/engine.js';
import { resolveNetwork } from '../../src/options/network.js';
import { MAX_WIDTH, plainNetwork } from '../../src/options/plain.js';
import type { Activation } from '../../src/options/types.js';
import { expectRefused } from '../support/refusals.js';
import { repeats } from '../support/repeats.js';
import { REPRODUCE, SeededRandom } from '../support/seeded.js';

const ACTIVATIONS = Object.keys(OUTPUT_RANGES) as [Activation, ...Activation[]];
const PLAIN = ACTIVATIONS.filter((activation) => activation !== 'leakyRelu');
const HIDDEN = PLAIN.filter((activation) => activation !== 'softmax') as [Activation, ...Activation[]];

/** The key or not, in any place: the order of what is resolved is not that of what was given. */
function drawOptions(random: SeededRandom): NetworkOptions {
  const widths = [1, 2, 3, 17, 1000, MAX_WIDTH] as const;
  const count = random.integer(1, 5);
  const layers = Array.from({ length: count }, (_, l) => {
    const units = random.pick(widths);
    const mayBeSoftmax = l === count - 1 && units > 1;
    const activation = mayBeSoftmax && random.chance(0.3) ? 'softmax' : random.pick(HIDDEN);
    const entries: unknown[][] = [['units', units], ...(random.chance(0.7) ? [['activation', activation]] : [])];
    if (entries.length === 1 && random.chance(0.2)) entries.push(['activation', undefined]);
    return shuffled(random, entries);
  });
  const entries: unknown[][] = [
    ['inputs', random.pick(widths)],
    ['layers', layers],
  ];
  if (random.chance(0.7)) entries.push(['seed', random.pick([0, -0, 1, 2 ** 32 - 1, undefined])]);
  return shuffled(random, entries) as unknown as NetworkOptions;
}

function shuffled(random: SeededRandom, entries: readonly unknown[][]): Record<string, unknown> {
  return Object.fromEntries(Array.from(random.order(entries.length), (i) => entries[i] as [string, unknown]));
}

it('plain options give what the checks make of them, in the same order', () => {
  const random = new SeededRandom('plain options');
  const drawn = new Set<string>();
  for (let i = 0; i < repeats(200, 20_000); i++) {
    const options = drawOptions(random);
    const [plain, checked] = [plainNetwork(options), resolveNetwork(options)];
    const what = `${JSON.stringify(options)}, ${REPRODUCE}`;
    // Keys that are undefined too.
    expect(plain, what).toStrictEqual(checked);
    expect(JSON.stringify(plain), what).toBe(JSON.stringify(checked));
    expect(Object.is(plain?.seed, checked.seed), what).toBe(true);
    for (const { activation } of checked.layers) drawn.add(activation);
  }
  expect([...drawn].sort()).toEqual([...PLAIN].sort());
});

it('what was resolved is independent of the options', () => {
  const options = { inputs: 2, layers: [{ units: 3, activation: 'tanh' as Activation }, { units: 1 }] };
  const plain = plainNetwork(options);
  const before = JSON.stringify(plain);
  Object.assign(options.layers[0] as object, { units: 9, activation: 'relu' });
  options.layers.pop();
  expect(JSON.stringify(plain)).toBe(before);
});

const LAYERS = [{ units: 3 }, { units: 1 }];
const options = (changes: object): unknown => ({ inputs: 2, layers: LAYERS, ...changes });
const layers = (...given: unknown[]): unknown => ({ inputs: 2, layers: given });

/** Allowed, but more than plain. */
const MORE: [name: string, options: unknown][] = [
  ...(['loss', 'optimizer', 'normalize', 'normalizeTargets', 'labels', ...ENGINE_KEYS] as const).map(
    (key): [string, unknown] => [`${key}, even undefined`, options({ [key]: undefined })],
  ),
  ...(['initializer', 'bias', 'dropout', 'l1', 'l2', 'trainable', 'slope'] as const).map((key): [string, unknown] => [
    `${key} of a layer, even undefined`,
    layers({ units: 1, [key]: undefined }),
  ]),
  ['leakyRelu, which has a slope', layers({ units: 2, activation: 'leakyRelu' }, { units: 1 })],
  ['an object without a prototype', Object.assign(Object.create(null), options({}))],
  ['a layer without a prototype', layers(Object.assign(Object.create(null), { units: 1 }))],
  ['inherited options', Object.create(options({}) as object)],
  ['a layer that inherits its units', layers(Object.create({ units: 1 }))],
  ['a class', new (class Options { inputs = 2; layers = LAYERS; })()], // biome-ignore format: one row
  ['a class as a layer', layers(new (class Layer { units = 1; })())], // biome-ignore format: one row
];

/** What the checks refuse, by what. */
const REFUSED: [name: string, options: unknown, code: 'ERR_INVALID_TYPE' | 'ERR_INVALID_OPTION', message: RegExp][] = [
  ['nothing', undefined, 'ERR_INVALID_TYPE', /^create: options is undefined, expected an object/],
  ['null', null, 'ERR_INVALID_TYPE', /^create: options is null, /],
  ['an array', [2, LAYERS], 'ERR_INVALID_TYPE', /^create: options is an array of 2, /],
  ['a function', () => options({}), 'ERR_INVALID_TYPE', /^create: options is the function .*expected an object/],
  ['no inputs', { layers: LAYERS }, 'ERR_INVALID_TYPE', /^create: inputs is undefined, /],
  ['inputs as text', options({ inputs: '2' }), 'ERR_INVALID_TYPE', /^create: inputs is "2", /],
  ['inputs as a list', options({ inputs: [2] }), 'ERR_INVALID_TYPE', /^create: inputs is an array of 1, /],
  ['inputs as a bigint', options({ inputs: 2n }), 'ERR_INVALID_TYPE', /^create: inputs is 2n, /],
  ...([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, MAX_WIDTH + 1] as const).flatMap(
    (width): (typeof REFUSED)[number][] => [
      [`inputs: ${width}`, options({ inputs: width }), 'ERR_INVALID_OPTION', /^create: inputs is .* a whole number/],
      [`units: ${width}`, layers({ units: width }), 'ERR_INVALID_OPTION', /^create: layers\[0\]\.units is .* a whole/],
    ],
  ),
  ...([-1, 0.5, 2 ** 32, Number.NaN] as const).map((seed): (typeof REFUSED)[number] => [
    `seed: ${seed}`,
    options({ seed }),
    'ERR_INVALID_OPTION',
    /^create: seed is .*, expected a whole number from 0 to 4294967295\.$/,
  ]),
  ['seed: null', options({ seed: null }), 'ERR_INVALID_TYPE', /^create: seed is null, /],
  ['seed as text', options({ seed: '1' }), 'ERR_INVALID_TYPE', /^create: seed is "1", /],
  ['no layers', { inputs: 2 }, 'ERR_INVALID_TYPE', /^create: layers is undefined, /],
  ['an empty list of layers', options({ layers: [] }), 'ERR_INVALID_OPTION', /^create: layers is empty\. /],
  ['one layer without its list', options({ layers: LAYERS[0] }), 'ERR_INVALID_TYPE', /^create: layers is .*, expected/],
  ['numbers as layers', layers(3, 1), 'ERR_INVALID_TYPE', /^create: layers\[0\] is 3, .* Write \{ units: 3 \}\.$/],
  ['a hole', options({ layers: new Array(2) }), 'ERR_INVALID_TYPE', /^create: layers\[0\] is undefined, /],
  ['a layer without units', layers({}), 'ERR_INVALID_TYPE', /^create: layers\[0\]\.units is undefined, /],
  [
    'an unknown activation',
    layers({ units: 1, activation: 'Tanh' }),
    'ERR_INVALID_OPTION',
    /^create: layers\[0\]\.activation is "Tanh"\. Did you mean "tanh"\? Expected one of: /,
  ],
  ...['toString', '__proto__', 'constructor', ''].map((activation): (typeof REFUSED)[number] => [
    `activation: "${activation}"`,
    layers({ units: 1, activation }),
    'ERR_INVALID_OPTION',
    /^create: layers\[0\]\.activation is ".*"\. .*Expected one of: /,
  ]),
  ...[['tanh'], null, 1, { toString: () => 'tanh' }, new String('tanh')].map((activation): (typeof REFUSED)[number] => [
    `an activation that is no text: ${JSON.stringify(activation)}`,
    layers({ units: 1, activation }),
    'ERR_INVALID_TYPE',
    /^create: layers\[0\]\.activation is .*, expected one of: /,
  ]),
  [
    'softmax in a hidden layer',
    layers({ units: 2, activation: 'softmax' }, { units: 1 }),
    'ERR_INVALID_OPTION',
    /^create: layers\[0\]\.activation is "softmax" on a hidden layer\. /,
  ],
  [
    'softmax of one unit',
    layers({ units: 2 }, { units: 1, activation: 'softmax' }),
    'ERR_INVALID_OPTION',
    /^create: layers\[1\] is a softmax of 1 unit\. /,
  ],
  [
    'another key',
    options({ epochs: 3 }),
    'ERR_INVALID_OPTION',
    /^create: options has an unknown option "epochs"\. It belongs to fit: /,
  ],
  [
    'another key of a layer',
    layers({ units: 1, neurons: 3 }),
    'ERR_INVALID_OPTION',
    /^create: layers\[0\] has an unknown option "neurons"\. Did you mean "units"\? /,
  ],
];

describe('more than a plain network is left to the checks', () => {
  it.each(MORE)('%s', (_, given) => {
    expect(plainNetwork(given)).toBeUndefined();
    expect(resolveNetwork(given).outputs).toBe(1);
  });
});

describe('what is wrong is left to the checks, which say so', () => {
  it.each(REFUSED)('%s', async (_, given, code, message) => {
    expect(plainNetwork(given)).toBeUndefined();
    await expectRefused(() => Network.create(given as NetworkOptions), code, message);
  });
});

describe('with options on Object.prototype', () => {
  const prototype = Object.prototype as Record<string, unknown>;
  const KEYS = ['inputs', 'layers', 'seed', 'units', 'activation'];
  afterEach(() => {
    for (const key of KEYS) delete prototype[key];
  });

  it.each(KEYS)('%s, the checks decide', (key) => {
    const checked = resolveNetwork(options({}));
    prototype[key] = 'polluted';
    const [plain, polluted] = [plainNetwork(options({})), resolveNetwork(options({}))];
    delete prototype[key];
    expect(plain).toBeUndefined();
    expect(polluted).toEqual(checked);
  });
});
