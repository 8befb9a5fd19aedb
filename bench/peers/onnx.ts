/**
 * Writes dense sigmoid networks as ONNX models. Knows only as much about protocol buffers as that takes.
 *
 * Field numbers: https://github.com/onnx/onnx/blob/v1.12.0/onnx/onnx.proto (IR version 8, operator set 13).
 */
import type { Layer } from './problem.js';

const IR_VERSION = 8;
const OPERATOR_SET = 13;
const FLOAT = 1;
const ATTRIBUTE_INT = 2;

/** Each layer is `Sigmoid(Gemm(X, W, B, transB=1))`. The model takes `input` (rows, inputs) and gives `output` (rows, outputs). */
export function writeModel(widths: readonly number[], layers: readonly Layer[]): Uint8Array {
  const nodes = layers.flatMap((_, layer) => {
    const from = layer === 0 ? 'input' : `y${layer - 1}`;
    const to = layer === layers.length - 1 ? 'output' : `y${layer}`;
    return [
      node('Gemm', [from, `w${layer}`, `b${layer}`], `z${layer}`, [intAttribute('transB', 1)]),
      node('Sigmoid', [`z${layer}`], to, []),
    ];
  });
  const initializers = layers.flatMap(({ weights, biases }, layer) => [
    tensor(`w${layer}`, [biases.length, widths[layer] as number], weights),
    tensor(`b${layer}`, [biases.length], biases),
  ]);
  const graph = message([
    ...nodes.map((value) => bytes(1, value)),
    text(2, 'wasmlp'),
    ...initializers.map((value) => bytes(5, value)),
    bytes(11, rowsValue('input', widths[0] as number)),
    bytes(12, rowsValue('output', widths[widths.length - 1] as number)),
  ]);
  return message([integer(1, IR_VERSION), bytes(7, graph), bytes(8, message([text(1, ''), integer(2, OPERATOR_SET)]))]);
}

function node(
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: readonly Uint8Array[],
): Uint8Array {
  return message([
    ...inputs.map((name) => text(1, name)),
    text(2, output),
    text(4, operator),
    ...attributes.map((attribute) => bytes(5, attribute)),
  ]);
}

function intAttribute(name: string, value: number): Uint8Array {
  return message([text(1, name), integer(3, value), integer(20, ATTRIBUTE_INT)]);
}

function tensor(name: string, shape: readonly number[], values: Float32Array): Uint8Array {
  const raw = new Uint8Array(values.length * 4);
  const view = new DataView(raw.buffer);
  values.forEach((value, index) => {
    view.setFloat32(index * 4, value, true);
  });
  return message([...shape.map((length) => integer(1, length)), integer(2, FLOAT), text(8, name), bytes(9, raw)]);
}

/** A float32 matrix of any number of rows. */
function rowsValue(name: string, width: number): Uint8Array {
  const shape = message([bytes(1, text(2, 'rows')), bytes(1, integer(1, width))]);
  const type = message([bytes(1, message([integer(1, FLOAT), bytes(2, shape)]))]);
  return message([text(1, name), bytes(2, type)]);
}

function message(fields: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(fields.reduce((sum, field) => sum + field.length, 0));
  let at = 0;
  for (const field of fields) {
    whole.set(field, at);
    at += field.length;
  }
  return whole;
}

/** Wire type 0. */
function integer(field: number, value: number): Uint8Array {
  return Uint8Array.of(...varint(field << 3), ...varint(value));
}

/** Wire type 2. */
function bytes(field: number, value: Uint8Array): Uint8Array {
  return message([Uint8Array.of(...varint((field << 3) | 2), ...varint(value.length)), value]);
}

function text(field: number, value: string): Uint8Array {
  return bytes(field, new TextEncoder().encode(value));
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}
