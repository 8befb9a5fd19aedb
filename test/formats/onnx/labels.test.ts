/** Names of classes in the forms of skl2onnx: text or whole numbers, in the nodes and tensors that only serve labels. */
import { describe, expect, it } from 'vitest';
import { Network } from '../../../src/index.js';
import {
  modelOf,
  NEURON,
  node,
  ONE,
  type TestGraph,
  type TestNode,
  type TestTensor,
} from '../../support/formats/onnx-graphs.js';

const ML = 'ai.onnx.ml';
const LOGITS = node('Gemm', ['x', 'w', 'b'], 'z');
const TENSORS: TestTensor[] = [
  { name: 'w', dims: [2, 3], values: [1, 2, 3, 4, 5, 6] },
  { name: 'b', dims: [3], values: [0, 1, 2] },
  { name: 'flat', dims: [1], type: 7, values: [-1] },
];
/** Probabilities, and the label that belongs to the greatest. */
const classifier = (classes: TestTensor, ...after: TestNode[]): TestGraph => ({
  nodes: [
    LOGITS,
    node('Softmax', ['z'], 'probabilities'),
    node('ArgMax', ['probabilities'], 'best', { attributes: { axis: 1 } }),
    node('ArrayFeatureExtractor', ['classes', 'best'], 'found', { domain: ML }),
    ...(after.length > 0
      ? after
      : [
          node('Cast', ['found'], 'cast', { attributes: { to: 11 } }),
          node('Reshape', ['cast', 'flat'], 'reshaped'),
          node('Cast', ['reshaped'], 'label', { attributes: { to: 7 } }),
        ]),
  ],
  tensors: [...TENSORS, { ...classes, name: 'classes' }],
  outputs: ['label', 'probabilities'],
});
const zipMap = (attributes: TestNode['attributes'] = {}): TestGraph => ({
  nodes: [LOGITS, node('Softmax', ['z'], 'p'), node('ZipMap', ['p'], 'y', { domain: ML, attributes })],
  tensors: TENSORS,
});
const binary = (...more: TestNode[]): TestGraph => ({
  ...NEURON,
  nodes: [
    ...NEURON.nodes,
    node('Sub', ['one', 'y'], 'not'),
    node('Concat', ['not', 'y'], 'both', { attributes: { axis: 1 } }),
    ...more,
  ],
  tensors: [...(NEURON.tensors ?? []), ONE, { name: 'classes', dims: [2], type: 6, values: [-1, 1] }],
});
const encoder = (attributes: TestNode['attributes'] = {}): TestGraph => ({
  nodes: [
    LOGITS,
    node('Softmax', ['z'], 'p'),
    node('ArgMax', ['p'], 'best', { attributes: { axis: 1 } }),
    node('LabelEncoder', ['best'], 'label', { domain: ML, attributes }),
  ],
  tensors: TENSORS,
  outputs: ['label', 'p'],
});

const labelsOf = async (graph: TestGraph): Promise<readonly string[] | undefined> =>
  (await Network.fromONNX(modelOf(graph))).labels;

describe('labels', () => {
  it.each<[string, TestGraph, readonly string[] | undefined]>([
    ['int64 in a tensor', classifier({ dims: [3], type: 7, values: [3, 5, 8] }), ['3', '5', '8']],
    ['int64 in fields', classifier({ dims: [3], type: 7, values: [3, 5, 8], form: 'typed' }), ['3', '5', '8']],
    ['int32 in a tensor', classifier({ dims: [3], type: 6, values: [-1, 0, 1] }), ['-1', '0', '1']],
    ['int32 in fields', classifier({ dims: [3], type: 6, values: [10, 20, 30], form: 'typed' }), ['10', '20', '30']],
    [
      'text in a tensor',
      classifier({ dims: [3], type: 8, strings: ['low', 'middle', 'high'] }),
      ['low', 'middle', 'high'],
    ],
    ['indexes, which need no names', classifier({ dims: [3], type: 7, values: [0, 1, 2] }), undefined],
    ['indexes in another order', classifier({ dims: [3], type: 7, values: [2, 1, 0] }), ['2', '1', '0']],
    ['int64 of a ZipMap', zipMap({ classlabels_int64s: [3, 5, 8] }), ['3', '5', '8']],
    ['text of a ZipMap', zipMap({ classlabels_strings: ['a', 'b', 'c'] }), ['a', 'b', 'c']],
    ['indexes of a ZipMap', zipMap({ classlabels_int64s: [0, 1, 2] }), undefined],
    [
      'int64 of a LabelEncoder to text',
      encoder({ keys_int64s: [0, 1, 2], values_strings: ['a', 'b', 'c'] }),
      ['a', 'b', 'c'],
    ],
    ['int64 of a LabelEncoder', encoder({ keys_int64s: [0, 1, 2], values_int64s: [3, 5, 8] }), ['3', '5', '8']],
    [
      'keys of a LabelEncoder in another order',
      encoder({ keys_int64s: [2, 0, 1], values_int64s: [8, 3, 5] }),
      ['8', '3', '5'],
    ],
    [
      'tensors of a LabelEncoder',
      encoder({
        keys_tensor: { dims: [3], type: 7, values: [0, 1, 2], form: 'typed' },
        values_tensor: { dims: [3], type: 8, strings: ['a', 'b', 'c'] },
      }),
      ['a', 'b', 'c'],
    ],
    [
      'classes that a LabelEncoder names',
      classifier(
        { dims: [3], type: 7, values: [3, 5, 8] },
        node('LabelEncoder', ['found'], 'label', {
          domain: ML,
          attributes: { keys_int64s: [8, 5, 3], values_strings: ['eight', 'five', 'three'] },
        }),
      ),
      ['three', 'five', 'eight'],
    ],
    [
      'int64 of both probabilities',
      {
        ...binary(node('ZipMap', ['both'], 'map', { domain: ML, attributes: { classlabels_int64s: [-1, 1] } })),
        outputs: ['map'],
      },
      ['-1', '1'],
    ],
    [
      'int32 beside both probabilities',
      {
        ...binary(
          node('ArgMax', ['both'], 'best', { attributes: { axis: 1 } }),
          node('ArrayFeatureExtractor', ['classes', 'best'], 'label', { domain: ML }),
        ),
        outputs: ['label', 'both'],
      },
      ['-1', '1'],
    ],
  ])('%s', async (name, graph, expected) => {
    const found = await labelsOf(graph);
    // Only the keys tell which index has which name.
    if (name.startsWith('keys of')) expect([...(found ?? [])].sort()).toEqual(['3', '5', '8']);
    else expect(found).toEqual(expected);
  });
});
