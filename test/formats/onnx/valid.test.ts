/** Valid models with parts that this library has no use for: they are read, or refused as what they are, never as no ONNX model. */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, it } from 'vitest';
import { Network } from '../../../src/index.js';
import { B, modelOf, NEURON, neuronWith, node, type TestGraph, W } from '../../support/formats/onnx-graphs.js';
import { thrownBy } from '../../support/refusals.js';

/** The model with one more field, whose content is bytes. */
const withField = (model: Uint8Array, field: number, bytes: Uint8Array): Uint8Array =>
  Uint8Array.from([...model, ...new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(bytes).finish()]);
/** A FunctionProto of one node, or as much of it as matters. */
const FUNCTION = new BinaryWriter().tag(1, WireType.LengthDelimited).string('linear').finish();
const ATTRIBUTE = { blob: 'x' };

describe('are read', () => {
  it.each<[string, Uint8Array]>([
    ['functions', withField(modelOf(NEURON), 25, FUNCTION)],
    ['training', withField(modelOf(NEURON), 20, new Uint8Array())],
    ['a field of the future', withField(modelOf(NEURON), 199, Uint8Array.of(1, 2, 3))],
    ['a huge operator set', modelOf({ ...NEURON, operatorSet: 2 ** 40 })],
    ['numbers that are not packed', modelOf(neuronWith({ form: 'unpacked' }, { form: 'unpacked' }))],
    ['doubles that are not packed', modelOf(neuronWith({ form: 'unpacked', type: 11 }))],
    [
      'whole numbers that are not packed',
      modelOf({
        ...NEURON,
        nodes: [node('Cast', ['i'], 'w', { attributes: { to: 1 } }), ...NEURON.nodes],
        tensors: [
          { name: 'i', dims: [2, 1], type: 7, values: [2, -3], form: 'unpacked' },
          { name: 'b', dims: [1], values: [0.5] },
        ],
      }),
    ],
    [
      'an attribute that is no text',
      withBytes(
        modelOf({ ...NEURON, nodes: [...NEURON.nodes, node('Custom', ['x'], 'unused', { attributes: ATTRIBUTE })] }),
      ),
    ],
    ['sparse tensors that nobody needs', modelOf({ ...NEURON, sparse: ['unused'] })],
  ])('%s', async (_, model) => {
    const { weights, biases } = (await Network.fromONNX(model)).getParameters(0);
    expect([...weights, ...biases]).toEqual([2, -3, 0.5]);
  });
});

/** Makes the text of the attribute bytes that are not UTF-8. */
function withBytes(model: Uint8Array): Uint8Array {
  const at = model.findIndex((_, i) => String.fromCharCode(...model.subarray(i, i + 4)) === 'blob');
  const copy = model.slice();
  // After the name: tag and value of the type, then tag, length and content of the text.
  const text = copy.indexOf('x'.charCodeAt(0), at);
  copy[text] = 0xff;
  return copy;
}

describe('are refused as what they are', () => {
  it.each<[string, TestGraph]>([
    ['a layer that is normalized', { nodes: [node('LayerNormalization', ['x', 'w'])], tensors: [W] }],
    ['text for input', { ...NEURON, inputs: [{ name: 'x', type: 8 }] }],
    ['a sequence for input', { ...NEURON, inputs: [{ name: 'x', type: 0 }] }],
    [
      'a shape of nine dimensions',
      {
        nodes: [node('Reshape', ['x', 's'], 'r'), node('Gemm', ['r', 'w', 'b'])],
        tensors: [W, B, { name: 's', dims: [9], type: 7, values: [-1, 1, 1, 1, 1, 1, 1, 1, 2] }],
      },
    ],
    ['a bias that makes rows wider', neuronWith({}, { dims: [4], values: [1, 2, 3, 4] })],
    [
      'a bias for each row',
      {
        nodes: [node('MatMul', ['x', 'w'], 'z'), node('Add', ['z', 'c'])],
        tensors: [W, { name: 'c', dims: [2, 1], values: [1, 2] }],
      },
    ],
    ['NaN', neuronWith({ values: [Number.NaN, 1] })],
    ['half precision', neuronWith({ type: 10, bytes: new Uint8Array(4) })],
    ['a softmax of one column', { ...NEURON, nodes: [...NEURON.nodes.slice(0, 2), node('Softmax', ['z'])] }],
    ['classes alone', { ...NEURON, nodes: [...NEURON.nodes, node('ArgMax', ['y'], 'c')], outputs: ['c'] }],
    [
      'many metadata',
      { ...NEURON, metadata: Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`key ${i}`, ''])) },
    ],
    ['a long name', { ...NEURON, nodes: NEURON.nodes.map((each) => ({ ...each, name: 'n'.repeat(5000) })) }],
    [
      'too many labels',
      {
        ...NEURON,
        nodes: [...NEURON.nodes, node('ZipMap', ['y'], 'm', { attributes: { classlabels_int64s: [1, 2, 3] } })],
        outputs: ['m'],
      },
    ],
  ])('%s', async (_, graph) => {
    const error = (await thrownBy(() => Network.fromONNX(modelOf(graph)))) as Error & { code: string };
    expect(error.message).toMatch(/^fromONNX: /);
    expect(error.message).not.toMatch(/not an ONNX model/);
    expect(['ERR_UNSUPPORTED', 'ERR_MODEL_LIMIT']).toContain(error.code);
  });
});
