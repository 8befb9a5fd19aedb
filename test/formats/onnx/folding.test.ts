/** Steps around layers, parts of outputs, shapes, slopes and columns of inputs: answers are those of ONNX Runtime. */
import { describe, expect, it } from 'vitest';
import { Network } from '../../../src/index.js';
import { modelOf, node, type TestGraph, type TestNode, type TestTensor } from '../../support/formats/onnx-graphs.js';
import {
  differenceIn,
  numberTensor,
  positiveTensor,
  randomTensor,
  wholeTensor,
} from '../../support/formats/onnxruntime.js';

const batchNorm = (from: string, to: string, suffix = ''): TestNode =>
  node('BatchNormalization', [from, ...['scale', 'shift', 'mean', 'variance'].map((name) => name + suffix)], to, {
    attributes: { epsilon: 0.01 },
  });
const batchTensors = (count: number, suffix = ''): TestTensor[] => [
  randomTensor(`scale${suffix}`, [count]),
  randomTensor(`shift${suffix}`, [count]),
  randomTensor(`mean${suffix}`, [count]),
  positiveTensor(`variance${suffix}`, [count]),
];
const FIRST = node('Gemm', ['x', 'w', 'b'], 'z');
const LAST = node('MatMul', ['h', 'v']);
/** Two layers, 2-4-3, with nodes from z to h between them. */
const between = (nodes: readonly TestNode[], tensors: readonly TestTensor[] = []): TestGraph => ({
  nodes: [FIRST, ...nodes, LAST],
  tensors: [randomTensor('w', [2, 4]), randomTensor('b', [4]), randomTensor('v', [4, 3]), ...tensors],
});
const before = (nodes: readonly TestNode[], tensors: readonly TestTensor[], dims = [0, 2]): TestGraph => ({
  nodes: [...nodes, node('Gemm', ['h', 'w', 'b'])],
  tensors: [
    randomTensor('w', [dims.slice(1).reduce((product, size) => product * size, 1), 4]),
    randomTensor('b', [4]),
    ...tensors,
  ],
  inputs: [{ name: 'x', dims }],
});
const behind = (nodes: readonly TestNode[], tensors: readonly TestTensor[] = []): TestGraph => ({
  nodes: [FIRST, ...nodes],
  tensors: [randomTensor('w', [2, 4]), randomTensor('b', [4]), ...tensors],
});
const vector = (name: string): TestTensor => randomTensor(name, [4]);
const WITHOUT_BIAS = (graph: TestGraph): TestGraph => ({
  ...graph,
  nodes: graph.nodes.map((each) => (each === FIRST ? node('MatMul', ['x', 'w'], 'z') : each)),
});

const GRAPHS: readonly (readonly [string, TestGraph])[] = [
  ['batch normalization of sums, then relu', between([batchNorm('z', 'n'), node('Relu', ['n'], 'h')], batchTensors(4))],
  [
    'batch normalization of sums without bias',
    WITHOUT_BIAS(between([batchNorm('z', 'n'), node('Tanh', ['n'], 'h')], batchTensors(4))),
  ],
  [
    'a bias behind batch normalization',
    WITHOUT_BIAS(
      between(
        [batchNorm('z', 'n'), node('Add', ['n', 'c'], 'm'), node('Relu', ['m'], 'h')],
        [...batchTensors(4), vector('c')],
      ),
    ),
  ],
  [
    'batch normalization and silu in parts',
    between([batchNorm('z', 'n'), node('Sigmoid', ['n'], 's'), node('Mul', ['n', 's'], 'h')], batchTensors(4)),
  ],
  ['batch normalization behind relu', between([node('Relu', ['z'], 'r'), batchNorm('r', 'h')], batchTensors(4))],
  [
    'batch normalization before and behind an activation',
    between(
      [batchNorm('z', 'n'), node('Elu', ['n'], 'e'), batchNorm('e', 'h', '2')],
      [...batchTensors(4), ...batchTensors(4, '2')],
    ),
  ],
  ['batch normalization of linear sums', between([batchNorm('z', 'h')], batchTensors(4))],
  ['batch normalization of outputs', behind([batchNorm('z', 'y')], batchTensors(4))],
  ['batch normalization, then softmax', behind([batchNorm('z', 'n'), node('Softmax', ['n'])], batchTensors(4))],
  ['batch normalization of inputs', before([batchNorm('x', 'h')], batchTensors(2))],
  [
    'batch normalization twice',
    between(
      [batchNorm('z', 'n'), batchNorm('n', 'm', '2'), node('Relu', ['m'], 'h')],
      [...batchTensors(4), ...batchTensors(4, '2')],
    ),
  ],
  [
    'batch normalization of channels',
    before([batchNorm('x', 'n'), node('Flatten', ['n'], 'h')], batchTensors(3), [0, 3, 2, 2]),
  ],
  [
    'batch normalization as products and sums',
    between(
      [node('Mul', ['z', 'p'], 'm'), node('Add', ['m', 'q'], 'n'), node('Relu', ['n'], 'h')],
      [vector('p'), vector('q')],
    ),
  ],
  [
    'the same with silu in parts',
    between(
      [
        node('Mul', ['z', 'p'], 'm'),
        node('Sub', ['m', 'q'], 'n'),
        node('Sigmoid', ['n'], 's'),
        node('Mul', ['s', 'n'], 'h'),
      ],
      [vector('p'), vector('q')],
    ),
  ],
  ['scaling between layers', between([node('Div', ['z', 'p'], 'h')], [positiveTensor('p', [4])])],
  [
    'scaling by one number between layers',
    between([node('Mul', ['z', 'p'], 'm'), node('Add', ['m', 'p'], 'h')], [numberTensor('p', -1.7)]),
  ],
  [
    'two sums between layers',
    between([node('Add', ['z', 'p'], 'm'), node('Add', ['m', 'q'], 'h')], [numberTensor('p', 1), vector('q')]),
  ],
  ['scaling of an activation', between([node('Tanh', ['z'], 't'), node('Mul', ['t', 'p'], 'h')], [vector('p')])],
  [
    'a shift of an activation by one number',
    between([node('Softplus', ['z'], 't'), node('Sub', ['t', 'p'], 'h')], [numberTensor('p', 0.69)]),
  ],
  [
    'scaled outputs of an activation',
    behind([node('Tanh', ['z'], 't'), node('Mul', ['t', 'p'])], [positiveTensor('p', [4])]),
  ],
  [
    'outputs of a sigmoid from -1 to 1',
    behind(
      [node('Sigmoid', ['z'], 't'), node('Mul', ['t', 'p'], 'm'), node('Sub', ['m', 'q'])],
      [numberTensor('p', 2), numberTensor('q', 1)],
    ),
  ],
  ['outputs with another sign', behind([node('Mul', ['z', 'p'])], [numberTensor('p', -1)])],
  ['inputs with another sign', before([node('Mul', ['x', 'p'], 'h')], [numberTensor('p', -1)])],
  [
    'the mean of images',
    before(
      [node('Sub', ['x', 'm'], 's'), node('Flatten', ['s'], 'h')],
      [randomTensor('m', [1, 3, 1, 1])],
      [0, 3, 2, 2],
    ),
  ],
  [
    'mean and deviation of channels',
    before(
      [node('Sub', ['x', 'm'], 's'), node('Div', ['s', 'd'], 't'), node('Flatten', ['t'], 'h')],
      [randomTensor('m', [3, 1, 1]), positiveTensor('d', [1, 3, 1, 1])],
      [0, 3, 2, 2],
    ),
  ],
  [
    'columns and rows of images, by a Reshape',
    before(
      [node('Add', ['x', 'm'], 's'), node('Mul', ['s', 'd'], 't'), node('Reshape', ['t', 'shape'], 'h')],
      [randomTensor('m', [3]), positiveTensor('d', [2, 1]), wholeTensor('shape', -1, 6)],
      [0, 2, 3],
    ),
  ],
  [
    'images of rows, and rows of images',
    before(
      [node('Reshape', ['x', 'shape'], 'i'), node('Mul', ['i', 'd'], 't'), node('Flatten', ['t'], 'h')],
      [positiveTensor('d', [3, 1]), wholeTensor('shape', 0, 3, -1)],
      [0, 6],
    ),
  ],
  [
    'a dimension more, and less',
    before(
      [node('Unsqueeze', ['x', 'axes'], 'u'), node('Sub', ['u', 'm'], 's'), node('Squeeze', ['s', 'axes'], 'h')],
      [randomTensor('m', [1, 2]), wholeTensor('axes', 1)],
    ),
  ],
  [
    'a shape that is made of the number of rows',
    before(
      [
        node('Shape', ['x'], 'sizes'),
        node('Gather', ['sizes', 'first'], 'rows', { attributes: { axis: 0 } }),
        node('Concat', ['rows', 'rest'], 'shape', { attributes: { axis: 0 } }),
        node('Reshape', ['x', 'shape'], 'h'),
      ],
      [wholeTensor('first', 0), wholeTensor('rest', -1)],
      [0, 2, 3],
    ),
  ],
  ['a leaky slope', between([node('LeakyRelu', ['z'], 'h', { attributes: { alpha: 0.3 } })])],
  ['a leaky slope by default', between([node('LeakyRelu', ['z'], 'h')])],
  ['a slope above 1', between([node('LeakyRelu', ['z'], 'h', { attributes: { alpha: 1.5 } })])],
  ['a slope below 0', between([node('LeakyRelu', ['z'], 'h', { attributes: { alpha: -0.5 } })])],
  [
    'a slope that all units share',
    between([node('PRelu', ['z', 'p'], 'h')], [{ name: 'p', dims: [1], values: [0.25] }]),
  ],
  [
    'the greater of both',
    between([node('Mul', ['z', 'p'], 'm'), node('Max', ['z', 'm'], 'h')], [numberTensor('p', 0.2)]),
  ],
  [
    'a slope by a comparison',
    between(
      [node('Greater', ['z', 'o'], 'g'), node('Mul', ['z', 'p'], 'm'), node('Where', ['g', 'z', 'm'], 'h')],
      [numberTensor('p', 0.15), numberTensor('o', 0)],
    ),
  ],
  [
    'a slope behind batch normalization',
    between([batchNorm('z', 'n'), node('LeakyRelu', ['n'], 'h', { attributes: { alpha: 0.2 } })], batchTensors(4)),
  ],
  ['a relu by a bound', between([node('Clip', ['z', 'o'], 'h')], [numberTensor('o', 0)])],
  [
    'bounds that bound nothing',
    behind([node('Tanh', ['z'], 't'), node('Clip', ['t', 'o', 'p'])], [numberTensor('o', -1), numberTensor('p', 1)]),
  ],
  [
    'a part of outputs',
    behind(
      [{ ...node('Split', ['z', 'sizes'], '', { attributes: { axis: 1 } }), outputs: ['a', 'y', 'c'] }],
      [wholeTensor('sizes', 1, 2, 1)],
    ),
  ],
  [
    'half of scaled outputs',
    behind(
      [
        node('Mul', ['z', 'p'], 'm'),
        { ...node('Split', ['m'], '', { attributes: { axis: -1, num_outputs: 2 } }), outputs: ['a', 'y'] },
      ],
      [positiveTensor('p', [4])],
    ),
  ],
  [
    'half of normalized outputs',
    behind(
      [
        batchNorm('z', 'n'),
        { ...node('Split', ['n'], '', { attributes: { axis: -1, num_outputs: 2 } }), outputs: ['a', 's'] },
        node('Tanh', ['s']),
      ],
      batchTensors(4),
    ),
  ],
  [
    'a bias of a part',
    WITHOUT_BIAS(
      behind(
        [
          { ...node('Split', ['z'], '', { attributes: { axis: 1, num_outputs: 2 } }), outputs: ['a', 's'] },
          node('Add', ['s', 'p']),
        ],
        [randomTensor('p', [2])],
      ),
    ),
  ],
  [
    'a part of a part',
    behind(
      [
        { ...node('Split', ['z', 'three'], '', { attributes: { axis: 1 } }), outputs: ['a', 's'] },
        node('Slice', ['s', 'one', 'three3', 'one']),
      ],
      [wholeTensor('three', 1, 3), wholeTensor('one', 1), wholeTensor('three3', 3)],
    ),
  ],
  [
    'parts that are joined again',
    behind([
      { ...node('Split', ['z'], '', { attributes: { axis: 1, num_outputs: 2 } }), outputs: ['a', 's'] },
      node('Concat', ['a', 's'], 'c', { attributes: { axis: 1 } }),
      node('Relu', ['c']),
    ]),
  ],
  [
    'the last columns',
    behind(
      [node('Slice', ['z', 'two', 'most', 'one'])],
      [wholeTensor('two', -2), wholeTensor('most', 2 ** 31), wholeTensor('one', 1)],
    ),
  ],
  [
    'some columns of inputs',
    before([node('Gather', ['x', 'some'], 'h', { attributes: { axis: 1 } })], [wholeTensor('some', 2, 0, 1)], [0, 3]),
  ],
];

const VERSIONS: Readonly<Record<string, number>> = { 'half of scaled outputs': 18 };

it.each(GRAPHS)('%s', async (name, graph) => {
  const operatorSet = VERSIONS[name] ?? (JSON.stringify(graph).includes('num_outputs') ? 18 : 17);
  expect(await differenceIn({ ...graph, operatorSet }, name)).toBeUndefined();
});

describe('several inputs', () => {
  const column = (name: string) => ({ name, dims: [0, 1] });
  const layer = node('Gemm', ['h', 'w', 'b']);
  const tensors = (inputs: number): TestTensor[] => [randomTensor('w', [inputs, 3]), randomTensor('b', [3])];

  it('are the columns of a sample, in the order of the model', async () => {
    const graph: TestGraph = {
      inputs: [column('age'), column('height'), { name: 'rest', dims: [0, 2] }],
      nodes: [
        node('Sub', ['height', 'm'], 'centred'),
        node('Concat', ['rest', 'centred', 'age'], 'joined', { attributes: { axis: 1 } }),
        node('Mul', ['joined', 's'], 'h'),
        layer,
      ],
      tensors: [...tensors(4), numberTensor('m', 0.7), positiveTensor('s', [4])],
    };
    expect(await differenceIn(graph, 'several inputs')).toBeUndefined();
    expect((await Network.fromONNX(modelOf(graph))).inputs).toBe(4);
  });

  it('may be columns that a pipeline of scikit-learn picks, scales and leaves out', async () => {
    const graph: TestGraph = {
      inputs: [{ name: 'x', dims: [0, 5] }],
      nodes: [
        node('ArrayFeatureExtractor', ['x', 'numbers'], 'n', { domain: 'ai.onnx.ml' }),
        node('Scaler', ['n'], 'scaled', {
          domain: 'ai.onnx.ml',
          attributes: { offset: [1, 2], scale: [0.5, 4] },
        }),
        node('ArrayFeatureExtractor', ['x', 'others'], 'o', { domain: 'ai.onnx.ml' }),
        node('Concat', ['scaled', 'o'], 'h', { attributes: { axis: 1 } }),
        layer,
      ],
      tensors: [...tensors(4), wholeTensor('numbers', 3, 1), wholeTensor('others', 0, 4)],
    };
    const network = await Network.fromONNX(modelOf(graph));
    const other: TestGraph = {
      ...graph,
      nodes: [
        node('Gather', ['x', 'numbers'], 'n', { attributes: { axis: 1 } }),
        node('Sub', ['n', 'offset'], 'c'),
        node('Mul', ['c', 'scale'], 'scaled'),
        node('Gather', ['x', 'others'], 'o', { attributes: { axis: 1 } }),
        ...graph.nodes.slice(3),
      ],
      tensors: [
        ...(graph.tensors ?? []),
        { name: 'offset', dims: [2], values: [1, 2] },
        { name: 'scale', dims: [2], values: [0.5, 4] },
      ],
    };
    // ONNX Runtime for pages has no ArrayFeatureExtractor.
    expect(await differenceIn(other, 'picked columns')).toBeUndefined();
    const rows = [
      [1, 2, 3, 4, 5],
      [-1, 0.5, 9, 0, 2],
    ];
    expect(network.predict(rows)).toEqual((await Network.fromONNX(modelOf(other))).predict(rows));
  });
});

it('slopes are those that people write', async () => {
  const slopes = async (alpha: number): Promise<number | undefined> =>
    (await Network.fromONNX(modelOf(between([node('LeakyRelu', ['z'], 'h', { attributes: { alpha } })])))).layers[0]
      ?.slope;
  expect(await slopes(0.2)).toBe(0.2);
  expect(await slopes(0.3)).toBe(0.3);
  expect(await slopes(0.01)).toBe(0.01);
  expect(Math.fround((await slopes(0.123456789)) as number)).toBe(Math.fround(0.123456789));
});

it('what batch normalization makes of weights is trained on, and saved', async () => {
  const graph = between([batchNorm('z', 'n'), node('Relu', ['n'], 'h')], batchTensors(4));
  const network = await Network.fromONNX(modelOf(graph));
  expect(network.layers.map(({ activation, bias }) => [activation, bias])).toEqual([
    ['relu', true],
    ['linear', false],
  ]);
  const again = await Network.load(network.save());
  expect(again.predict([0.3, -0.4])).toEqual(network.predict([0.3, -0.4]));
});
