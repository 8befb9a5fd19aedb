/** Layers of TensorFlow.js models that are refused, with class, code and message. */
import { describe, it } from 'vitest';
import { type ErrorCode, Network } from '../../../src/index.js';
import { type Layer, layer, NUMBERS, type Spec, tensorFlow } from '../../support/formats/foreign-files.js';
import { bytesOf } from '../../support/formats/model-files.js';
import { expectRefused } from '../../support/refusals.js';

const js = { engine: 'js' } as const;
const BYTES = bytesOf(...NUMBERS);
const FIRST = layer('Dense', 'one', { units: 1, batch_input_shape: [null, 2] });
const SECOND = layer('Dense', 'two', { units: 2 });
const LAYERS = 'modelTopology.config.layers';

type Row = [title: string, model: unknown, code: ErrorCode, message: string];

/** A row for a layer between the first and the second. */
const between = (given: Layer, message: string): Row => [
  `${given.class_name} ${JSON.stringify(given.config)}`,
  tensorFlow([FIRST, given, SECOND]),
  'ERR_UNSUPPORTED',
  `${LAYERS}\\[1\\] is the layer "${given.config.name}" of class ${given.class_name}, ${message}`,
];
const ABSENT =
  'which networks of dense layers do not have. Layers that are read are InputLayer, Dense, Activation, ReLU,';

const LAYERS_REFUSED: Row[] = [
  between(layer('Conv2D', 'conv2d_1'), ABSENT),
  between(layer('LSTM', 'lstm'), ABSENT),
  between(layer('LayerNormalization', 'ln'), ABSENT),
  between(layer('GaussianNoise', 'noise'), ABSENT),
  between(layer('toString', 'inherited'), ABSENT),
  between(layer('ELU', 'elu', { alpha: 0.5 }), 'whose alpha is 0.5. Only 1 is read'),
  between(layer('ReLU', 'relu6', { max_value: 6 }), 'whose max_value is 6. Leave max_value out\\.$'),
  between(layer('ReLU', 'relu', { threshold: 1 }), 'whose threshold is 1'),
  between(layer('Softmax', 'sm', { axis: 0 }), 'whose axis is 0. Only -1 is read'),
  between(
    layer('Activation', 'act', { activation: 'hard_sigmoid' }),
    'whose activation is "hard_sigmoid". Those that are read are linear, sigmoid,',
  ),
  between(layer('Activation', 'act', { activation: 'relu6' }), 'whose activation is "relu6"'),
  between(layer('Activation', 'act', { activation: 'softsign' }), 'whose activation is "softsign"'),
  between(layer('Activation', 'act', { activation: 'mish' }), 'whose activation is "mish"'),
  between(layer('Activation', 'act', { activation: 'leaky_relu' }), 'whose activation is "leaky_relu"'),
  between(layer('Activation', 'act', { activation: 'constructor' }), 'whose activation is "constructor"'),
  between(layer('Activation', 'act', { activation: { class_name: 'function' } }), 'whose activation is an object'),
  between(
    layer('Activation', 'act', { activation: 'gelu' }),
    'whose gelu is the exact form. Train with the tanh form, gelu_new to TensorFlow.js\\.$',
  ),
  between(layer('Dropout', 'drop', { rate: 0.1, noise_shape: [1, 2] }), 'whose noise_shape is an array of 2'),
  between(layer('Rescaling', 'scaling', { scale: 2 }), 'which stands behind a Dense. Only inputs are scaled\\.$'),
];

const twice = (...layers: Layer[]): unknown => tensorFlow(layers);
const drop = (name: string): Layer => layer('Dropout', name, { rate: 0.5, batch_input_shape: [null, 2] });
const scaling = (config: object): Layer => layer('Rescaling', 'scaling', { batch_input_shape: [null, 2], ...config });

const CHAINS_REFUSED: Row[] = [
  ...['int32', 'bool', 'float16'].flatMap((dtype): Row[] => [
    [
      `inputs of ${dtype}`,
      tensorFlow([layer('InputLayer', 'in', { batch_input_shape: [null, 2], dtype }), FIRST, SECOND]),
      'ERR_UNSUPPORTED',
      `"in" of class InputLayer, whose dtype is "${dtype}". Only float32 is read: train with that\\.$`,
    ],
    [
      `inputs of ${dtype}, without an InputLayer`,
      tensorFlow([{ ...FIRST, config: { ...FIRST.config, dtype } }, SECOND]),
      'ERR_UNSUPPORTED',
      `"one" of class Dense, whose dtype is "${dtype}"`,
    ],
  ]),
  [
    'two activations',
    twice({ ...FIRST, config: { ...FIRST.config, activation: 'relu' } }, layer('ReLU', 'again'), SECOND),
    'ERR_UNSUPPORTED',
    'which stands behind the activation relu. A layer has one activation, and then its dropout\\.$',
  ],
  [
    'an activation behind Dropout',
    twice(FIRST, drop('drop'), layer('ReLU', 'late'), SECOND),
    'ERR_UNSUPPORTED',
    'class ReLU, which stands behind a Dropout',
  ],
  [
    'an activation of the inputs',
    twice(layer('ReLU', 'early', { batch_input_shape: [null, 2] }), FIRST, SECOND),
    'ERR_UNSUPPORTED',
    'class ReLU, which stands before the first Dense. Put a Dense before it\\.$',
  ],
  [
    'Dropout of the inputs',
    twice(drop('early'), FIRST, SECOND),
    'ERR_UNSUPPORTED',
    '"early" of class Dropout, which stands before the first Dense',
  ],
  [
    'Dropout twice',
    twice(FIRST, drop('a'), drop('b'), SECOND),
    'ERR_UNSUPPORTED',
    '"b" of class Dropout, which stands behind another Dropout',
  ],
  [
    'Dropout of the outputs',
    twice(FIRST, SECOND, drop('late')),
    'ERR_UNSUPPORTED',
    '"two" of class Dense, which is the output and has a Dropout behind it',
  ],
  [
    'Dropout of all',
    tensorFlow([FIRST, layer('Dropout', 'all', { rate: 1 }), SECOND]),
    'ERR_MODEL_FORMAT',
    'layers\\[1\\].config.rate is 1, expected a number from 0 to below 1',
  ],
  [
    'softmax inside',
    twice({ ...FIRST, config: { ...FIRST.config, units: 2, activation: 'softmax' } }, SECOND),
    'ERR_MODEL_FORMAT',
    'has the shape \\[2,1\\], expected \\[2,2\\]',
  ],
  [
    'softmax of 1 unit',
    twice({ ...FIRST, config: { ...FIRST.config, activation: 'softmax' } }, SECOND),
    'ERR_UNSUPPORTED',
    'which is a softmax of 1 unit. It would always answer 1: use sigmoid\\.$',
  ],
  [
    'images without Flatten',
    tensorFlow([layer('InputLayer', 'in', { batch_input_shape: [null, 2, 1] }), FIRST, SECOND]),
    'ERR_UNSUPPORTED',
    'class Dense, which is given samples of the shape \\[2,1\\]. Put a Flatten before it\\.$',
  ],
  [
    'a Flatten of channels first',
    tensorFlow([layer('Flatten', 'flat', { batch_input_shape: [null, 2, 1], data_format: 'channels_first' }), FIRST]),
    'ERR_UNSUPPORTED',
    'which takes channels first',
  ],
  [
    'a Flatten of too many',
    tensorFlow([layer('Flatten', 'flat', { batch_input_shape: [null, 2048, 1024] }), FIRST]),
    'ERR_MODEL_LIMIT',
    'makes rows of 2097152, and at most 1048576 are read',
  ],
  [
    'inputs of any width',
    tensorFlow([layer('Dense', 'one', { units: 1, batch_input_shape: [null, null] })]),
    'ERR_MODEL_FORMAT',
    'batch_input_shape\\[1\\] is null, expected a finite number within float32',
  ],
  [
    'samples of many dimensions',
    tensorFlow([layer('Flatten', 'flat', { batch_input_shape: new Array(10).fill(1) }), FIRST]),
    'ERR_MODEL_FORMAT',
    'batch_input_shape is an array of 10, expected at most 8 sizes',
  ],
  [
    'two scalings',
    twice(scaling({ scale: 2 }), scaling({ scale: 2 }), FIRST),
    'ERR_UNSUPPORTED',
    'which scales a second time',
  ],
  [
    'a scaling of other columns',
    twice(scaling({ scale: [1, 2, 3] }), FIRST),
    'ERR_UNSUPPORTED',
    'which scales 3 columns of \\[2\\]',
  ],
  [
    'a scaling by 0',
    twice(scaling({ scale: 0 }), FIRST, SECOND),
    'ERR_UNSUPPORTED',
    'turns column 0 into \\(x - NaN\\) / Infinity',
  ],
  [
    'a scaling below 0',
    twice(scaling({ scale: -1 }), FIRST, SECOND),
    'ERR_UNSUPPORTED',
    'turns column 0 into \\(x - 0\\) / -1',
  ],
  [
    'a Normalization of another axis',
    twice(layer('Normalization', 'n', { axis: [0], mean: 0, variance: 1, batch_input_shape: [null, 2] }), FIRST),
    'ERR_UNSUPPORTED',
    'class Normalization, whose axis is not the last',
  ],
  [
    'a Normalization that inverts',
    twice(layer('Normalization', 'n', { invert: true, mean: 0, variance: 1, batch_input_shape: [null, 2] }), FIRST),
    'ERR_UNSUPPORTED',
    'whose invert is true. Only false is read',
  ],
  [
    'no Dense',
    tensorFlow([layer('InputLayer', 'in', { batch_input_shape: [null, 2] })], []),
    'ERR_MODEL_FORMAT',
    'describes 0 bytes of weights',
  ],
];

describe.each([
  ['layers', LAYERS_REFUSED],
  ['chains', CHAINS_REFUSED],
])('refused %s:', (_, rows) => {
  it.each(rows)('%s', async (_title, model, code, message) => {
    const call = (): unknown => Network.fromTensorFlow(model as never, BYTES, js);
    await expectRefused(call, code, new RegExp(`^fromTensorFlow: .*${message}`));
  });
});

it('refused: softmax inside, where its shapes go together', async () => {
  const softmax = layer('Dense', 'one', {
    units: 2,
    use_bias: false,
    activation: 'softmax',
    batch_input_shape: [null, 1],
  });
  const own: Spec[] = ['one', 'two'].map((name) => ({
    name: `${name}/kernel`,
    shape: name === 'one' ? [1, 2] : [2, 1],
    dtype: 'float32',
  }));
  const model = tensorFlow([softmax, layer('Dense', 'two', { units: 1, use_bias: false })], own);
  const call = (): unknown => Network.fromTensorFlow(model, bytesOf(1, 2, 3, 4), js);
  await expectRefused(
    call,
    'ERR_UNSUPPORTED',
    /layer "two" of class Dense, which stands behind a softmax\. Softmax is for the output\.$/,
  );
});
