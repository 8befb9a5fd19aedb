/** What fromONNX reads that no file of models/ has: other forms of tensors and nodes, activations in several nodes, every scaling. */
import { describe, expect, it } from 'vitest';
import { Network } from '../../../src/index.js';
import {
  B,
  behind,
  LAYER,
  modelOf,
  NEURON,
  neuronWith,
  node,
  ONE,
  type TestGraph,
  type TestNode,
  type TestTensor,
  W,
} from '../../support/formats/onnx-graphs.js';

describe('fromONNX reads', () => {
  const predict = async (graph: TestGraph, inputs: number[]): Promise<number[]> =>
    Array.from((await Network.fromONNX(modelOf(graph))).predict(inputs));
  const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

  it('an ArrayBuffer, as fetch gives it', async () => {
    const bytes = modelOf(NEURON);
    const network = await Network.fromONNX(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer,
    );
    expect(network.predict([1, 1])).toEqual((await Network.fromONNX(bytes)).predict([1, 1]));
  });

  it.each([
    ['typed floats', neuronWith({ form: 'typed' }, { form: 'typed' })],
    ['doubles', neuronWith({ type: 11 }, { type: 11 })],
    ['typed doubles', neuronWith({ type: 11, form: 'typed' })],
    [
      'tensors that are inputs too',
      { ...NEURON, inputs: [{ name: 'x' }, { name: 'w', dims: [2, 1] }, { name: 'b', dims: [1] }] },
    ],
    ['inputs of no known width', { ...NEURON, inputs: [{ name: 'x', dims: [0, 0] }] }],
    ['nodes in any order', { ...NEURON, nodes: [...NEURON.nodes].reverse() }],
    ['nodes that no output needs', { ...NEURON, nodes: [...NEURON.nodes, node('Conv', ['x'], 'unused')] }],
    [
      'transposed weights',
      {
        ...NEURON,
        nodes: [node('Transpose', ['t'], 'w'), ...NEURON.nodes],
        tensors: [
          { name: 't', dims: [1, 2], values: [2, -3] },
          { name: 'b', dims: [1], values: [0.5] },
        ],
      },
    ],
    [
      'weights in a node',
      {
        ...NEURON,
        nodes: [
          node('Constant', [], 'w', { attributes: { value: { dims: [2, 1], values: [2, -3] } } }),
          ...NEURON.nodes,
        ],
        tensors: [{ name: 'b', dims: [1], values: [0.5] }],
      },
    ],
    [
      'a bias taken away',
      {
        ...NEURON,
        nodes: NEURON.nodes.map((each) => (each.operator === 'Add' ? { ...each, operator: 'Sub' } : each)),
        tensors: [
          { name: 'w', dims: [2, 1], values: [2, -3] },
          { name: 'b', dims: [1, 1], values: [-0.5] },
        ],
      },
    ],
  ] satisfies [string, TestGraph][])('%s', async (_, graph) => {
    expect((await predict(graph, [0.25, 0.5]))[0]).toBeCloseTo(sigmoid(0.5 - 1.5 + 0.5), 6);
  });

  it('one bias for all units, and a sigmoid in parts', async () => {
    const nodes = [
      LAYER,
      node('Neg', ['z'], 'n'),
      node('Exp', ['n'], 'e'),
      node('Add', ['e', 'one'], 'd'),
      node('Div', ['one', 'd']),
    ];
    const tensors: TestTensor[] = [W, { name: 'b', dims: [1], values: [0.5] }, ONE];
    const network = await Network.fromONNX(modelOf({ nodes, tensors }));
    expect(network.layers.map(({ activation }) => activation)).toEqual(['sigmoid']);
    expect(network.predict([0.1, 0.2])[1]).toBeCloseTo(sigmoid(0.2 + 0.8 + 0.5), 6);
  });

  it('gelu of the tanh form as powers and a tanh', async () => {
    const constants = { half: 0.5, three: 3, cubic: 0.044715, root: 0.7978845608 };
    const nodes = [
      LAYER,
      node('Pow', ['z', 'three'], 'cube'),
      node('Mul', ['cube', 'cubic'], 'part'),
      node('Add', ['z', 'part'], 'sum'),
      node('Mul', ['sum', 'root'], 'u'),
      node('Tanh', ['u'], 't'),
      node('Add', ['t', 'one'], 'more'),
      node('Mul', ['z', 'half'], 'less'),
      node('Mul', ['less', 'more']),
    ];
    const parts = Object.entries(constants).map(([name, value]): TestTensor => ({ name, dims: [], values: [value] }));
    const network = await Network.fromONNX(modelOf({ nodes, tensors: [W, B, ONE, ...parts] }));
    expect(network.layers.map(({ activation }) => activation)).toEqual(['gelu']);
  });

  it('swish, and probabilities of both classes by name', async () => {
    const swish = await Network.fromONNX(modelOf(behind(node('Swish', ['z']))));
    expect(swish.layers[0]?.activation).toBe('silu');
    const labels = { classlabels_strings: ['no', 'yes'] };
    const nodes = [
      ...NEURON.nodes,
      node('Sub', ['one', 'y'], 'not'),
      node('Concat', ['not', 'y'], 'both', { attributes: { axis: 1 } }),
      node('ZipMap', ['both'], 'map', { attributes: labels }),
    ];
    const graph = { ...NEURON, nodes, tensors: [...(NEURON.tensors ?? []), ONE], outputs: ['map'] };
    const network = await Network.fromONNX(modelOf(graph));
    expect(network.classify([1, 0])).toMatchObject({ label: 'yes', index: 1 });
  });

  const column = (index: number, from = 'y'): TestNode[] => [
    node('Slice', [from, `${index}`, `${index + 1}`, '1'], `c${index}`),
    node('Reshape', [`c${index}`, 'flat'], `y${index}`),
  ];
  const numbers = (...values: [name: string, ...values: number[]][]): TestTensor[] =>
    values.map(([name, ...each]) => ({ name, dims: [each.length], type: 7, values: each }));
  const COUNTS = numbers(['0', 0], ['1', 1], ['2', 2], ['flat', -1], ['column', -1, 1]);

  it('columns one by one', async () => {
    const nodes = [LAYER, ...column(0, 'z'), ...column(1, 'z')];
    const graph = { nodes, tensors: [W, B, ...COUNTS], outputs: ['y0', 'y1'] };
    expect(await predict(graph, [1, 2])).toEqual([12, 16]);
  });

  it('columns of both classes', async () => {
    const both = [node('Sub', ['one', 'y'], 'not'), node('Concat', ['not', 'y'], 'both', { attributes: { axis: 1 } })];
    const nodes = [...NEURON.nodes, ...both, ...column(0, 'both'), ...column(1, 'both')];
    const graph = { nodes, tensors: [...(NEURON.tensors ?? []), ONE, ...COUNTS], outputs: ['y0', 'y1'] };
    const answers = await predict(graph, [0.25, 0.5]);
    expect(answers).toHaveLength(1);
    expect(answers[0]).toBeCloseTo(sigmoid(0.5 - 1.5 + 0.5), 6);
  });

  it('outputs in one column, and names of classes beside them', async () => {
    const labels = { keys_int64s: [0, 1], values_strings: ['a', 'b'] };
    const nodes = [
      LAYER,
      node('Reshape', ['z', 'column']),
      node('LabelEncoder', ['0'], 'names', { domain: 'ai.onnx.ml', attributes: labels }),
    ];
    const graph = { nodes, tensors: [W, B, ...COUNTS], outputs: ['y', 'names'] };
    expect(await predict(graph, [1, 2])).toEqual([12, 16]);
  });

  it('every way to scale', async () => {
    const values = { Add: 5, Sub: 3, Mul: 2, Div: 4 } as const;
    const scales = Object.entries(values).map(([name, value]): TestTensor => ({ name, dims: [], values: [value] }));
    const steps = (from: string, to: string): TestNode[] => [
      node('Add', [from, 'Add'], `${from}a`),
      node('Mul', ['Mul', `${from}a`], `${from}b`),
      node('Sub', [`${from}b`, 'Sub'], `${from}c`),
      node('Div', [`${from}c`, 'Div'], to),
    ];
    const graph = {
      nodes: [...steps('x', 'h'), node('Gemm', ['h', 'w', 'b'], 'z'), ...steps('z', 'y')],
      tensors: [W, B, ...scales],
    };
    const scale = (v: number): number => ((v + 5) * 2 - 3) / 4;
    const [p, q] = [scale(0.5), scale(-1)];
    const answers = await predict(graph, [0.5, -1]);
    expect(answers[0]).toBeCloseTo(scale(p + 3 * q + 5), 5);
    expect(answers[1]).toBeCloseTo(scale(2 * p + 4 * q + 6), 5);
  });

  it('a model that trains on, with the defaults of create', async () => {
    const network = await Network.fromONNX(modelOf(NEURON));
    const { loss } = network.evaluate([[1, 0]], [0]);
    await network.fit([[1, 0]], [0], { epochs: 5 });
    expect(network.evaluate([[1, 0]], [0]).loss).toBeLessThan(loss);
  });
});
