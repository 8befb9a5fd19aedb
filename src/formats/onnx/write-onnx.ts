/**
 * Writes a network as an ONNX model, IR version 8 and operator set 17. The numbers of fields and types are those of onnx.proto,
 * https://github.com/onnx/onnx/blob/v1.12.0/onnx/onnx.proto. Reads nothing.
 */

import type { NetworkScaling } from '../../data/scaling.js';
import { float32From, uint8From } from '../../foundation/memory.js';
import type { LayerSpec, NetworkSpec } from '../../options/spec.js';
import { type Bytes, bytesOf, joined, lengthOf } from '../bytes.js';
import { utf8Of } from '../encode-utf8.js';
import { tensorName } from '../safetensors/write-model.js';
import { checkLimits } from '../safetensors/write-safetensors.js';
import type { SavedModel } from '../saved-model.js';
import { BASIC_STEPS, type BasicActivation, SUMS } from './basic-steps.js';

/** A field of a protocol buffer: its number, and a whole number, a float, text, bytes, or the fields of a message. */
type Field = readonly [
  number: number,
  value: number | { float: number } | string | Float32Array | Float64Array | Uint8Array | readonly Field[],
];

/** Adds a tensor to the graph. */
export type AddTensor = (name: string, shape: readonly number[], values: Float32Array | Float64Array) => void;

/** What networks need that are not basic: rare-steps.ts. */
export interface ONNXExtras {
  addGeluConstants(layers: readonly LayerSpec[], addTensor: AddTensor): void;
  rareSteps(layer: LayerSpec): readonly Step[];
  /** Keys and texts of the metadata: names of classes and columns. */
  metadata(spec: NetworkSpec, scaling: NetworkScaling | undefined): readonly (readonly [key: string, text: string])[];
  scalingSteps(side: 'inputs' | 'targets', scaling: NetworkScaling | undefined, addTensor: AddTensor): readonly Step[];
}

/** A node of the graph: an operator of the result of the one before and of what else it takes, with attributes by their types. */
export interface Step {
  readonly operator: string;
  readonly also?: string | readonly string[];
  readonly floats?: Readonly<Record<string, number>>;
  readonly integers?: Readonly<Record<string, number>>;
}

/**
 * Copies parameters only once, into the result: until then, fields refer to them where they are. The result has at most 1 GiB, and a
 * protocol buffer may have 2. Throws ERR_MODEL_LIMIT above that.
 */
export function writeONNX({ spec, parameters, scaling }: SavedModel, extras?: ONNXExtras): Bytes {
  const graph: Field[] = [[2, 'wasmlp']];
  const steps: Step[] = [];
  let numbers = 0;
  const addTensor: AddTensor = (name, shape, values) => {
    numbers += values.length;
    const type = values instanceof Float32Array ? 1 : 11;
    graph.push([5, [...shape.map((size): Field => [1, size]), [2, type], [8, name], [9, values]]]);
  };
  extras?.addGeluConstants(spec.layers, addTensor);
  if (extras !== undefined) steps.push(...extras.scalingSteps('inputs', scaling, addTensor));
  parameters.forEach(({ weights, biases }, l) => {
    const layer = spec.layers[l] as LayerSpec;
    const { inputs, units, bias } = layer;
    const [weight, biasName] = [tensorName('', l, 'weight'), tensorName('', l, 'bias')];
    addTensor(weight, [units, inputs], weights);
    if (bias) addTensor(biasName, [units], biases);
    steps.push({ operator: 'Gemm', also: bias ? [weight, biasName] : [weight], integers: { transB: 1 } });
    const { activation } = layer;
    const basic = Object.hasOwn(BASIC_STEPS, activation) ? BASIC_STEPS[activation as BasicActivation] : undefined;
    steps.push(...(basic ?? extras?.rareSteps(layer) ?? []));
  });
  if (extras !== undefined) steps.push(...extras.scalingSteps('targets', scaling, addTensor));
  checkLimits('toONNX', 0, numbers);
  addNodes(graph, steps);
  graph.push(rowsOf(11, 'inputs', spec.inputs), rowsOf(12, 'outputs', spec.outputs));
  const named = extras?.metadata(spec, scaling).map(([key, text]) => message(14, [1, key], [2, text])) ?? [];
  return joined(encode([[1, 8], [2, 'wasmlp'], [7, graph], message(8, [2, 17]), ...named]));
}

function message(number: number, ...fields: Field[]): Field {
  return [number, fields];
}

/** Chains the steps: the first takes the inputs, each next one the result before it, and the last gives the outputs. */
function addNodes(graph: Field[], steps: readonly Step[]): void {
  let result = 'inputs';
  let sums = '';
  steps.forEach(({ operator, also = [], floats = {}, integers = {} }, i) => {
    const taken = [also].flat().map((name): Field => [1, name === SUMS ? sums : name]);
    const attributes = [
      ...Object.entries(floats).map(([name, value]) => message(5, [1, name], [2, { float: value }], [20, 1])),
      ...Object.entries(integers).map(([name, value]) => message(5, [1, name], [3, value], [20, 2])),
    ];
    const node: Field[] = [[4, operator], [1, result], ...taken, ...attributes];
    result = i < steps.length - 1 ? `t${graph.length + 1}` : 'outputs';
    graph.push([1, [...node, [2, result]]]);
    if (operator === 'Gemm') sums = result;
  });
}

/** Declares float32 rows, any number of them. */
function rowsOf(number: number, name: string, width: number): Field {
  const shape = message(2, message(1, [2, 'batch']), message(1, [1, width]));
  return message(number, [1, name], message(2, message(1, [1, 1], shape)));
}

/** A message in pieces. On a little-endian host, the pieces of tensors are views of their memory. */
function encode(fields: readonly Field[]): Uint8Array[] {
  return fields.flatMap(([field, value]) => {
    const key = field << 3;
    if (typeof value === 'number') return [varint(key), varint(value)];
    if (typeof value === 'object' && 'float' in value) return [varint(key | 5), bytesOf(float32From([value.float]))];
    const text = typeof value === 'string' ? utf8Of(value) : value;
    const pieces = ArrayBuffer.isView(text) ? [bytesOf(text)] : encode(text);
    return [varint(key | 2), varint(lengthOf(pieces)), ...pieces];
  });
}

function varint(value: number): Uint8Array {
  const bytes = [];
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  return uint8From([...bytes, value]);
}
