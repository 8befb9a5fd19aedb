/** Models whose numbers lie in files beside them, which the caller gives by name. */
import { expect, it } from 'vitest';
import { Network, type ONNXOptions } from '../../../src/index.js';
import { bytesOf } from '../../support/formats/model-files.js';
import { modelOf, NEURON, type TestGraph } from '../../support/formats/onnx-graphs.js';
import { expectRefused } from '../../support/refusals.js';

/** The neuron, with weights of 2 and -3 and a bias of 0.5 at these places. */
const external = (w: Record<string, string>, b: Record<string, string>): TestGraph => ({
  ...NEURON,
  tensors: [
    { name: 'w', dims: [2, 1], external: w },
    { name: 'b', dims: [1], external: b },
  ],
});
const ONE_FILE = external(
  { location: 'model.onnx.data', offset: '4', length: '8' },
  { location: 'model.onnx.data', offset: '12', length: '4' },
);
const DATA = bytesOf(9, 2, -3, 0.5);
const MODEL = modelOf(ONE_FILE);

it.each<[string, Uint8Array, NonNullable<ONNXOptions['externalData']>]>([
  ['an object', MODEL, { 'model.onnx.data': DATA }],
  ['a Map', MODEL, new Map([['model.onnx.data', DATA]])],
  ['an ArrayBuffer', MODEL, { 'model.onnx.data': DATA.slice().buffer }],
  ['a Buffer that is part of another', MODEL, { 'model.onnx.data': Buffer.from([7, ...DATA]).subarray(1) }],
  ['more files than the model has', MODEL, { 'model.onnx.data': DATA, other: new Uint8Array() }],
  ['two files, whole', modelOf(external({ location: 'w' }, { location: 'b' })), { w: bytesOf(2, -3), b: bytesOf(0.5) }],
  [
    'a file in the folder of the model',
    modelOf(external({ location: './w' }, { location: 'b' })),
    { w: bytesOf(2, -3), './b': bytesOf(0.5) },
  ],
  [
    'without a length',
    modelOf(external({ location: 'a', offset: '4', length: '8' }, { location: 'a', offset: '12' })),
    { a: DATA },
  ],
])('%s', async (_, model, externalData) => {
  const network = await Network.fromONNX(model, { externalData });
  const { weights, biases } = network.getParameters(0);
  expect([...weights, ...biases]).toEqual([2, -3, 0.5]);
});

it('a model without its files says which they are', async () => {
  const message =
    /^fromONNX: the numbers of tensor "w" are in a file beside the model, "model\.onnx\.data": give its bytes, externalData: \{ "model\.onnx\.data": bytes \}/;
  await expectRefused(() => Network.fromONNX(MODEL), 'ERR_UNSUPPORTED', message);
});

it.each<[string, unknown, 'ERR_INVALID_OPTION' | 'ERR_INVALID_TYPE' | 'ERR_MODEL_FORMAT', RegExp]>([
  [
    'another name',
    { 'weights.bin': DATA },
    'ERR_INVALID_OPTION',
    /^fromONNX: externalData lacks "model\.onnx\.data", where the numbers of tensor "w" are\. It has "weights\.bin"\.$/,
  ],
  ['nothing', {}, 'ERR_INVALID_OPTION', /externalData lacks "model\.onnx\.data".* It has nothing\.$/],
  ['an array', [DATA], 'ERR_INVALID_TYPE', /^fromONNX: externalData is an array of 1, expected an object or a Map/],
  ['bytes', DATA, 'ERR_INVALID_TYPE', /^fromONNX: externalData is a Uint8Array, expected an object or a Map/],
  [
    'text for bytes',
    { 'model.onnx.data': 'abc' },
    'ERR_INVALID_TYPE',
    /externalData\["model\.onnx\.data"\] is "abc", expected a Uint8Array/,
  ],
  ['a number for a name', new Map([[1, DATA]]), 'ERR_INVALID_TYPE', /externalData has the key 1, expected names/],
  [
    'a file that is cut short',
    { 'model.onnx.data': DATA.subarray(0, 10) },
    'ERR_MODEL_FORMAT',
    /^fromONNX: tensor "w" is at bytes 4 to 12 of "model\.onnx\.data", which has 10\. Give the whole file/,
  ],
])('%s is refused', async (_, externalData, code, message) => {
  await expectRefused(() => Network.fromONNX(MODEL, { externalData } as ONNXOptions), code, message);
});

it.each<[string, Record<string, string>, RegExp]>([
  ['no file', { offset: '0' }, /tensor "w" does not say in which file its numbers are/],
  ['an offset that is no number', { location: 'a', offset: 'x' }, /tensor "w" has "x" as the offset of its numbers/],
  ['a negative length', { location: 'a', length: '-8' }, /tensor "w" has "-8" as the length/],
  ['a length beyond all', { location: 'a', length: '9'.repeat(16) }, /tensor "w" has "9{16}" as the length/],
  ['another length', { location: 'a', length: '4' }, /tensor "w" has 1 numbers, and its shape 2/],
])('a place with %s is refused', async (_, place, message) => {
  const model = modelOf(external(place, { location: 'a', length: '4' }));
  await expectRefused(() => Network.fromONNX(model, { externalData: { a: DATA } }), 'ERR_MODEL_FORMAT', message);
});
