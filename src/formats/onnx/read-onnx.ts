/**
 * Reads a dense network from an ONNX model. Follows the graph from its outputs back to its input, and turns what it finds into layers,
 * scaling and labels. ERR_MODEL_FORMAT, ERR_MODEL_LIMIT or ERR_UNSUPPORTED for any other model. A chunk of its own.
 */
import type { LayerParameters } from '../../engine/engine.js';
import { describe } from '../../foundation/errors.js';
import { allFinite } from '../../foundation/finite.js';
import { float32 } from '../../foundation/memory.js';
import { type NetworkSpec, resolveNetwork } from '../../options/network.js';
import type { LayerOptions } from '../../options/types.js';
import { textOfUtf8 } from '../decode-utf8.js';
import { parseJson } from '../json.js';
import { MAX_NUMBERS } from '../safetensors/write-safetensors.js';
import type { Restored } from '../saved-model.js';
import { rowsOf } from './classes.js';
import { type Decoded, decode, type Node, TYPES } from './decode.js';
import { unknownFunction } from './dense.js';
import { activationOf, IDENTITY } from './functions.js';
import { apply } from './operators.js';
import { orderOf } from './order.js';
import { bad, notDense, tooMuch, unsupported } from './refused.js';
import { inputScaling, targetScaling } from './scaling.js';
import {
  type Column,
  constantOf,
  countOf,
  float32Of,
  isReal,
  isWhole,
  type Layer,
  type Rows,
  type Value,
} from './values.js';
import { LABELS } from './write-onnx.js';

/** Operators of older sets mean something else: they broadcast differently. */
const OLDEST_OPERATOR_SET = 7;

export function readONNX(file: Uint8Array): Restored {
  const model = decode(file);
  const { operatorSet } = model;
  if (operatorSet < OLDEST_OPERATOR_SET) {
    throw unsupported(
      `the model is of operator set ${operatorSet}, and ${OLDEST_OPERATOR_SET} is the oldest understood`,
    );
  }
  const { rows, labels } = outputOf(model, valuesIn(model));
  const layers: Layer[] = [];
  for (let { layer } = rows.base; layer !== undefined; layer = layer.from.base.layer) layers.unshift(layer);
  const [first] = layers;
  if (first === undefined) throw unsupported('the model has no layer: its outputs are its inputs, or scaled');
  const inputs = inputScaling(first.from, first.inputs);
  const isScaled = rows.steps !== undefined && rows.steps.length > 0;
  const targets = isScaled ? targetScaling(rows, rows.base.width as number) : undefined;
  checkSize(layers, file.length);
  const spec = specOf({
    inputs: first.inputs,
    layers: layers.map((layer, l): LayerOptions => {
      const next = layers[l + 1]?.from ?? rows;
      return { units: layer.units, bias: layer.bias !== undefined, activation: activationIn(next) };
    }),
    normalize: inputs === undefined ? false : 'standard',
    normalizeTargets: targets === undefined ? false : 'standard',
    labels: labels ?? labelsIn(model),
  });
  const scaling = inputs || targets ? { inputs, targets } : undefined;
  return { model: { spec, parameters: layers.map(parametersOf), scaling } };
}

/** What each tensor stands for that the outputs need. */
function valuesIn(model: Decoded): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const tensor of model.tensors) {
    if (values.has(tensor.name)) throw bad(`two tensors are named ${describe(tensor.name)}`);
    values.set(tensor.name, constantOf(tensor));
  }
  const inputs = model.inputs.filter(({ name }) => !values.has(name));
  const [input] = inputs;
  if (input === undefined || inputs.length > 1) {
    throw unsupported(`the model has ${inputs.length} inputs, expected one`);
  }
  const { name, type = TYPES.float, dims } = input;
  if (!(isReal(type) || isWhole(type)) || (dims !== undefined && dims.length < 2)) {
    throw unsupported(`the model's input ${describe(name)} is not rows of numbers`);
  }
  const width = dims?.slice(1).reduce((product, size) => product && size && product * size, 1);
  values.set(name, {
    kind: 'rows',
    base: { width, layer: undefined },
    values: IDENTITY,
    steps: [],
    isSoftmax: false,
    rank: dims?.length ?? 2,
    isWhole: isWhole(type),
    node: undefined,
  });
  for (const node of orderOf(model, values)) {
    const taken = node.inputs.map((taken) => (taken === '' ? undefined : takenFrom(values, taken, node)));
    values.set(node.outputs[0] as string, apply({ node, inputs: taken }));
  }
  return values;
}

/** The value of an input. Only the first output of a node has one: a dense network has no use for the others. */
function takenFrom(values: ReadonlyMap<string, Value>, name: string, node: Node): Value {
  const value = values.get(name);
  if (value === undefined) throw notDense(node, `and takes ${describe(name)}, a second output of another node`);
  return value;
}

/** The output of numbers, in one piece or column by column, and class names, which may come with another output. */
function outputOf(
  model: Decoded,
  values: ReadonlyMap<string, Value>,
): { rows: Rows; labels: readonly string[] | undefined } {
  const found: Rows[] = [];
  const columns: Column[] = [];
  let labels: readonly string[] | undefined;
  for (const { name } of model.outputs) {
    const value = values.get(name);
    if (value?.kind === 'rows') found.push(value);
    if (value?.kind === 'column') columns.push(value);
    if (value?.kind === 'rows' || value?.kind === 'classes') labels ??= value.labels;
  }
  const [rows = rowsOf(columns)] = found;
  const count = found.length + columns.length;
  if (rows === undefined || (found.length > 0 && count > 1)) {
    const names = model.outputs
      .slice(0, 4)
      .map(({ name }) => describe(name))
      .join(', ');
    throw unsupported(`${count} of the model's outputs (${names}) are numbers, expected one, or all its columns`);
  }
  return { rows, labels };
}

/** The class names that toONNX wrote. */
function labelsIn({ metadata }: Decoded): unknown {
  const bytes = metadata.get(LABELS);
  if (bytes === undefined) return undefined;
  try {
    const text = textOfUtf8(bytes);
    return parseJson(text, 'its labels').labels;
  } catch (cause) {
    throw bad('its labels are not JSON', cause);
  }
}

function activationIn(rows: Rows): NonNullable<LayerOptions['activation']> {
  if (rows.isSoftmax) return 'softmax';
  if (rows.steps !== undefined) return 'linear';
  const activation = rows.values && activationOf(rows.values);
  if (activation === undefined) throw unknownFunction(rows.node as Node);
  return activation;
}

/** Refuses layers with more numbers than the file holds: layers that share weights could claim any amount of memory. */
function checkSize(layers: readonly Layer[], fileBytes: number): void {
  const numbers = layers.reduce(
    (sum, { weights, bias }) => sum + countOf(weights) + (bias ? countOf(bias.numbers) : 0),
    0,
  );
  if (numbers > MAX_NUMBERS) throw tooMuch(`${numbers} parameters`, MAX_NUMBERS);
  if (4 * numbers > fileBytes) throw bad(`its layers have ${numbers} parameters, more than ${fileBytes} bytes hold`);
}

/** Checks the options as if a caller had given them. */
function specOf(options: object): NetworkSpec {
  try {
    return resolveNetwork(options);
  } catch (cause) {
    throw bad(`its network is refused (${(cause as Error).message})`, cause);
  }
}

function parametersOf({ units, weights, unitsFirst, bias }: Layer): LayerParameters {
  const [rows, columns] = weights.tensor.dims as [number, number];
  const parameters = {
    weights: float32Of(weights, rows, columns, unitsFirst === weights.transposed),
    biases: float32(bias === undefined ? 0 : units),
  };
  if (bias !== undefined) {
    const numbers = float32Of(bias.numbers, 1, countOf(bias.numbers), false);
    if (numbers.length === 1) parameters.biases.fill(numbers[0] as number);
    else parameters.biases.set(numbers);
    if (bias.sign < 0) for (let i = 0; i < units; i++) parameters.biases[i] = -(parameters.biases[i] as number);
  }
  for (const { tensor } of [weights, ...(bias ? [bias.numbers] : [])]) {
    const numbers = tensor === weights.tensor ? parameters.weights : parameters.biases;
    if (!allFinite(numbers)) throw bad(`tensor ${describe(tensor.name)} holds a number that is not finite in float32`);
  }
  return parameters;
}
