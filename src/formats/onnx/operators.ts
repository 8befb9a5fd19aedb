/**
 * Applies each operator to rows, or says why a model with it is refused. Knows one node at a time: read-onnx.ts knows the graph.
 * Semantics: https://onnx.ai/onnx/operators/.
 */
import { uint8 } from '../../foundation/memory.js';
import { BINARY, type Binary, UNARY, type Unary } from './arithmetic.js';
import { anyRowsAt, type Call, checkSingle, checkWidth, integerOf, integersOf, rowsAt } from './call.js';
import { classes, concat, encode, extract, slice, zipMap } from './classes.js';
import { type Node, TYPES } from './decode.js';
import { dense } from './dense.js';
import { constantValues, isKnown, type Values, valuesBy } from './functions.js';
import { bad, nodeNamed, notDense } from './refused.js';
import {
  type AffineStep,
  type Constant,
  constantOf,
  countOf,
  isReal,
  isWhole,
  numbersOf,
  type Rows,
  type Value,
} from './values.js';

type Operator = (call: Call) => Value;

/** Why a gelu that is not in the tanh form is refused. */
const EXACT_GELU = 'which gelu has in its exact form, and only the tanh form is known: export approximate="tanh"';
/** Why operators are refused that exporters write for networks that look dense. */
const WHY_NOT: ReadonlyMap<string, string> = new Map([
  ['Erf', EXACT_GELU],
  ['LogSoftmax', 'and only probabilities are an output: export a softmax'],
  ['Clip', 'and scaling here has no bounds: fit a MinMaxScaler without clip'],
]);
/** The most steps of one scaling. No exporter writes as many. */
const MAX_STEPS = 16;

const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['Gemm', dense],
  ['MatMul', dense],
  ['Softmax', softmax],
  ['Scaler', scaler],
  ['Where', where],
  ['Concat', concat],
  ['Constant', ({ node }) => constantIn(node)],
  ['Transpose', transpose],
  ['Identity', pass],
  ['Cast', cast],
  ['Dropout', dropout],
  ['Flatten', flatten],
  ['Reshape', reshape],
  ['Squeeze', squeeze],
  ['Slice', slice],
  ['ArgMax', () => classes()],
  ['Binarizer', () => classes()],
  ['ArrayFeatureExtractor', extract],
  ['LabelEncoder', encode],
  ['ZipMap', zipMap],
]);

/** The result of a node. Throws ERR_UNSUPPORTED if the node cannot be part of a dense network. */
export function apply(call: Call): Value {
  const { operator } = call.node;
  const known = OPERATORS.get(operator);
  if (known !== undefined) return known(call);
  if (UNARY.has(operator)) return unary(call);
  if (BINARY.has(operator)) return binary(call);
  const understood = [...OPERATORS.keys(), ...UNARY.keys(), ...BINARY.keys()].join(', ');
  throw notDense(call.node, WHY_NOT.get(operator) ?? `and only ${understood} are understood`);
}

/** Returns the first input as it is. */
function pass({ node, inputs: [value] }: Call): Value {
  if (value === undefined) throw bad(`${nodeNamed(node)} lacks its input 0`);
  return value;
}

function cast(call: Call): Value {
  const value = pass(call);
  const to = call.node.attributes.get('to')?.integer;
  if (value.kind === 'rows') return isReal(to) ? { ...value, isWhole: false } : classes();
  if (value.kind !== 'constant' || to === value.type) return value;
  const isExact = isReal(to) && (isReal(value.type) || isWhole(value.type));
  // Other types do not hold the same numbers. Names of classes may have them, weights may not.
  return isExact ? { ...value, type: to as number, isRounded: value.isRounded || to === TYPES.float } : classes();
}

function dropout(call: Call): Value {
  const training = call.inputs[2];
  if (training !== undefined && !(training.kind === 'constant' && isFalse(training))) {
    throw notDense(call.node, 'and it drops at random: export the model for evaluation');
  }
  return pass(call);
}

function isFalse(constant: Constant): boolean {
  const { bytes, integers } = constant.tensor;
  return countOf(constant) === 1 && bytes.every((byte) => byte === 0) && integers.every((value) => value === 0);
}

/** Samples of any shape, such as images, become rows. */
function flatten(call: Call): Value {
  const rows = anyRowsAt(call, 0);
  checkSingle(rows, call.node);
  const axis = integerOf(call.node, 'axis', 1);
  if (rows.rank < 2 || (axis !== 1 && axis !== 1 - rows.rank))
    throw notDense(call.node, `whose axis is ${axis}, expected 1`);
  return { ...rows, rank: 2, node: call.node };
}

/**
 * Accepts three shapes: that of the rows themselves; a flat list, if rows have one column; and one column for the outputs of the last
 * layer, which skl2onnx writes for every regressor, however many outputs it has.
 */
function reshape(call: Call): Value {
  const value = pass(call);
  if (value.kind === 'classes' || value.kind === 'column') return value;
  const rows = anyRowsAt(call, 0);
  checkSingle(rows, call.node);
  const shape = integersOf(call, 1, 'shape');
  // [1, -1] is for a fixed number of rows. It keeps the rows only if a layer follows, which takes no other width.
  const isFlat = shape[1] === -1 && (shape[0] === 0 || (shape[0] !== -1 && rows.base.layer === undefined));
  const width = isFlat ? rows.base.width : shape[1];
  const isColumn = shape.length === 1 && shape[0] === -1 && rows.base.width === 1;
  const isOneColumn = shape.join() === '-1,1' && rows.base.layer !== undefined && rows.base.width !== 1;
  if (isColumn || isOneColumn) return { ...rows, rank: 1, node: call.node };
  // A flat list has as many rows as numbers, so its rows have 1 number.
  const isKept = shape[0] === 0 && rows.rank === 1 && width !== 1;
  if (shape.length !== 2 || width !== rows.base.width || isKept) {
    throw notDense(call.node, `which makes the shape [${shape}] of rows of ${rows.base.width ?? 'unknown'} numbers`);
  }
  return { ...rows, rank: 2, node: call.node };
}

function squeeze(call: Call): Value {
  const value = pass(call);
  if (value.kind === 'classes' || value.kind === 'column') return value;
  const rows = anyRowsAt(call, 0);
  checkSingle(rows, call.node);
  const axes = integersOf(call, 1, 'axes').join();
  if (rows.rank !== 2 || !['', '1', '-1'].includes(axes)) {
    throw notDense(call.node, `of axes [${axes}] of rows of rank ${rows.rank}, expected columns`);
  }
  if (rows.base.width !== 1)
    throw notDense(call.node, `of rows of ${rows.base.width ?? 'unknown'} numbers, expected 1`);
  return { ...rows, rank: 1, node: call.node };
}

function transpose(call: Call): Value {
  const value = pass(call);
  const order = call.node.attributes.get('perm')?.integers ?? [1, 0];
  if (value.kind !== 'constant' || value.dims.length !== 2 || order.join() !== '1,0') {
    throw notDense(call.node, 'and only matrices of weights are transposed');
  }
  return { ...value, dims: [...value.dims].reverse(), transposed: !value.transposed };
}

function constantIn(node: Node): Constant {
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
  const view = new DataView(uint8(8 * numbers.length).buffer);
  numbers.forEach((number, i) => {
    view.setFloat64(8 * i, number, true);
  });
  return constantOf({
    name,
    dims,
    type: TYPES.double,
    bytes: new Uint8Array(view.buffer),
    integers: [],
    strings: [],
  });
}

function softmax(call: Call): Value {
  const rows = rowsAt(call, 0);
  const axis = integerOf(call.node, 'axis', -1);
  if (rows.base.layer === undefined || rows.steps?.length !== 0 || rows.isSoftmax || rows.rank !== 2) {
    throw notDense(call.node, 'and it is not of the sums of a layer');
  }
  if (axis !== 1 && axis !== -1) throw notDense(call.node, `whose axis is ${axis}, expected 1 or -1`);
  return { ...rows, values: undefined, steps: undefined, isSoftmax: true, node: call.node };
}

function unary(call: Call): Value {
  const { node } = call;
  const rows = rowsAt(call, 0);
  if (node.operator === 'Gelu' && node.attributes.get('approximate')?.text !== 'tanh') throw notDense(node, EXACT_GELU);
  const values = valuesOf(rows, node);
  const f = UNARY.get(node.operator) as Unary;
  const parameterOf = (name: string, byDefault: number): number => node.attributes.get(name)?.float ?? byDefault;
  const areKnown = [...node.attributes.values()].every(({ float }) => float === undefined || isKnown(float));
  const result = valuesBy(values, (z) => f(z, parameterOf));
  return { ...rows, values: { ...result, isKnown: result.isKnown && areKnown }, steps: undefined, node };
}

/** The function that made these rows of a layer's sums. ERR_UNSUPPORTED where it differs from unit to unit. */
function valuesOf({ values, isSoftmax }: Rows, node: Node): Values {
  if (values !== undefined) return values;
  const of = isSoftmax ? 'of a softmax' : 'behind numbers that differ from column to column';
  throw notDense(node, `${of}, where only an output can be`);
}

function binary(call: Call): Value {
  const { node, inputs } = call;
  const [a, b] = inputs;
  if (inputs.length !== 2) throw notDense(node, `of ${inputs.length} tensors, expected 2`);
  if (a?.kind === 'constant' && b?.kind === 'constant') throw notDense(node, 'of constants alone');
  const rows = rowsAt(call, a?.kind === 'constant' ? 1 : 0);
  const numbers = [a, b].find((value) => value?.kind === 'constant');
  const biased = numbers?.kind === 'constant' && withBias(rows, numbers, node, a === rows);
  if (biased) return biased;
  const f = BINARY.get(node.operator) as Binary;
  const [left, right] = [operandOf(call, 0, rows), operandOf(call, 1, rows)];
  const values = left &&
    right && {
      at: left.at.map((value, i) => f(value, right.at[i] as number)),
      isKnown: left.isKnown && right.isKnown,
    };
  const steps = numbers?.kind === 'constant' ? stepsWith(rows, numbers, node, a === rows) : undefined;
  if (rows.isSoftmax || (values === undefined && steps === undefined)) {
    throw notDense(node, 'and scaling by columns is understood only before the first layer and after the last');
  }
  return { ...rows, values, steps, node };
}

/** The function that made an operand; undefined where it differs from column to column. Two rows must be made of the same sums. */
function operandOf(call: Call, index: number, rows: Rows): Values | undefined {
  const value = call.inputs[index];
  if (value?.kind === 'constant') {
    checkWidth(value, rows, call.node);
    return countOf(value) === 1 ? constantValues(numbersOf(value)[0] as number) : undefined;
  }
  const other = rowsAt(call, index);
  if (other.base !== rows.base) throw notDense(call.node, 'of the results of two layers, expected a chain');
  // [N] and [N, 1] make [N, N].
  if (other.rank !== rows.rank) throw notDense(call.node, `of rows of rank ${rows.rank} and of rank ${other.rank}`);
  return other === rows ? rows.values : valuesOf(other, call.node);
}

/** Takes the first addition to a layer's sums as its bias, if it has none yet. */
function withBias(rows: Rows, numbers: Constant, node: Node, isLeft: boolean): Rows | undefined {
  const { layer } = rows.base;
  const { operator } = node;
  if (layer === undefined || layer.bias !== undefined || rows.steps?.length !== 0) return undefined;
  if (operator !== 'Add' && !(operator === 'Sub' && isLeft)) return undefined;
  checkWidth(numbers, rows, node);
  const bias = { numbers, sign: operator === 'Add' ? 1 : -1 } as const;
  return { ...rows, base: { ...rows.base, layer: { ...layer, bias } }, node };
}

function stepsWith({ steps }: Rows, numbers: Constant, { operator }: Node, isLeft: boolean): AffineStep[] | undefined {
  if (steps === undefined || steps.length === MAX_STEPS) return undefined;
  const commutes = operator === 'Add' || operator === 'Mul';
  if (!commutes && !(isLeft && (operator === 'Sub' || operator === 'Div'))) return undefined;
  return [...steps, { operator: operator as AffineStep['operator'], numbers }];
}

/** Scaler, of the domain ai.onnx.ml, which scikit-learn models use: (x - offset) scale. */
function scaler(call: Call): Value {
  const { node } = call;
  const rows = anyRowsAt(call, 0);
  const steps = [...(rows.steps ?? [])];
  for (const [name, operator] of [
    ['offset', 'Sub'],
    ['scale', 'Mul'],
  ] as const) {
    const numbers = node.attributes.get(name)?.floats ?? [];
    if (numbers.length === 0) continue;
    const constant = constantOfNumbers(name, numbers, [numbers.length]);
    checkWidth(constant, rows, node);
    steps.push({ operator, numbers: constant });
  }
  if (rows.steps === undefined || steps.length > MAX_STEPS) throw notDense(node, 'after a step that is not scaling');
  // Whole numbers come out as floats.
  return { ...rows, values: undefined, steps, isWhole: false, node };
}

/** Chooses between two functions by a comparison: exporters write thresholds so. */
function where(call: Call): Value {
  const rows = rowsAt(call, 0);
  const condition = valuesOf(rows, call.node);
  const [whenTrue, whenFalse] = [operandOf(call, 1, rows), operandOf(call, 2, rows)];
  if (whenTrue === undefined || whenFalse === undefined)
    throw notDense(call.node, 'of numbers that differ from column to column');
  const values: Values = {
    at: condition.at.map((holds, i) => (holds !== 0 ? whenTrue.at[i] : whenFalse.at[i]) as number),
    isKnown: condition.isKnown && whenTrue.isKnown && whenFalse.isKnown,
  };
  return { ...rows, values, steps: undefined, node: call.node };
}
