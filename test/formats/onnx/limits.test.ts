/** ONNX models that claim more than they hold, or hold more than a network has: refused before anything large is made of them. */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { describe, it } from 'vitest';
import { Network } from '../../../src/index.js';
import { modelOf, NEURON, node, type TestNode } from '../../support/formats/onnx-graphs.js';
import { expectRefused } from '../../support/refusals.js';

describe('a small file makes nothing large', () => {
  it.each([
    [
      [2 ** 20, 2 ** 10],
      'ERR_MODEL_LIMIT',
      /^fromONNX: the model has 1073741824 numbers in tensor "w", and at most 268435456/,
    ],
    [[2 ** 21, 1], 'ERR_MODEL_LIMIT', /^fromONNX: the model has weights of shape \[2097152,1\], and at most 1048576/],
    [[2, 2 ** 20], 'ERR_MODEL_FORMAT', /tensor "w" has 2 numbers, and its shape 2097152/],
    [[-2, 1], 'ERR_MODEL_FORMAT', /weights of shape \[-2,1\]/],
  ] as const)('of weights %j', async (dims, code, message) => {
    const tensors = [{ name: 'w', dims, values: [1, 2] }];
    const nodes = [{ operator: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }];
    const inputs = [{ name: 'x', dims: [0, Math.abs(dims[0])] }];
    await expectRefused(() => Network.fromONNX(modelOf({ nodes, tensors, inputs })), code, message);
  });

  it('of layers that share their weights', async () => {
    const values = Array.from({ length: 64 }, () => 0.1);
    const nodes = Array.from({ length: 500 }, (_, i): TestNode => {
      return { operator: 'MatMul', inputs: [i === 0 ? 'x' : `t${i - 1}`, 'w'], outputs: [i === 499 ? 'y' : `t${i}`] };
    });
    const model = modelOf({
      nodes,
      tensors: [{ name: 'w', dims: [8, 8], values }],
      inputs: [{ name: 'x', dims: [0, 8] }],
    });
    await expectRefused(
      () => Network.fromONNX(model),
      'ERR_UNSUPPORTED',
      /^fromONNX: layers share weights: they have 32000 parameters, more than/,
    );
  });

  it('of nodes, or of parts of any kind', async () => {
    const one = { operator: 'Relu', inputs: ['x'], outputs: [] };
    const model = modelOf({ nodes: Array.from({ length: 80_001 }, () => one) });
    await expectRefused(
      () => Network.fromONNX(model),
      'ERR_MODEL_LIMIT',
      /^fromONNX: the model has more nodes, and at most 80000/,
    );
    const fields = new Uint8Array(2 ** 23 + 2);
    for (let i = 0; i < fields.length; i += 2) fields[i] = 0x18;
    await expectRefused(
      () => Network.fromONNX(fields),
      'ERR_MODEL_LIMIT',
      /^fromONNX: the model has more fields, and at most 4194304/,
    );
  });

  it('of numbers in attributes, each of which is within its own limit', async () => {
    const writer = new BinaryWriter();
    for (let i = 0; i < 3; i++) {
      writer.tag(5, WireType.LengthDelimited).fork();
      writer.tag(1, WireType.LengthDelimited).string(`ints${i}`);
      writer.tag(8, WireType.LengthDelimited).bytes(new Uint8Array(2 ** 20));
      writer.join();
    }
    const attributes = writer.finish();
    const graph = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(attributes).finish();
    const file = new BinaryWriter().tag(7, WireType.LengthDelimited).bytes(graph).finish();
    const message = /^fromONNX: the model has more numbers in attributes, and at most 2097152/;
    await expectRefused(() => Network.fromONNX(file), 'ERR_MODEL_LIMIT', message);
  });

  it('of a truth value', async () => {
    const graph = {
      nodes: [node('MatMul', ['x', 'w'], 'h'), node('Dropout', ['h', 'ratio', 'off'])],
      tensors: [
        { name: 'w', dims: [2, 1], values: [1, 2] },
        { name: 'ratio', dims: [], values: [0.5] },
        { name: 'off', dims: [2 ** 27], type: 9, bytes: new Uint8Array(2 ** 27) },
      ],
    };
    await expectRefused(() => Network.fromONNX(modelOf(graph)), 'ERR_UNSUPPORTED', /"the Dropout" .* drops at random/);
  });

  it('of names and metadata', async () => {
    const long = modelOf({ ...NEURON, outputs: ['y'.repeat(5000)] });
    await expectRefused(
      () => Network.fromONNX(long),
      'ERR_MODEL_LIMIT',
      /^fromONNX: the model has a text of 5000 bytes/,
    );
    const deep = modelOf({ ...NEURON, metadata: { 'wasmlp.labels': `{"labels":${'['.repeat(10_000)}` } });
    await expectRefused(() => Network.fromONNX(deep), 'ERR_MODEL_FORMAT', /its labels are not JSON/);
  });
});
