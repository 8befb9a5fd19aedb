/** What `create` refuses in widths, layers and initializers, with class, code and message. */
import { describe, expect, it } from 'vitest';
import { type ErrorCode, Network, type NetworkOptions } from '../../src/index.js';
import { ENGINES, reservedBytes } from '../support/networks.js';
import { expectRefused } from '../support/refusals.js';

type Row = [title: string, options: unknown, code: ErrorCode, message: RegExp];

const OPTIONS: NetworkOptions = { inputs: 2, layers: [{ units: 3 }, { units: 2, activation: 'softmax' }] };
const options = (changed: object): object => ({ ...OPTIONS, ...changed });
/** A single layer with these options. */
const layer = (changed: object): object => ({ inputs: 2, layers: [{ units: 2, ...changed }] });

const WIDTH = /create: inputs is .*, expected a whole number from 1 to 1048576\.$/;
const UNITS = /create: layers\[0\]\.units is .*, expected a whole number from 1 to 1048576\.$/;
const RATE = 'expected a number of at least 0 that float32 can hold\\.$';

const widths: readonly Row[] = (
  [
    ['undefined', undefined, 'ERR_INVALID_TYPE'],
    ['null', null, 'ERR_INVALID_TYPE'],
    ['a string', '2', 'ERR_INVALID_TYPE'],
    ['a BigInt', 2n, 'ERR_INVALID_TYPE'],
    ['a boolean', true, 'ERR_INVALID_TYPE'],
    ['0', 0, 'ERR_INVALID_OPTION'],
    ['negative', -1, 'ERR_INVALID_OPTION'],
    ['fractional', 1.5, 'ERR_INVALID_OPTION'],
    ['NaN', Number.NaN, 'ERR_INVALID_OPTION'],
    ['Infinity', Number.POSITIVE_INFINITY, 'ERR_INVALID_OPTION'],
    ['above 2^20', 2 ** 20 + 1, 'ERR_INVALID_OPTION'],
  ] as const
).flatMap(([title, value, code]): Row[] => [
  [`inputs: ${title}`, options({ inputs: value }), code, WIDTH],
  [`units: ${title}`, layer({ units: value }), code, UNITS],
]);

const shapes: readonly Row[] = [
  ['no options', undefined, 'ERR_INVALID_TYPE', /create: options is undefined, expected an object with options\.$/],
  ['null', null, 'ERR_INVALID_TYPE', /create: options is null, expected an object/],
  ['an array', [OPTIONS], 'ERR_INVALID_TYPE', /create: options is an array of 1, expected an object/],
  ['a string', 'xor', 'ERR_INVALID_TYPE', /create: options is "xor", expected an object/],
  [
    'an unknown option',
    options({ layer: [] }),
    'ERR_INVALID_OPTION',
    /unknown option "layer"\. Did you mean "layers"\? Known: inputs, target, layers/,
  ],
  [
    'an option like no other',
    options({ zzzzzzzz: 1 }),
    'ERR_INVALID_OPTION',
    /unknown option "zzzzzzzz"\. Known: inputs/,
  ],
  ['an unknown option left undefined', options({ lables: undefined }), 'ERR_INVALID_OPTION', /Did you mean "labels"\?/],
  [
    'layers missing',
    { inputs: 2 },
    'ERR_INVALID_TYPE',
    /create: layers is undefined, expected an array with the hidden/,
  ],
  [
    'layers an object',
    options({ layers: { units: 1 } }),
    'ERR_INVALID_TYPE',
    /create: layers is an object, expected an array/,
  ],
  [
    'no layers',
    options({ layers: [] }),
    'ERR_INVALID_OPTION',
    /create: layers is empty\. Give at least the output layer/,
  ],
  [
    'a number for a layer',
    options({ layers: [3] }),
    'ERR_INVALID_TYPE',
    /create: layers\[0\] is 3, expected an object/,
  ],
  [
    'null for a layer',
    options({ layers: [{ units: 1 }, null] }),
    'ERR_INVALID_TYPE',
    /create: layers\[1\] is null, expected/,
  ],
  [
    'a hole between layers',
    options({ layers: new Array(1) }),
    'ERR_INVALID_TYPE',
    /create: layers\[0\] is undefined, expected/,
  ],
  [
    'an unknown layer option',
    layer({ activaton: 'relu' }),
    'ERR_INVALID_OPTION',
    /layers\[0\] has an unknown option "activaton"\. Did you mean "activation"\?/,
  ],
  [
    'an unknown activation',
    layer({ activation: 'Sigmoid' }),
    'ERR_INVALID_OPTION',
    /layers\[0\]\.activation is "Sigmoid"\. Did you mean "sigmoid"\? Expected one of: linear/,
  ],
  [
    'an activation by number',
    layer({ activation: 1 }),
    'ERR_INVALID_TYPE',
    /layers\[0\]\.activation is 1, expected one of: linear/,
  ],
  [
    'softmax on a hidden layer',
    options({ layers: [{ units: 2, activation: 'softmax' }, { units: 1 }] }),
    'ERR_INVALID_OPTION',
    /layers\[0\]\.activation is "softmax" on a hidden layer\. .*use relu/,
  ],
  [
    'softmax of one unit',
    layer({ units: 1, activation: 'softmax' }),
    'ERR_INVALID_OPTION',
    /layers\[0\] is a softmax of 1 unit\. .*use units: 2/,
  ],
  ['bias by number', layer({ bias: 1 }), 'ERR_INVALID_TYPE', /layers\[0\]\.bias is 1, expected true or false\.$/],
  [
    'trainable by name',
    layer({ trainable: 'no' }),
    'ERR_INVALID_TYPE',
    /layers\[0\]\.trainable is "no", expected true or false\.$/,
  ],
  [
    'dropout of 1',
    layer({ dropout: 1 }),
    'ERR_INVALID_OPTION',
    /layers\[0\]\.dropout is 1, expected a number from 0 to below 1\.$/,
  ],
  ['negative dropout', layer({ dropout: -0.1 }), 'ERR_INVALID_OPTION', /layers\[0\]\.dropout is -0\.1, expected/],
  ['negative l2', layer({ l2: -1 }), 'ERR_INVALID_OPTION', new RegExp(`layers\\[0\\]\\.l2 is -1, ${RATE}`)],
  [
    'l2 beyond half of float32',
    layer({ l2: 3e38 }),
    'ERR_INVALID_OPTION',
    /layers\[0\]\.l2 is 3e\+38 and weightDecay 0: .*float32/,
  ],
  ['l2 of NaN', layer({ l2: Number.NaN }), 'ERR_INVALID_OPTION', new RegExp(`layers\\[0\\]\\.l2 is NaN, ${RATE}`)],
  ['l2 as text', layer({ l2: '1' }), 'ERR_INVALID_TYPE', new RegExp(`layers\\[0\\]\\.l2 is "1", ${RATE}`)],
  [
    'dropout on the output layer',
    options({
      layers: [
        { units: 3, dropout: 0.1 },
        { units: 1, dropout: 0.1 },
      ],
    }),
    'ERR_INVALID_OPTION',
    /create: layers\[1\]\.dropout is on the output layer\. .*use dropout in hidden layers\.$/,
  ],
  [
    'dropout that is 1 in float32',
    layer({ dropout: 1 - 1e-9 }),
    'ERR_INVALID_OPTION',
    /layers\[0\]\.dropout is 0\.999999999, expected a number from 0 to below 1\.$/,
  ],
  [
    'dropout as text',
    layer({ dropout: '0.5' }),
    'ERR_INVALID_TYPE',
    /layers\[0\]\.dropout is "0\.5", expected a number/,
  ],
  ['dropout of NaN', layer({ dropout: Number.NaN }), 'ERR_INVALID_OPTION', /layers\[0\]\.dropout is NaN, expected/],
  [
    'dropOut',
    layer({ dropOut: 0.5 }),
    'ERR_INVALID_OPTION',
    /layers\[0\] has an unknown option "dropOut"\. Did you mean "dropout"\?/,
  ],
  ['negative l1', layer({ l1: -1 }), 'ERR_INVALID_OPTION', new RegExp(`layers\\[0\\]\\.l1 is -1, ${RATE}`)],
  ['l1 as text', layer({ l1: '1' }), 'ERR_INVALID_TYPE', new RegExp(`layers\\[0\\]\\.l1 is "1", ${RATE}`)],
  [
    'l2 and weightDecay that together are beyond float32',
    options({ layers: [{ units: 1, l2: 1e38 }], optimizer: { type: 'adam', weightDecay: 3e38 } }),
    'ERR_INVALID_OPTION',
    /layers\[0\]\.l2 is 1e\+38 and weightDecay 3e\+38: .*float32/,
  ],
  [
    'a slope beyond float32',
    layer({ activation: 'leakyRelu', slope: 1e39 }),
    'ERR_INVALID_OPTION',
    /layers\[0\]\.slope is 1e\+39, expected a number that float32 can hold\.$/,
  ],
  [
    'a slope that is NaN',
    layer({ activation: 'leakyRelu', slope: Number.NaN }),
    'ERR_INVALID_OPTION',
    /layers\[0\]\.slope is NaN, expected a number/,
  ],
  [
    'a slope as text',
    layer({ activation: 'leakyRelu', slope: '0.2' }),
    'ERR_INVALID_TYPE',
    /layers\[0\]\.slope is "0\.2", expected a number/,
  ],
  [
    'null for a slope',
    layer({ activation: 'leakyRelu', slope: null }),
    'ERR_INVALID_TYPE',
    /layers\[0\]\.slope is null, expected a number/,
  ],
  ...(['relu', 'elu', 'linear'] as const).map(
    (activation): Row => [
      `a slope of ${activation}`,
      layer({ activation, slope: 0.2 }),
      'ERR_INVALID_OPTION',
      new RegExp(
        `slope is for leakyRelu, and this layer is ${activation}\\. Leave slope out, or use activation: "leaky`,
      ),
    ],
  ),
  [
    'a slope without an activation',
    layer({ slope: 0.01 }),
    'ERR_INVALID_OPTION',
    /slope is for leakyRelu, and this layer is sigmoid\./,
  ],
  [
    'leakyReLU',
    layer({ activation: 'leakyReLU' }),
    'ERR_INVALID_OPTION',
    /activation is "leakyReLU"\. Did you mean "leakyRelu"\?/,
  ],
  [
    'l1 beyond float32',
    layer({ l1: 1e39 }),
    'ERR_INVALID_OPTION',
    new RegExp(`layers\\[0\\]\\.l1 is 1e\\+39, ${RATE}`),
  ],
];

const initializers: readonly Row[] = (
  [
    ['an unknown name', 'glorot', 'ERR_INVALID_OPTION', /initializer is "glorot"\. .*Expected one of: glorotUniform/],
    ['a number', 0, 'ERR_INVALID_TYPE', /initializer is 0, expected an object/],
    ['no key', {}, 'ERR_INVALID_OPTION', /initializer has 0 keys, expected exactly one of/],
    [
      'two keys',
      { uniform: [0, 1], normal: [0, 1] },
      'ERR_INVALID_OPTION',
      /initializer has 2 keys, expected exactly one of/,
    ],
    [
      'an unknown key',
      { unifrom: [0, 1] },
      'ERR_INVALID_OPTION',
      /unknown option "unifrom"\. Did you mean "uniform"\?/,
    ],
    ['no pair', { uniform: 1 }, 'ERR_INVALID_TYPE', /initializer\.uniform is 1, expected an array of two numbers\.$/],
    ['three numbers', { normal: [0, 1, 2] }, 'ERR_INVALID_TYPE', /initializer\.normal is an array of 3, expected/],
    [
      'a reversed range',
      { uniform: [1, 0] },
      'ERR_INVALID_OPTION',
      /uniform\[1\] is 0, expected a number of at least 1\.$/,
    ],
    [
      'a negative deviation',
      { normal: [0, -1] },
      'ERR_INVALID_OPTION',
      /normal\[1\] is -1, expected a number of at least 0\.$/,
    ],
    [
      'NaN',
      { normal: [Number.NaN, 1] },
      'ERR_INVALID_OPTION',
      /normal\[0\] is NaN, expected a number that float32 can hold/,
    ],
    ['a string', { uniform: [0, '1'] }, 'ERR_INVALID_TYPE', /uniform\[1\] is "1", expected a number/],
  ] as const
).map(([title, initializer, code, message]): Row => [`initializer: ${title}`, layer({ initializer }), code, message]);

describe.each(ENGINES)('create on %s', (engine) => {
  it.each([...widths, ...shapes, ...initializers])('refuses %s', async (_, given, code, message) => {
    const reserved = await reservedBytes();
    const isOptions = typeof given === 'object' && given !== null && !Array.isArray(given);
    const withEngine = isOptions ? { engine, ...given } : given;
    await expectRefused(() => Network.create(withEngine as NetworkOptions), code, message);
    expect(await reservedBytes()).toBeLessThanOrEqual(reserved);
  });
});
