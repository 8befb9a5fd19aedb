/**
 * Arithmetic of rows that may differ from column to column: biases, shifts and scales, batch normalization. And of rows with rows, where
 * all columns must be alike. Knows one node at a time.
 */
import { uint8 } from '../../foundation/memory.js';
import { BINARY, type Binary } from './arithmetic.js';
import { anyRowsAt, type Call, checkWidth, rowsAt, uniform, valuesOf } from './call.js';
import { type Node, TYPES } from './decode.js';
import { constantValues, degreeOf, sameDegree, type Values } from './functions.js';
import { bad, nodeNamed, notDense } from './refused.js';
import { MAX_STEPS } from './scaling.js';
import {
  type AffineStep,
  type Constant,
  constantOf,
  countOf,
  type Logarithm,
  numbersOf,
  type Rows,
  rankOf,
} from './values.js';

export function binary(call: Call): Rows | Logarithm {
  const { node, inputs } = call;
  const [a, b] = inputs;
  if (b?.kind === 'logarithm' && b.of === a && node.operator === 'Sub') return { kind: 'shifted', of: b.of };
  if (inputs.length !== 2) throw notDense(node, `of ${inputs.length} tensors, expected 2`);
  if (a?.kind === 'constant' && b?.kind === 'constant') throw notDense(node, 'of constants alone');
  const numbers = [a, b].find((value) => value?.kind === 'constant');
  if (numbers?.kind === 'constant') return withNumbers(call, numbers);
  const [left, right] = [uniform(rowsAt(call, 0)), uniform(rowsAt(call, 1))];
  if (a !== b) checkAlike(left, right, node);
  const values = combined(node.operator, valuesOf(left, node), valuesOf(right, node));
  return { ...left, values, steps: undefined, scaled: undefined, part: undefined, node };
}

/** Rows and a constant. */
function withNumbers(call: Call, numbers: Constant): Rows {
  const { node, inputs } = call;
  const isLeft = inputs[0]?.kind !== 'constant';
  const rows = rowsAt(call, isLeft ? 0 : 1);
  const biased = withBias(rows, numbers, node, isLeft);
  if (biased) return biased;
  const dims = checkWidth(numbers, rows, node);
  const operator = operatorOf(node, isLeft);
  if (operator !== undefined && !rows.isSoftmax) {
    const found = withSteps(rows, [{ operator, numbers, dims, first: 0 }], node);
    const values = rows.values && countOf(numbers) === 1 ? valuesWith(rows.values, numbers, node, isLeft) : undefined;
    if (found !== undefined || values !== undefined) {
      return { ...rows, steps: found?.steps, scaled: found?.scaled, values, part: undefined, node };
    }
  }
  const alike = uniform(rows);
  if (countOf(numbers) !== 1 || alike.isSoftmax || alike.values === undefined) {
    throw notDense(node, 'and scaling by columns is understood only before and after layers and activations');
  }
  const values = valuesWith(alike.values, numbers, node, isLeft);
  return { ...alike, values, steps: undefined, scaled: undefined, part: undefined, node };
}

function operatorOf({ operator }: Node, isLeft: boolean): AffineStep['operator'] | undefined {
  if (operator === 'Add' || operator === 'Mul') return operator;
  return isLeft && (operator === 'Sub' || operator === 'Div') ? operator : undefined;
}

function valuesWith(values: Values, numbers: Constant, { operator }: Node, isLeft: boolean): Values {
  const other = constantValues(numbersOf(numbers)[0] as number);
  return isLeft ? combined(operator, values, other) : combined(operator, other, values);
}

function combined(operator: string, a: Values, b: Values): Values {
  const f = BINARY.get(operator) as Binary;
  return {
    at: a.at.map((value, i) => f(value, b.at[i] as number)),
    isKnown: a.isKnown && b.isKnown,
    degree: degreeOf(operator, a.degree, b.degree),
  };
}

/** Steps behind what the rows are: behind the base, or behind an activation. Undefined where there are too many. */
function withSteps(rows: Rows, more: readonly AffineStep[], node: Node): Pick<Rows, 'steps' | 'scaled'> | undefined {
  const add = (steps: readonly AffineStep[]): readonly AffineStep[] | undefined =>
    steps.length + more.length > MAX_STEPS ? undefined : [...steps, ...more];
  const steps = rows.steps && add(rows.steps);
  // Before a layer there is nothing but steps.
  const before = rows.base.layer === undefined || rows.steps !== undefined ? undefined : scaledOf(rows, node);
  const behind = before && add(before.steps);
  const scaled = before && behind && { values: before.values, steps: behind };
  return steps === undefined && scaled === undefined ? undefined : { steps, scaled };
}

function scaledOf(rows: Rows, node: Node): NonNullable<Rows['scaled']> {
  return rows.scaled ?? { values: valuesOf(rows, node), steps: [] };
}

/** Takes the first addition to a layer's sums as its bias, if it has none yet. */
function withBias(rows: Rows, numbers: Constant, node: Node, isLeft: boolean): Rows | undefined {
  const { layer } = rows.base;
  const { operator } = node;
  if (layer === undefined || layer.bias !== undefined || layer.folded.length > 0 || rows.steps?.length !== 0) {
    return undefined;
  }
  if (operator !== 'Add' && !(operator === 'Sub' && isLeft)) return undefined;
  checkWidth(numbers, rows, node);
  const bias = { numbers, sign: operator === 'Add' ? 1 : -1, first: 0 } as const;
  return { ...rows, base: { ...rows.base, layer: { ...layer, bias } }, part: undefined, node };
}

/** ERR_UNSUPPORTED unless two rows are made of the same sums, and have the same shape: [N] and [N, 1] make [N, N]. */
function checkAlike(rows: Rows, other: Rows, node: Node): void {
  if (other.base !== rows.base) throw notDense(node, 'of the results of two layers, expected a chain');
  if (rankOf(other) !== rankOf(rows)) {
    throw notDense(node, `of rows of rank ${rankOf(rows)} and of rank ${rankOf(other)}`);
  }
}

/** Chooses between two functions by a comparison: exporters write thresholds so. */
export function where(call: Call): Rows {
  const { node } = call;
  const rows = uniform(rowsAt(call, 0));
  const condition = valuesOf(rows, node);
  const [whenTrue, whenFalse] = [operandOf(call, 1, rows), operandOf(call, 2, rows)];
  const values: Values = {
    at: condition.at.map((holds, i) => (holds !== 0 ? whenTrue.at[i] : whenFalse.at[i]) as number),
    isKnown: condition.isKnown && whenTrue.isKnown && whenFalse.isKnown,
    degree: condition.degree === 0 ? sameDegree(whenTrue.degree, whenFalse.degree) : undefined,
  };
  return { ...rows, values, steps: undefined, scaled: undefined, part: undefined, node };
}

function operandOf(call: Call, index: number, rows: Rows): Values {
  const value = call.inputs[index];
  if (value?.kind !== 'constant') {
    const other = uniform(rowsAt(call, index));
    checkAlike(rows, other, call.node);
    return valuesOf(other, call.node);
  }
  checkWidth(value, rows, call.node);
  if (countOf(value) === 1) return constantValues(numbersOf(value)[0] as number);
  throw notDense(call.node, 'of numbers that differ from column to column');
}

/** Scaler, of the domain ai.onnx.ml, which scikit-learn models use: (x - offset) scale. */
export function scaler(call: Call): Rows {
  const { node } = call;
  const rows = anyRowsAt(call, 0);
  const steps: AffineStep[] = [];
  for (const [name, operator] of [
    ['offset', 'Sub'],
    ['scale', 'Mul'],
  ] as const) {
    const numbers = node.attributes.get(name)?.floats ?? [];
    if (numbers.length === 0) continue;
    const constant = constantOfNumbers(name, numbers, [numbers.length]);
    steps.push({ operator, numbers: constant, dims: checkWidth(constant, rows, node), first: 0 });
  }
  const found = rows.steps && withSteps(rows, steps, node);
  if (found === undefined) throw notDense(node, 'after a step that is not scaling');
  // Whole numbers come out as floats.
  return { ...rows, ...found, values: undefined, isWhole: false, part: undefined, node };
}

/** (x - mean) / sqrt(variance + epsilon) scale + bias, for each column, or each channel of an image. */
export function normalization(call: Call): Rows {
  const { node, inputs } = call;
  const rows = rowsAt(call, 0);
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map((index) => channelsAt(call, index, rows)) as [
    Constant,
    Constant,
    Constant,
    Constant,
  ];
  const isTraining = (node.attributes.get('training_mode')?.integer ?? 0) !== 0;
  if (isTraining || inputs.length !== 5) throw notDense(node, 'that learns: export the model for evaluation');
  const epsilon = node.attributes.get('epsilon')?.float ?? 1e-5;
  const steps = (
    [
      { operator: 'Sub', numbers: mean },
      { operator: 'Div', numbers: variance, epsilon },
      { operator: 'Mul', numbers: scale },
      { operator: 'Add', numbers: bias },
    ] as const
  ).map((step): AffineStep => ({ ...step, dims: checkWidth(step.numbers, rows, node), first: 0 }));
  const found = rows.isSoftmax ? undefined : withSteps(rows, steps, node);
  if (found === undefined) throw notDense(node, 'behind a softmax, or behind many other steps');
  const normalized: Rows = { ...rows, ...found, values: undefined, part: undefined, node };
  // Its place is in the layer before it, where there is one without an activation.
  return uniform(normalized);
}

/** A number for each channel, which is the second dimension. */
function channelsAt({ node, inputs }: Call, index: number, rows: Rows): Constant {
  const value = inputs[index];
  if (value === undefined) throw bad(`${nodeNamed(node)} lacks its input ${index}`);
  const channels = rows.dims[0];
  if (value.kind !== 'constant') throw notDense(node, "whose numbers depend on the model's inputs");
  const count = countOf(value);
  if (value.dims.length !== 1 || rows.dims.length === 0 || (channels !== undefined && channels !== count)) {
    throw bad(`${nodeNamed(node)} takes a tensor of shape [${value.dims}] to ${channels ?? 'unknown'} channels`);
  }
  return { ...value, dims: [count, ...new Array<number>(rows.dims.length - 1).fill(1)] };
}

export function constantIn(node: Node): Constant {
  const { attributes } = node;
  const tensor = attributes.get('value')?.tensor;
  if (tensor !== undefined) return constantOf(tensor);
  for (const name of ['value_float', 'value_int', 'value_floats', 'value_ints']) {
    const attribute = attributes.get(name);
    if (attribute === undefined) continue;
    const single = attribute.float ?? attribute.integer;
    const numbers = single === undefined ? [...attribute.floats, ...attribute.integers] : [single];
    const constant = constantOfNumbers(node.name, numbers, single === undefined ? [numbers.length] : []);
    return { ...constant, type: name.startsWith('value_int') ? TYPES.int64 : TYPES.float };
  }
  throw notDense(node, 'and only numbers are understood');
}

/** Stores them as float64, which holds every float and integer of an attribute. */
function constantOfNumbers(name: string, numbers: readonly number[], dims: readonly number[]): Constant {
  const bytes = uint8(8 * numbers.length);
  const view = new DataView(bytes.buffer);
  numbers.forEach((number, i) => {
    view.setFloat64(8 * i, number, true);
  });
  return constantOf({
    name,
    dims,
    type: TYPES.double,
    bytes,
    integers: [],
    strings: [],
  });
}
