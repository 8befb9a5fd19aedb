/** What fromONNX refuses, with class, code and message. The message names the node. */
import { describe, expect, it } from 'vitest';
import { Network } from '../../../src/index.js';
import {
  B,
  before,
  behind,
  modelOf,
  NEURON,
  neuronWith,
  node,
  ONE,
  type TestGraph,
  type TestTensor,
  W,
} from '../../support/formats/onnx-graphs.js';
import { expectRefused, thrownBy } from '../../support/refusals.js';

const UNSUPPORTED: readonly (readonly [string, TestGraph, RegExp])[] = [
  [
    'a convolution',
    behind(node('Conv', ['z', 'w'])),
    /^fromONNX: node "the Conv" is a Conv, and only Gemm, MatMul, .* are understood\. Models/,
  ],
  [
    'a node without name',
    behind(node('LSTM', ['z'], 'y', { name: '' })),
    /^fromONNX: the node that makes "y" is a LSTM, /,
  ],
  [
    'another domain',
    behind(node('Relu', ['z'], 'y', { domain: 'com.acme' })),
    /node "the Relu" is a com\.acme\.Relu, and only/,
  ],
  ['log softmax', behind(node('LogSoftmax', ['z'])), /node "the LogSoftmax" is a LogSoftmax, .* export a softmax/],
  [
    'exact gelu',
    behind(node('Gelu', ['z'])),
    /node "the Gelu" is a Gelu, which gelu has in its exact form, and only the tanh form/,
  ],
  ['exact gelu in parts', behind(node('Erf', ['z'])), /node "the Erf" is an Erf, which gelu has in its exact form/],
  [
    'an elu that is nearly right',
    behind(node('Elu', ['z'], 'y', { attributes: { alpha: 1.001 } })),
    /none of linear, sigmoid/,
  ],
  [
    'a swish of another slope',
    behind(node('Swish', ['z'], 'y', { attributes: { alpha: 1.702 } })),
    /node "the Swish" .* none of linear, sigmoid/,
  ],
  [
    'both sides of a function that is not sigmoid',
    {
      ...behind(
        node('Tanh', ['z'], 't'),
        node('Sub', ['one', 't'], 'n'),
        node('Concat', ['n', 't'], 'y', { attributes: { axis: 1 } }),
      ),
      tensors: [{ name: 'w', dims: [2, 1], values: [1, 2] }, { name: 'b', dims: [1], values: [1] }, ONE],
    },
    /node "the Concat" is a Concat, and its inputs are not just 1 - p and p/,
  ],
  [
    'an elu with another alpha',
    behind(node('Elu', ['z'], 'y', { attributes: { alpha: 0.5 } })),
    /node "the Elu" is an Elu, .* elu of alpha 1/,
  ],
  [
    'an unknown activation of a hidden layer',
    behind(node('Exp', ['z'], 'e'), node('Gemm', ['e', 'w'])),
    /node "the Exp" is an Exp, and what it makes/,
  ],
  [
    'a softmax before a layer',
    behind(node('Softmax', ['z'], 's'), node('MatMul', ['s', 'w'])),
    /node "the Softmax" is a Softmax, before node "the MatMul"/,
  ],
  [
    'a softmax of columns',
    behind(node('Softmax', ['z'], 'y', { attributes: { axis: 0 } })),
    /"the Softmax" .* whose axis is 0, expected 1 or -1/,
  ],
  ['a softmax of inputs', { nodes: [node('Softmax')], tensors: [] }, /"the Softmax" .* not of the sums of a layer/],
  [
    'a softmax behind another',
    behind(node('Softmax', ['z'], 's'), node('Softmax', ['s'])),
    /not of the sums of a layer/,
  ],
  [
    'an activation of inputs',
    before(node('Relu', ['x'], 'h')),
    /node "the Relu" is a Relu, before the first layer, where only scaling/,
  ],
  [
    'a step behind a softmax',
    behind(node('Softmax', ['z'], 's'), node('Mul', ['s', 'one'])),
    /node "the Mul" is a Mul, and scaling by columns/,
  ],
  [
    'a function of a softmax',
    behind(node('Softmax', ['z'], 's'), node('Relu', ['s'])),
    /node "the Relu" is a Relu, of a softmax/,
  ],
  [
    'a sum of layers',
    behind(node('Gemm', ['z', 'w'], 'u'), node('Add', ['z', 'u'])),
    /node "the Add" is an Add, of the results of two layers/,
  ],
  [
    'a scale of 0 behind',
    behind(node('Mul', ['z', 'zero'])),
    /node "the Mul" .* a scale of 0, expected a scale above 0/,
  ],
  [
    '17 shifts',
    before(
      ...Array.from({ length: 17 }, (_, i) =>
        node('Add', [i === 0 ? 'x' : `h${i}`, 'b'], i === 16 ? 'h' : `h${i + 1}`),
      ),
    ),
    /node "the Add" is an Add, and scaling by columns/,
  ],
  ['three to multiply', behind(node('Max', ['z', 'z', 'one'])), /node "the Max" is a Max, of 3 tensors, expected 2/],
  ['constants alone', behind(node('Add', ['b', 'one'])), /node "the Add" is an Add, of constants alone/],
  [
    'factors of a Gemm',
    { nodes: [node('Gemm', ['x', 'w'], 'y', { attributes: { alpha: 0.5 } })], tensors: [W] },
    /node "the Gemm" is a Gemm, expected alpha and beta of 1/,
  ],
  [
    'transposed rows',
    { nodes: [node('Gemm', ['x', 'w'], 'y', { attributes: { transA: 1 } })], tensors: [W] },
    /node "the Gemm" is a Gemm, .* transA of 0/,
  ],
  [
    'weights first',
    { nodes: [node('MatMul', ['w', 'x'])], tensors: [W] },
    /node "the MatMul" is a MatMul, of weights times rows/,
  ],
  [
    'weights that depend on inputs',
    behind(node('MatMul', ['z', 'z'])),
    /node "the MatMul" is a MatMul, whose weights are not constant/,
  ],
  [
    'a bias that depends on inputs',
    behind(node('Gemm', ['z', 'w', 'x'])),
    /node "the Gemm" is a Gemm, whose bias is not constant/,
  ],
  [
    'weights of three dimensions',
    { nodes: [node('MatMul', ['x', 'w3'])], tensors: [{ name: 'w3', dims: [1, 2, 2], values: [1, 2, 3, 4] }] },
    /of rank 2 times rank 3, expected 2 times 2/,
  ],
  [
    'pictures not flattened',
    { nodes: [node('MatMul', ['x', 'w'])], tensors: [W], inputs: [{ name: 'x', dims: [0, 1, 2] }] },
    /of rank 3 times rank 2/,
  ],
  [
    'a picture scaled by columns',
    { nodes: [node('Mul', ['x', 'b'], 'y')], tensors: [B], inputs: [{ name: 'x', dims: [0, 1, 2] }] },
    /the model has no layer: its outputs are its inputs, or scaled/,
  ],
  [
    'drop-out in training',
    behind(node('Dropout', ['z', 'one', 'on']), node('Constant', [], 'on', { attributes: { value_int: 1 } })),
    /node "the Dropout" is a Dropout, and it drops at random/,
  ],
  [
    'the mask of a drop-out',
    behind({ ...node('Dropout', ['z'], 'd'), outputs: ['d', 'mask'] }, node('Relu', ['mask'])),
    /node "the Relu" .* takes "mask", a second output/,
  ],
  [
    'another flattening',
    behind(node('Flatten', ['z'], 'y', { attributes: { axis: 0 } })),
    /node "the Flatten" is a Flatten, whose axis is 0/,
  ],
  [
    'another shape',
    behind(node('Reshape', ['z', 'shape'])),
    /node "the Reshape" is a Reshape, which makes the shape \[-1,4\] of rows of 2/,
  ],
  [
    'a shape that depends on inputs',
    behind(node('Reshape', ['z', 'x'])),
    /node "the Reshape" .* its shape depends on the model's inputs/,
  ],
  ['a squeeze of rows', behind(node('Squeeze', ['z'])), /node "the Squeeze" is a Squeeze, of rows of 2 numbers/],
  [
    'transposed results',
    behind(node('Transpose', ['z'])),
    /node "the Transpose" is a Transpose, and only matrices of weights/,
  ],
  [
    'a constant of text',
    behind(node('Constant', [], 'c', { attributes: { value_string: 'a' } }), node('Add', ['z', 'c'])),
    /node "the Constant" is a Constant, and only numbers/,
  ],
  [
    'a concatenation',
    behind(node('Concat', ['z', 'z'], 'y', { attributes: { axis: 1 } })),
    /node "the Concat" is a Concat, and its inputs are not just 1 - p and p/,
  ],
  [
    'a choice by columns',
    behind(node('Greater', ['z', 'one'], 'g'), node('Where', ['g', 'b', 'z'])),
    /node "the Where" is a Where, of numbers that differ/,
  ],
  [
    'a scaler behind an activation',
    behind(node('Relu', ['z'], 'r'), node('Scaler', ['r'], 'y', { domain: 'ai.onnx.ml', attributes: { scale: [2] } })),
    /node "the Scaler" is a Scaler, after a step that is not scaling/,
  ],
  [
    'bounds',
    before(node('Clip', ['x', 'minus', 'one'], 'h')),
    /node "the Clip" is a Clip, and scaling here has no bounds: fit a MinMaxScaler without clip/,
  ],
  [
    'columns in another order',
    {
      ...behind(
        node('Slice', ['z', 'first', 'second', 'first'], 'a'),
        node('Slice', ['z', 'zero', 'first', 'first'], 'c'),
      ),
      outputs: ['a', 'c'],
    },
    /2 of the model's outputs \("a", "c"\) are numbers, expected one, or all its columns/,
  ],
  [
    'columns of two results',
    {
      ...behind(
        node('Relu', ['z'], 'r'),
        node('Slice', ['z', 'zero', 'first', 'first'], 'a'),
        node('Slice', ['r', 'first', 'second', 'first'], 'c'),
      ),
      outputs: ['a', 'c'],
    },
    /2 of the model's outputs \("a", "c"\) are numbers/,
  ],
  [
    'rows and a column of them',
    { ...behind(node('Slice', ['z', 'zero', 'first', 'first'])), outputs: ['z', 'y'] },
    /2 of the model's outputs \("z", "y"\) are numbers/,
  ],
  [
    'columns from the end',
    behind(node('Slice', ['z', 'last', 'zero', 'first'])),
    /node "the Slice" is a Slice, from \[-1\] to \[0\]/,
  ],
  ['rows of rows', behind(node('Slice', ['z', 'zero', 'first', 'zero'])), /of axes \[0\], expected columns of rows/],
  [
    'one probability alone',
    behind(node('Softmax', ['z'], 's'), node('Slice', ['s', 'zero', 'first', 'first'])),
    /1 of the model's outputs \("y"\) are numbers, expected one, or all its columns/,
  ],
  [
    'a probability that goes on',
    behind(node('Softmax', ['z'], 's'), node('Slice', ['s', 'zero', 'first', 'first'], 'c'), node('Relu', ['c'])),
    /node "the Relu" is a Relu, and its input 0 is one column, which only an output can be/,
  ],
  [
    'a slope for each unit',
    behind(node('PRelu', ['z', 'b'])),
    /node "the PRelu" is a PRelu, of 2 slopes, expected one that all units share/,
  ],
  ['a cap', behind(node('Clip', ['z', 'zero', 'six'])), /node "the Clip" .* none of linear, sigmoid/],
  [
    'a negative scale behind an activation',
    behind(node('Tanh', ['z'], 't'), node('Mul', ['t', 'minus'])),
    /node "the Mul" is a Mul, whose column 0 has a shift of .* and a scale of -1, expected a scale above 0/,
  ],
  [
    'batch normalization that learns',
    behind(node('BatchNormalization', ['z', 'b', 'b', 'b', 'b'], 'y', { attributes: { training_mode: 1 } })),
    /node "the BatchNormalization" is a BatchNormalization, that learns/,
  ],
  [
    'batch normalization behind a softmax',
    behind(node('Softmax', ['z'], 's'), node('BatchNormalization', ['s', 'b', 'b', 'b', 'b'])),
    /node "the BatchNormalization" .* behind a softmax/,
  ],
  ['layer normalization', behind(node('LayerNormalization', ['z', 'b', 'b'])), /differs from row to row/],
  [
    'a split into other sizes',
    behind({ ...node('Split', ['z'], '', { attributes: { axis: 1, split: [1, 2] } }), outputs: ['y', 'rest'] }),
    /node "the Split" is a Split, of 2 columns into \[1,2\], expected 2 sizes that sum to these/,
  ],
  [
    'a split of rows',
    behind({ ...node('Split', ['z'], '', { attributes: { axis: 0 } }), outputs: ['y', 'rest'] }),
    /node "the Split" is a Split, of axis 0/,
  ],
  [
    'a layer of two inputs that are added',
    {
      ...behind(node('Add', ['x', 'extra'], 'h'), node('Gemm', ['h', 'w'])),
      inputs: [{ name: 'x' }, { name: 'extra' }],
    },
    /node "the Add" is an Add, of the results of two layers, expected a chain/,
  ],
  [
    'repeated rows',
    behind(node('Expand', ['z', 'three'])),
    /node "the Expand" is an Expand, to the shape \[3,1,2\], expected that of its rows/,
  ],
  [
    'a bias of another width',
    neuronWith({}, { dims: [3], values: [1, 2, 3] }),
    /node "bias" takes a tensor of shape \[3\] to rows of 1 numbers, which makes another shape/,
  ],
  ['NaN', neuronWith({ values: [1, Number.NaN] }), /tensor "w" holds a number that is not finite in float32/],
  [
    'an infinite bias',
    neuronWith({}, { values: [Number.POSITIVE_INFINITY] }),
    /tensor "b" holds a number that is not finite/,
  ],
  [
    'a double beyond float32',
    neuronWith({ type: 11, values: [1, 1e39] }),
    /tensor "w" holds a number that is not finite in float32/,
  ],
  [
    'folded numbers beyond float32',
    behind(node('Mul', ['z', 'huge'], 'm'), node('Mul', ['m', 'huge'], 'n'), node('Gemm', ['n', 'w'])),
    /what is folded into it makes numbers that are not finite in float32/,
  ],
  [
    'a sparse tensor',
    { ...NEURON, tensors: NEURON.tensors?.slice(1) ?? [], sparse: ['w'] },
    /^fromONNX: tensor "w" is sparse, expected a dense one/,
  ],
  [
    'a sequence for input',
    { ...behind(node('Relu', ['z'])), inputs: [{ name: 'x', type: 0 }] },
    /the model's input "x" is not rows of numbers/,
  ],
  [
    'a softmax of one unit',
    {
      ...NEURON,
      nodes: NEURON.nodes.map((each) => (each.operator === 'Sigmoid' ? { ...each, operator: 'Softmax' } : each)),
    },
    /the model's network is refused \(create: layers\[0\] is a softmax of 1 unit/,
  ],
  [
    'a layer behind outputs in one column',
    behind(node('Reshape', ['z', 'column'], 'c'), node('MatMul', ['c', 'w'])),
    /node "the MatMul" is a MatMul, of rank 1 times rank 2/,
  ],
  [
    'columns picked by index',
    behind(node('ArrayFeatureExtractor', ['z', 'first'], 'y', { domain: 'ai.onnx.ml' })),
    /node "the ArrayFeatureExtractor" is an ArrayFeatureExtractor, which picks columns/,
  ],
  [
    'names of numbers',
    behind(node('LabelEncoder', ['z'])),
    /node "the LabelEncoder" is a LabelEncoder, and its input is not indexes of classes/,
  ],
  [
    'classes as numbers',
    behind(node('ArgMax', ['z'], 'c'), node('MatMul', ['c', 'w'])),
    /node "the MatMul" is a MatMul, and its input 0 is not made of numbers/,
  ],
  ['classes alone', behind(node('ArgMax', ['z'])), /0 of the model's outputs \("y"\) are numbers, expected one/],
  [
    'two outputs',
    { ...behind(node('Relu', ['z'])), outputs: ['y', 'z'] },
    /2 of the model's outputs \("y", "z"\) are numbers/,
  ],
  [
    'inputs of text',
    { ...behind(node('Relu', ['z'])), inputs: [{ name: 'x', type: 8 }] },
    /the model's input "x" is not rows of numbers/,
  ],
  ['no layer', { nodes: [node('Mul', ['x', 'one'])], tensors: [ONE] }, /the model has no layer/],
  ['an old operator set', { ...NEURON, operatorSet: 6 }, /the model is of operator set 6, and 7 is the oldest/],
  [
    'weights elsewhere',
    { ...NEURON, tensors: [{ name: 'w', dims: [2, 1], isExternal: true }] },
    /the numbers of tensor "w" are in a file beside the model/,
  ],
  [
    'half precision',
    {
      ...NEURON,
      tensors: [
        { name: 'w', dims: [2, 1], type: 10, bytes: new Uint8Array(4) },
        { name: 'b', dims: [1], values: [1] },
      ],
    },
    /tensor "w" is of type 10, and only float, double/,
  ],
];

/** Tensors that several graphs use. */
const EXTRA: readonly TestTensor[] = [
  { name: 'minus', dims: [], values: [-1] },
  { name: 'zero', dims: [1], values: [0] },
  { name: 'shape', dims: [2], type: 7, values: [-1, 4] },
  { name: 'column', dims: [2], type: 7, values: [-1, 1] },
  { name: 'last', dims: [1], type: 7, values: [-1] },
  { name: 'first', dims: [1], type: 7, values: [1] },
  { name: 'three', dims: [3], type: 7, values: [3, 1, 2] },
  { name: 'six', dims: [], values: [6] },
  { name: 'huge', dims: [], values: [1e30] },
  { name: 'second', dims: [1], type: 7, values: [2] },
];
const withExtra = (graph: TestGraph): TestGraph => ({ ...graph, tensors: [...(graph.tensors ?? []), ...EXTRA] });

describe('ERR_UNSUPPORTED', () => {
  it.each(UNSUPPORTED)('%s', async (_, graph, message) => {
    await expectRefused(() => Network.fromONNX(modelOf(withExtra(graph))), 'ERR_UNSUPPORTED', message);
  });
});

const BAD: readonly (readonly [string, TestGraph, RegExp])[] = [
  [
    'a circle',
    { nodes: [node('Relu', ['y'], 'h'), node('Tanh', ['h'], 'y')] },
    /node "the Tanh" depends on its own output\. Give the bytes of a whole \.onnx file\.$/,
  ],
  [
    'a tensor that nothing makes',
    behind(node('Relu', ['nowhere'])),
    /node "the Relu" takes "nowhere", which nothing makes/,
  ],
  [
    'an output that nothing makes',
    { ...NEURON, outputs: ['z', 'nowhere'] },
    /its outputs are "nowhere", which nothing makes/,
  ],
  ['a name that two nodes make', behind(node('Relu', ['z']), node('Tanh', ['z'])), /"y" is made twice/],
  ['two tensors of one name', neuronWith({}, { name: 'w' }), /two tensors are named "w"/],
  ['a node without its input', behind(node('Relu', [])), /node "the Relu" lacks its input 0/],
  [
    'a width that does not fit',
    { nodes: [node('MatMul', ['x', 'w'])], tensors: [{ name: 'w', dims: [3, 1], values: [1, 2, 3] }] },
    /node "the MatMul" takes 2 numbers, and its weights are for 3/,
  ],
  [
    'a scale of another width',
    { ...before(node('Mul', ['x', 'c'], 'h')), tensors: [W, B, { name: 'c', dims: [3], values: [1, 2, 3] }] },
    /node "the Mul" takes a tensor of shape \[3\] to rows of 2/,
  ],
  ['too few numbers', neuronWith({ values: [1] }), /tensor "w" has 1 numbers, and its shape 2/],
  ['too many numbers', neuronWith({ values: [1, 2, 3] }), /tensor "w" has 3 numbers, and its shape 2/],
  ['half a number', neuronWith({ bytes: new Uint8Array(7) }), /tensor "w" has 1\.75 numbers/],
  ['weights of no width', neuronWith({ dims: [2, 0], values: [] }), /node "product" has weights of shape \[2,0\]/],
  ['labels that are not JSON', { ...NEURON, metadata: { 'wasmlp.labels': '{' } }, /its labels are not JSON/],
  [
    'labels of another number',
    { ...NEURON, metadata: { 'wasmlp.labels': '{"labels":["a"]}' } },
    /its network is refused \(create: labels has 1 names/,
  ],
];

describe('ERR_MODEL_FORMAT', () => {
  it.each(BAD)('%s', async (_, graph, message) => {
    await expectRefused(() => Network.fromONNX(modelOf(graph)), 'ERR_MODEL_FORMAT', message);
    expect(((await thrownBy(() => Network.fromONNX(modelOf(graph)))) as Error).message).toMatch(
      /^fromONNX: this is not an ONNX model: /,
    );
  });

  it.each([
    ['nothing', new Uint8Array(), /it has no graph/],
    ['text', new TextEncoder().encode('PK\u0003\u0004'), /it is not a protocol buffer, or not all of one/],
    ['a safetensors file', undefined, /this is not an ONNX model/],
    ['two graphs', Uint8Array.of(0x3a, 0, 0x3a, 0), /it has two graphs/],
    ['a number for a graph', Uint8Array.of(0x38, 0), /a field is of wire type 0, where 2 was expected/],
  ] as const)('%s', async (_, bytes, message) => {
    const file = bytes ?? (await Network.create({ inputs: 1, layers: [{ units: 1 }] })).save();
    await expectRefused(() => Network.fromONNX(file), 'ERR_MODEL_FORMAT', message);
  });
});

it('a value that is not a Uint8Array, and wrong options, are refused first', async () => {
  const anything = (value: unknown) => value as Uint8Array;
  const message =
    /^fromONNX: model is "a\.onnx", expected a Uint8Array or ArrayBuffer with the bytes that an ONNX file holds\.$/;
  await expectRefused(() => Network.fromONNX(anything('a.onnx')), 'ERR_INVALID_TYPE', message);
  const options = { engin: 'js' } as object;
  await expectRefused(
    () => Network.fromONNX(new Uint8Array(), options),
    'ERR_INVALID_OPTION',
    /^fromONNX: options has an unknown option "engin"/,
  );
});
