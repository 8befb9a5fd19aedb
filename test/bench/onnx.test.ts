/** The ONNX models that the benchmarks write: read back by a separate decoder, and computed node by node. */
import { describe, expect, it } from 'vitest';
import { writeModel } from '../../bench/peers/onnx.js';
import { Network } from '../../src/index.js';

/** The values of each field: numbers for wire type 0, bytes for wire type 2. */
type Message = ReadonlyMap<number, readonly (number | Uint8Array)[]>;

function decode(bytes: Uint8Array): Message {
  const fields = new Map<number, (number | Uint8Array)[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] as number;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const length = varint();
    expect([0, 2]).toContain(key & 7);
    const packed = (key & 7) === 2;
    const value = packed ? bytes.subarray(at, at + length) : length;
    if (packed) at += length;
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), value]);
  }
  expect(at).toBe(bytes.length);
  return fields;
}

const messages = (message: Message, field: number): Message[] =>
  (message.get(field) ?? []).map((value) => decode(value as Uint8Array));
const message = (from: Message, field: number): Message => messages(from, field)[0] as Message;
const texts = (from: Message, field: number): string[] =>
  (from.get(field) ?? []).map((value) => new TextDecoder().decode(value as Uint8Array));

/** Runs Gemm with transB, and Sigmoid, on one row. */
function compute(graph: Message, input: readonly number[]): readonly number[] {
  const values = new Map<string, readonly number[]>([['input', input]]);
  for (const tensor of messages(graph, 5)) {
    const raw = Uint8Array.from(tensor.get(9)?.[0] as Uint8Array);
    const shape = tensor.get(1) as number[];
    expect(tensor.get(2)).toEqual([1]);
    expect(raw.length).toBe(shape.reduce((product, length) => product * length, 4));
    values.set(texts(tensor, 8)[0] as string, Array.from(new Float32Array(raw.buffer)));
  }
  for (const node of messages(graph, 1)) {
    const [x = [], weights = [], biases = []] = texts(node, 1).map((name) => values.get(name) ?? []);
    const [operator] = texts(node, 4);
    if (operator === 'Gemm') {
      const attribute = message(node, 5);
      expect([texts(attribute, 1), attribute.get(3), attribute.get(20)]).toEqual([['transB'], [1], [2]]);
    }
    const computed =
      operator === 'Sigmoid'
        ? x.map((value) => 1 / (1 + Math.exp(-value)))
        : biases.map((bias, unit) => x.reduce((sum, v, i) => sum + v * (weights[unit * x.length + i] as number), bias));
    values.set(texts(node, 2)[0] as string, computed);
  }
  return values.get('output') as readonly number[];
}

/** The name, element type and shape of an input or output of the graph. */
function describeValue(value: Message): unknown[] {
  const type = message(message(value, 2), 1);
  const [rows, width] = messages(message(type, 2), 1) as [Message, Message];
  return [texts(value, 1)[0], type.get(1)?.[0], texts(rows, 2)[0], width.get(1)?.[0]];
}

describe('writeModel', () => {
  it.each([[[3, 2]], [[2, 2, 1]], [[300, 129, 16, 10]]])('of %j computes what the network predicts', async (widths) => {
    const network = await Network.create({
      inputs: widths[0] as number,
      layers: widths.slice(1).map((units) => ({ units })),
      seed: 3,
    });
    const layers = network.layers.map((info, layer) => {
      network.setParameters(layer, { biases: Float32Array.from({ length: info.units }, (_, unit) => unit / 8 - 0.5) });
      return network.getParameters(layer);
    });
    const model = decode(writeModel(widths, layers));
    expect(model.get(1)).toEqual([8]);
    expect(message(model, 8).get(2)).toEqual([13]);
    const graph = message(model, 7);
    expect(messages(graph, 11).map(describeValue)).toEqual([['input', 1, 'rows', widths[0]]]);
    expect(messages(graph, 12).map(describeValue)).toEqual([['output', 1, 'rows', widths.at(-1)]]);
    const input = Array.from({ length: widths[0] as number }, (_, i) => ((i * 37) % 101) / 101);
    const outputs = compute(graph, input);
    const expected = network.predict(input);
    expect(outputs.length).toBe(expected.length);
    outputs.forEach((output, i) => {
      expect(output).toBeCloseTo(expected[i] as number, 5);
    });
  });
});
