/**
 * Writes a network as the text of a JavaScript module that predicts without this library. The module has no import, and nothing that
 * a content security policy forbids. Knows no engine, and does not read what it writes. Programs load this chunk to write a module.
 */

import type { ColumnScaling } from '../../data/scaling.js';
import { codedError } from '../../foundation/errors.js';
import { uint8, withinMemory } from '../../foundation/memory.js';
import { answersProbabilities } from '../../options/activations.js';
import type { LayerSpec } from '../../options/spec.js';
import type { Activation } from '../../options/types.js';
import type { SavedModel } from '../saved-model.js';
import { NUMBERS, recordCode } from './columns.js';

/** Strings in V8 have at most 2^29 - 24 characters. A parameter takes 16/3, so 3.5 million are left for labels, scaling and code. */
const MAX_PARAMETERS = 1e8;

/** How many numbers become base64 at a time: few enough for the arguments of a call. A multiple of 3, so that chunks need no padding. */
const CHUNK = 768;

/**
 * What each activation makes of the weighted sums y of a layer; SLOPE is that of the layer. No finite sum becomes NaN, because formulas only divide by a power
 * that may overflow. Constants are those of options/activations.ts to ten digits; float32 has seven.
 */
const ACTIVATIONS: Record<Activation, string> = {
  linear: 'y',
  sigmoid: 'y.map((z) => 1 / (1 + Math.exp(-z)))',
  tanh: 'y.map((z) => Math.tanh(z))',
  relu: 'y.map((z) => Math.max(z, 0))',
  leakyRelu: 'y.map((z) => (z > 0 ? z : SLOPE * z))',
  elu: 'y.map((z) => (z > 0 ? z : Math.expm1(z)))',
  selu: 'y.map((z) => 1.050700987 * (z > 0 ? z : 1.673263242 * Math.expm1(z)))',
  gelu: 'y.map((z) => z / (1 + Math.exp(-1.595769122 * (z + 0.044715 * z ** 3))))',
  silu: 'y.map((z) => z / (1 + Math.exp(-z)))',
  softplus: 'y.map((z) => Math.max(z, 0) + Math.log1p(Math.exp(z > 0 ? -z : z)))',
  softmax: `{
  const largest = y.reduce((a, b) => Math.max(a, b));
  const powers = y.map((z) => Math.exp(z - largest));
  const total = powers.reduce((a, b) => a + b);
  return powers.map((z) => z / total);
}`,
};

/**
 * The part that is the same in every module. It computes in double precision; only inputs, once they are scaled, and outputs are rounded
 * to float32, as in the network. It reads bytes one by one, so the host's byte order does not matter.
 */
const CODE = `function floats(base64) {
  const text = atob(base64);
  const view = new DataView(new Uint8Array(text.length).map((_, i) => text.charCodeAt(i)).buffer);
  return new Float32Array(text.length / 4).map((_, i) => view.getFloat32(4 * i, true));
}

const shown = (value) => (Object(value) === value ? typeof value : \`\${typeof value} \${String(value)}\`);

INPUTS_OF

function predictRow(row, index = 0) {
  let x = inputsOf(row, index);
  for (const [activate, weights, biases] of layers) {
    const y = new Float64Array(weights.length / x.length);
    for (let o = 0, w = 0; o < y.length; o++) {
      let sum = biases[o] ?? 0;
      for (let i = 0; i < x.length; i++) sum += x[i] * weights[w++];
      y[o] = sum;
    }
    x = activate(y);
  }
  const { shift, scale } = scaling.targets ?? {};
  const y = new Float32Array(x).map((z, o) => (scale ? z * scale[o] + shift[o] : z));
  const bad = y.find((z) => !Number.isFinite(z));
  if (bad !== undefined) throw new RangeError(\`predict: the output for row \${index} (counted from 0) is \${bad}.\`);
  return y;
}`;

/** How samples come: as numbers, or as rows of a table. */
const PREDICT_NUMBERS = `export function predict(samples) {
  if (typeof samples?.[0] === 'object') return Array.from(samples, predictRow);
  if (!(ArrayBuffer.isView(samples) && samples.length > inputs)) return predictRow(samples);
  const y = new Float32Array((samples.length / inputs) * outputs);
  for (let i = 0, row = 0; i < samples.length; i += inputs, row++) {
    y.set(predictRow(samples.subarray(i, i + inputs), row), row * outputs);
  }
  return y;
}`;

const PREDICT_RECORDS = `export function predict(rows) {
  if (!Array.isArray(rows)) return predictRow(rows);
  if (rows.length === 0) throw new RangeError('predict: there is no row, expected at least one.');
  return rows.map((row, index) => predictRow(row, index));
}`;

/** For outputs that are probabilities: as Network.classify. A single one is that of the second class. */
const CLASSIFY = `
function classOf(chances) {
  const [second] = chances;
  const all = outputs === 1 ? [1 - second, second] : chances;
  const index = outputs === 1 ? Number(second >= 0.5) : all.reduce((best, chance, i) => (chance > all[best] ? i : best), 0);
  const label = labels[index];
  return { index, ...(label === undefined ? {} : { label }), probability: all[index] };
}

export function classify(samples) {
  const y = predict(samples);
  if (Array.isArray(y)) return y.map(classOf);
  if (y.length === outputs) return classOf(y);
  return Array.from({ length: y.length / outputs }, (_, i) => classOf(y.subarray(i * outputs, (i + 1) * outputs)));
}
`;

/** Throws ERR_MODEL_LIMIT if the text would be too long for a string. */
export function writeModule(model: SavedModel): string {
  return withinMemory('the text of the module', () => textOf(model));
}

function textOf({ spec, parameters, scaling }: SavedModel): string {
  const count = parameters.reduce((sum, { weights, biases }) => sum + weights.length + biases.length, 0);
  if (count > MAX_PARAMETERS) {
    const came = `toModule: the model has ${count} numbers, expected at most ${MAX_PARAMETERS}`;
    throw codedError('ERR_MODEL_LIMIT', `${came}. Use save().`);
  }
  const names = spec.layers.map(({ activation }) => activation);
  const shape = [spec.inputs, ...spec.layers.map(({ units }) => units)].join('-');
  const functions = new Map<string, string>();
  const layers = parameters.map(({ weights, biases }, l) => {
    const name = functionOf(spec.layers[l] as LayerSpec, functions);
    return `  [${name}, floats('${base64(weights)}'), floats('${base64(biases)}')],`;
  });
  const { columns } = spec;
  const inputsOf = columns ? recordCode(columns, scaling?.inputs, jsonOf) : NUMBERS;
  return `// Neural network ${shape} (${names.join(', ')}), made by wasmlp.
export const inputs = ${spec.inputs};
export const outputs = ${spec.outputs};
export const labels = ${jsonOf(spec.labels ?? [])};

${[...functions].map(([body, name]) => `const ${name} = (y) => ${body};`).join('\n')}

${CODE.replace('INPUTS_OF', () => inputsOf)}

${columns ? PREDICT_RECORDS : PREDICT_NUMBERS}
${answersProbabilities(spec) ? CLASSIFY : ''}
const scaling = ${jsonOf({ inputs: columnsOf(scaling?.inputs), targets: columnsOf(scaling?.targets) })};
const layers = [
${layers.join('\n')}
];
`;
}

/** The name of the function of a layer's activation. Adds it to the functions, names by bodies, unless it is there. */
function functionOf({ activation, slope }: LayerSpec, functions: Map<string, string>): string {
  const body = ACTIVATIONS[activation].replace('SLOPE', `${slope}`);
  const others = [...functions.values()].filter((name) => name.startsWith(activation)).length;
  const name = functions.get(body) ?? (others === 0 ? activation : `${activation}${others + 1}`);
  functions.set(body, name);
  return name;
}

function columnsOf(columns: ColumnScaling | undefined): object | undefined {
  return columns && { shift: Array.from(columns.shift), scale: Array.from(columns.scale) };
}

/** Escapes <, so that a label cannot end the script tags of a page that contains the text. */
function jsonOf(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

/** The bytes of float32 numbers, little-endian. */
function base64(values: Float32Array): string {
  let text = '';
  for (let start = 0; start < values.length; start += CHUNK) {
    const chunk = values.subarray(start, start + CHUNK);
    const bytes = uint8(chunk.byteLength);
    const view = new DataView(bytes.buffer);
    chunk.forEach((value, i) => {
      view.setFloat32(4 * i, value, true);
    });
    // Not spread: the iterator takes 4 to 12 times as long (Node 20, 2026-11-21). The type asks for an array; a Uint8Array works too.
    text += btoa(String.fromCharCode.apply(null, bytes as unknown as number[]));
  }
  return text;
}
