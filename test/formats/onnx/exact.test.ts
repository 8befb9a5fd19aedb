/** Graphs that are nearly dense networks: what ONNX says of them is computed to the letter, or refused by the name of a node. */
import { describe, expect, it } from 'vitest';
import { Network } from '../../../src/index.js';
import { expectRefused } from '../../fixtures.js';
import { modelOf, node, type TestGraph, W } from './graph.js';

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

  it.each([6, 7, 9, 10, 16])('to %i are no numbers of a network', async (to) => {
    await refuse(castOf(1, to), /node "the MatMul" is a MatMul, whose weights are not constant/);
  });

  it('keep what float32 leaves of them', async () => {
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
    await refuse(graph, new RegExp(`node "the ${operator}" is a.* ${operator}, of whole numbers, and expected`));
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

  it('is no bound of another', async () => {
    const nodes = [
      Z,
      node('Constant', [], 'zero', { attributes: { value_float: { left: 1 } } }),
      node('Max', ['z', 'zero']),
    ];
    expect(await predict({ nodes, tensors: [W, B] }, [1, -1])).toEqual([0, 0]);
  });
});
