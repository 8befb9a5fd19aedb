/** Graphs that are nearly dense networks: what ONNX says of them is computed to the letter, or refused by the name of a node. */
import { describe, expect, it } from 'vitest';
import { Network } from '../../../src/index.js';
import { modelOf, node, type TestGraph } from './graph.js';

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
