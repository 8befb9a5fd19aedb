/** Graphs that are nearly dense networks: they are computed exactly as ONNX defines them, or refused with the name of a node. */
import { describe, expect, it } from 'vitest';
import { Network } from '../../../src/index.js';
import { modelOf, node, type TestGraph, W } from '../../support/formats/onnx-graphs.js';
import { expectRefused } from '../../support/refusals.js';

const predict = async (graph: TestGraph, inputs: number[]): Promise<number[]> =>
  Array.from((await Network.fromONNX(modelOf(graph))).predict(inputs));

describe('weights that are whole numbers', () => {
  const WHOLE = [1, 2, 3, 4, 5, 6];
  const CAST = node('Cast', ['w'], 'c', { attributes: { to: 1 } });
  it.each([
    ['of MatMul', [2, 3], [node('MatMul', ['x', 'c'])], [9, 12, 15]],
    ['of Gemm', [2, 3], [node('Gemm', ['x', 'c'])], [9, 12, 15]],
    ['of Gemm, units first', [3, 2], [node('Gemm', ['x', 'c'], 'y', { attributes: { transB: 1 } })], [5, 11, 17]],
    ['turned', [3, 2], [node('Transpose', ['c'], 't'), node('MatMul', ['x', 't'])], [5, 11, 17]],
  ] as const)('%s', async (_, dims, nodes, expected) => {
    for (const form of ['raw', 'typed'] as const) {
      const tensors = [{ name: 'w', dims, type: 7, values: WHOLE, form }];
      expect(await predict({ nodes: [CAST, ...nodes], tensors }, [1, 2])).toEqual(expected);
    }
  });
});

const refuse = (graph: TestGraph, message: RegExp): Promise<void> =>
  expectRefused(() => Network.fromONNX(modelOf(graph)), 'ERR_UNSUPPORTED', message);

describe('constants that are cast', () => {
  const castOf = (type: number, to: number): TestGraph => ({
    nodes: [
      node('Cast', ['b'], 'c', { attributes: { to } }),
      node('Cast', ['c'], 'd', { attributes: { to: 11 } }),
      node('MatMul', ['x', 'w'], 'h'),
      node('Relu', ['h'], 'r'),
      node('MatMul', ['r', 'd']),
    ],
    tensors: [
      { name: 'w', dims: [2, 2], values: [1, 0, 0, 1] },
      { name: 'b', dims: [2, 1], values: [3, 4], type },
    ],
  });
  const NAMES = ['float', 'int64', 'double'] as const;
  const TYPES = { float: 1, int64: 7, double: 11 };

  it.each(NAMES.flatMap((from) => [1, 11].map((to) => [from, to] as const)))('of %s to %i', async (from, to) => {
    expect(await predict(castOf(TYPES[from], to), [1, 2])).toEqual([11]);
  });

  it.each([6, 7, 9, 10, 16])('to %i are not numbers that a network can have', async (to) => {
    await refuse(castOf(1, to), /node "the MatMul" is a MatMul, whose weights are not constant/);
  });

  it('keep the rounding of float32', async () => {
    const value = 1 + 2 ** -30;
    const graph = (isCast: boolean): TestGraph => ({
      nodes: [
        ...(isCast
          ? [node('Cast', ['s'], 'f', { attributes: { to: 1 } }), node('Cast', ['f'], 'd', { attributes: { to: 11 } })]
          : [node('Identity', ['s'], 'd')]),
        node('MatMul', ['x', 'w'], 'h'),
        node('Mul', ['h', 'd'], 'm'),
        node('Sub', ['m', 'n']),
      ],
      tensors: [
        { name: 'w', dims: [2, 1], values: [1, 0] },
        { name: 's', dims: [], type: 11, values: [value] },
        { name: 'n', dims: [], values: [1] },
      ],
    });
    expect(await predict(graph(true), [1, 0])).toEqual([0]);
    expect(await predict(graph(false), [1, 0])).toEqual([2 ** -30]);
  });
});

describe('inputs that are whole numbers', () => {
  const TO_FLOAT = { attributes: { to: 1 } };
  const graphOf = (...nodes: TestGraph['nodes']): TestGraph => ({
    nodes,
    inputs: [{ name: 'x', type: 7 }],
    tensors: [W, { name: 'c', dims: [], type: 7, values: [10] }],
  });

  it('are cast, and then computed with', async () => {
    const flat = node('Flatten', ['x'], 'g');
    const graph = graphOf(flat, node('Cast', ['g'], 'f', TO_FLOAT), node('MatMul', ['f', 'w']));
    expect(await predict(graph, [1, 2])).toEqual([7, 10]);
  });

  it.each(['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Max'])('are not for %s', async (operator) => {
    const graph = graphOf(
      node(operator, ['x', 'c'], 'd'),
      node('Cast', ['d'], 'f', TO_FLOAT),
      node('MatMul', ['f', 'w']),
    );
    await refuse(graph, new RegExp(`node "the ${operator}" is a.* ${operator}, of whole numbers, expected`));
  });

  it('are not for layers', () => refuse(graphOf(node('MatMul', ['x', 'w'])), /"the MatMul" .* of whole numbers/));
});

describe('attributes whose 0 is left out', () => {
  const Z = node('Gemm', ['x', 'w', 'b'], 'z');
  const B = { name: 'b', dims: [2], values: [1, 1] };
  it.each(['LeakyRelu', 'Elu'])('%s of alpha 0 is relu', async (operator) => {
    const attributes = { alpha: { left: 1 } };
    const network = await Network.fromONNX(
      modelOf({ nodes: [Z, node(operator, ['z'], 'y', { attributes })], tensors: [W, B] }),
    );
    expect(network.layers[0]?.activation).toBe('relu');
  });

  it('Softmax', () => {
    const nodes = [Z, node('Softmax', ['z'], 'y', { attributes: { axis: { left: 2 } } })];
    return refuse({ nodes, tensors: [W, B] }, /"the Softmax" .* whose axis is 0/);
  });

  it.each(['alpha', 'beta'])('Gemm, %s', async (name) => {
    const attributes = { [name]: { left: 1 } };
    const nodes = [node('Gemm', ['x', 'w', 'b'], 'y', { attributes })];
    await refuse({ nodes, tensors: [W, B] }, /"the Gemm" .* alpha and beta of 1/);
  });

  it('a Constant that is the bound of a Max', async () => {
    const nodes = [
      Z,
      node('Constant', [], 'zero', { attributes: { value_float: { left: 1 } } }),
      node('Max', ['z', 'zero']),
    ];
    expect(await predict({ nodes, tensors: [W, B] }, [1, -1])).toEqual([0, 0]);
  });
});

const WIDE = { name: 'w', dims: [1, 1], values: [1] };
const numbersOf = (constants: Readonly<Record<string, number>>) =>
  Object.entries(constants).map(([name, value]) => ({ name, dims: [], values: [value] }));

describe('functions that differ from activations only in a few places', () => {
  const behindSums = (nodes: TestGraph['nodes'], constants: Readonly<Record<string, number>>): TestGraph => ({
    nodes: [node('Gemm', ['x', 'w'], 'h'), ...nodes, node('MatMul', ['a', 'v'])],
    tensors: [WIDE, { name: 'v', dims: [1, 1], values: [1] }, ...numbersOf(constants)],
    inputs: [{ name: 'x', dims: [0, 1] }],
  });
  const RELU = node('Relu', ['h'], 'r');

  it.each([
    ['a cap of relu', [RELU, node('Min', ['r', 'c'], 'a')], { c: 1024 }],
    ['a cap', [node('Min', ['h', 'c'], 'a')], { c: 5000 }],
    ['a cap beyond all', [node('Min', ['h', 'c'], 'a')], { c: 1e35 }],
    ['a floor', [node('Max', ['h', 'c'], 'a')], { c: -2e4 }],
    ['a small threshold', [node('Greater', ['h', 'c'], 'g'), node('Where', ['g', 'h', 'z'], 'a')], { c: 0.009, z: 0 }],
    [
      'a threshold of a known size',
      [node('Greater', ['h', 'c'], 'g'), node('Where', ['g', 'h', 'z'], 'a')],
      { c: 0.01, z: 0 },
    ],
    [
      'a band',
      [
        RELU,
        node('Greater', ['h', 'low'], 'g'),
        node('Less', ['h', 'high'], 'l'),
        node('Where', ['g', 'hundred', 'z'], 'gh'),
        node('Where', ['l', 'gh', 'z'], 'm'),
        node('Add', ['r', 'm'], 'a'),
      ],
      { low: 110, high: 900, hundred: 100, z: 0 },
    ],
    ['a factor near 1', [node('Mul', ['h', 'c'], 'i'), node('Relu', ['i'], 'a')], { c: 1 + 9e-7 }],
    ['a slope near 1', [node('Elu', ['h'], 'a', { attributes: { alpha: 1 + 9e-7 } })], {}],
  ] as const)('%s', (_, nodes, constants) =>
    refuse(behindSums([...nodes], constants), /and what it makes of a layer's sums is none of linear, sigmoid/),
  );

  it.each([
    ['a small shift', [node('Max', ['h', 'h'], 'i'), node('Add', ['i', 'c'], 'a')], { c: 9e-7 }, 9e-7],
    [
      'a shift of sums with bias',
      [node('Add', ['h', 'c'], 'i'), node('Add', ['i', 'd'], 'a')],
      { c: 1, d: 9e-7 },
      1 + 9e-7,
    ],
  ] as const)('%s becomes part of a layer', async (_, nodes, constants, expected) => {
    expect((await predict(behindSums(nodes, constants), [0]))[0]).toBe(Math.fround(expected));
  });

  it.each([
    ['softplus by threshold', 'softplus', { c: 20 }],
    ['another threshold', undefined, { c: 2 }],
  ] as const)('%s', async (_, activation, constants) => {
    const nodes = [node('Softplus', ['h'], 's'), node('Greater', ['h', 'c'], 'g'), node('Where', ['g', 'h', 's'], 'a')];
    const graph = behindSums(nodes, constants);
    if (activation === undefined) await refuse(graph, /none of linear/);
    else expect((await Network.fromONNX(modelOf(graph))).layers[0]?.activation).toBe(activation);
  });
});

describe('shapes that are not those of rows', () => {
  const column = (...nodes: TestGraph['nodes']): TestGraph => ({
    nodes: [node('MatMul', ['x', 'w'], 'z'), node('Sigmoid', ['z'], 'p'), ...nodes],
    tensors: [
      { name: 'w', dims: [2, 1], values: [1, 2] },
      ...numbersOf({ one: 1 }),
      { name: 'matrix', dims: [1, 1], values: [1] },
      { name: 'axis', dims: [1], type: 7, values: [1] },
      { name: 'rows', dims: [1], type: 7, values: [0] },
      { name: 'flat', dims: [1], type: 7, values: [-1] },
      { name: 'column', dims: [2], type: 7, values: [-1, 1] },
      { name: 'row', dims: [2], type: 7, values: [1, -1] },
    ],
  });
  const pair = (axis: number, ...nodes: TestGraph['nodes']): TestGraph =>
    column(
      node('Sub', ['one', 'p'], 'n'),
      node('Concat', ['n', 'p'], nodes.length > 0 ? 'c' : 'y', { attributes: { axis } }),
      ...nodes,
    );

  it.each([
    ['[N] by [N, 1]', column(node('Squeeze', ['z', 'axis'], 's'), node('Mul', ['p', 's'])), /"the Mul" .* of rank/],
    ['[N, 1] by [N]', column(node('Squeeze', ['z', 'axis'], 's'), node('Mul', ['s', 'p'])), /"the Mul" .* of rank/],
    ['[N] by [1, 1]', column(node('Squeeze', ['z', 'axis'], 's'), node('Mul', ['s', 'matrix'])), /which makes another/],
    ['a squeeze of rows', column(node('Squeeze', ['z', 'rows'])), /"the Squeeze" .* of axes \[0\]/],
    ['flat twice', column(node('Squeeze', ['z', 'axis'], 's'), node('Flatten', ['s'])), /"the Flatten"/],
    ['all in one row', column(node('Reshape', ['z', 'row'])), /"the Reshape" .* makes the shape \[1,-1\]/],
    ['both below each other', pair(0), /"the Concat" .* as columns/],
    ['both in one column', pair(1, node('Reshape', ['c', 'column'])), /"the Reshape" .* of both probabilities/],
    ['both in one vector', pair(1, node('Reshape', ['c', 'flat'])), /"the Reshape" .* of both probabilities/],
    ['a function of both', pair(1, node('Max', ['p', 'c'])), /"the Max" .* of both probabilities/],
    ['a layer behind both', pair(1, node('MatMul', ['c', 'matrix'])), /"the MatMul" .* of both probabilities/],
  ])('%s', (_, graph, message) => refuse(graph, message));

  it('one column of several, and each of its rows a softmax', () =>
    refuse(
      {
        nodes: [
          node('MatMul', ['x', 'w'], 'z'),
          node('Reshape', ['z', 'column'], 'c'),
          node('Reshape', ['c', 'same'], 's'),
          node('Softmax', ['s']),
        ],
        tensors: [
          W,
          { name: 'column', dims: [2], type: 7, values: [-1, 1] },
          { name: 'same', dims: [2], type: 7, values: [0, -1] },
        ],
      },
      /"the Reshape" .* makes the shape \[0,-1\]/,
    ));

  it.each([1, -1])('both next to each other, axis %i', async (axis) => {
    expect((await Network.fromONNX(modelOf(pair(axis)))).layers[0]?.activation).toBe('sigmoid');
  });
});
