/**
 * A network as an ONNX model, IR version 8 and operator set 17. Numbers of fields and types are those of onnx.proto,
 * https://github.com/onnx/onnx/blob/v1.12.0/onnx/onnx.proto. Reads nothing.
 */
import type { LayerSpec } from '../../options/layers.js';
import type { Activation } from '../../options/types.js';
import { type Bytes, bytesOf, joined, lengthOf } from '../bytes.js';
import { type SavedModel, tensorName } from '../model.js';
import { checkLimits } from '../safetensors.js';

/** A field of a protocol buffer: its number and a whole number, a float, text, bytes, or a message as its fields. */
type Field = readonly [
  number: number,
  value: number | string | Float32Array | Float64Array | Uint8Array | readonly Field[],
];

/** Where class names stand, for which ONNX has no place. */
export const LABELS = 'wasmlp.labels';

/** Activations that are operators by their names. */
type OperatorName = 'sigmoid' | 'tanh' | 'relu' | 'softmax' | 'elu' | 'softplus';

/** Steps of a graph: an operator of the result before, then what else it takes, where z is the weighted sums, and its attributes. */
const STEPS: Readonly<Record<Exclude<Activation, OperatorName> | 'inputs' | 'targets', string>> = {
  linear: '',
  leakyRelu: 'LeakyRelu alpha:0.01',
  selu: 'Selu alpha:1.6732632423543772 gamma:1.0507009873554805',
  silu: 'Sigmoid,Mul z',
  gelu: 'Mul z,Mul cubic,Add linear,Mul z,Sigmoid,Mul z',
  // In double, as the library scales: type 11, and back to 1.
  inputs: 'Cast to:11,Sub inputs.shift,Div inputs.scale,Cast to:1',
  targets: 'Cast to:11,Mul targets.scale,Add targets.shift,Cast to:1',
};
// As in engine/js/activation.ts, which few pages load.
const GELU_LINEAR = 1.5957691216057308;

/**
 * Weights are copied into the result alone: fields hold them where they are until all is put together. That makes 1 GiB at most,
 * and protocol buffers may have 2. ERR_MODEL_LIMIT beyond.
 */
export function writeONNX({ spec, parameters, scaling }: SavedModel): Bytes {
  const graph: Field[] = [[2, 'wasmlp']];
  const steps: string[] = [];
  let numbers = 0;
  const addTensor = (name: string, shape: readonly number[], values: Float32Array | Float64Array): void => {
    numbers += values.length;
    const type = values instanceof Float32Array ? 1 : 11;
    graph.push([5, [...shape.map((size): Field => [1, size]), [2, type], [8, name], [9, values]]]);
  };
  const addScaling = (side: 'inputs' | 'targets'): void => {
    const columns = scaling?.[side];
    if (columns === undefined) return;
    for (const key of ['shift', 'scale'] as const) addTensor(`${side}.${key}`, [columns[key].length], columns[key]);
    steps.push(STEPS[side]);
  };
  if (spec.layers.some(({ activation }) => activation === 'gelu')) {
    addTensor('linear', [], Float32Array.of(GELU_LINEAR));
    addTensor('cubic', [], Float32Array.of(GELU_LINEAR * 0.044715));
  }
  addScaling('inputs');
  parameters.forEach(({ weights, biases }, l) => {
    const { inputs, units, bias, activation } = spec.layers[l] as LayerSpec;
    const [weight, biasName] = [tensorName('', l, 'weight'), tensorName('', l, 'bias')];
    addTensor(weight, [units, inputs], weights);
    if (bias) addTensor(biasName, [units], biases);
    steps.push(`Gemm ${weight} ${bias ? `${biasName} ` : ''}transB:1`);
    const step = (STEPS as Partial<Record<Activation, string>>)[activation];
    steps.push(step ?? (activation[0] as string).toUpperCase() + activation.slice(1));
  });
  addScaling('targets');
  checkLimits('toONNX', 0, numbers);
  addNodes(graph, steps.join());
  graph.push(rowsOf(11, 'inputs', spec.inputs), rowsOf(12, 'outputs', spec.outputs));
  const { labels } = spec;
  const named = labels ? [message(14, [1, LABELS], [2, JSON.stringify({ labels })])] : [];
  return joined(encode([[1, 8], [2, 'wasmlp'], [7, graph], message(8, [2, 17]), ...named]));
}

function message(number: number, ...fields: Field[]): Field {
  return [number, fields];
}

/** Each takes the result of the one before. */
function addNodes(graph: Field[], steps: string): void {
  let result = 'inputs';
  let sums = '';
  let last: Field[] = [];
  for (const [step] of steps.matchAll(/[^,]+/g)) {
    const [operator, ...rest] = step.split(' ') as [string, ...string[]];
    last = [
      [4, operator],
      [1, result],
    ];
    for (const word of rest) {
      const [name, number] = word.split(':') as [string, string?];
      last.push(number ? attributeOf(name, +number) : [1, name === 'z' ? sums : name]);
    }
    result = `t${graph.push([1, last])}`;
    if (operator === 'Gemm') sums = result;
    last.push([2, result]);
  }
  last[last.length - 1] = [2, 'outputs'];
}

function attributeOf(name: string, value: number): Field {
  const float = +!Number.isInteger(value);
  return message(5, [1, name], [3 - float, value], [20, 2 - float]);
}

/** Float32 rows, any number of them. */
function rowsOf(number: number, name: string, width: number): Field {
  const shape = message(2, message(1, [2, 'batch']), message(1, [1, width]));
  return message(number, [1, name], message(2, message(1, [1, 1], shape)));
}

/** A message in pieces, those of its tensors as they are in memory where that is little-endian. */
function encode(fields: readonly Field[]): Uint8Array[] {
  return fields.flatMap(([field, value]) => {
    const key = field << 3;
    if (Number.isInteger(value)) return [varint(key), varint(value as number)];
    if (typeof value === 'number') return [varint(key | 5), bytesOf(Float32Array.of(value))];
    const text = typeof value === 'string' ? new TextEncoder().encode(value) : value;
    const pieces = ArrayBuffer.isView(text) ? [bytesOf(text)] : encode(text);
    return [varint(key | 2), varint(lengthOf(pieces)), ...pieces];
  });
}

function varint(value: number): Uint8Array {
  const bytes = [];
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  return Uint8Array.of(...bytes, value);
}
