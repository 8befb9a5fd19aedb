/**
 * Applies each operator to rows, or says why a model with it is refused. Knows one node at a time: read-onnx.ts knows the graph.
 * Semantics: https://onnx.ai/onnx/operators/.
 */
import { BINARY, UNARY, type Unary } from './arithmetic.js';
import { type Call, integerOf, integersOf, rowsAt, uniform, valuesOf } from './call.js';
import { argMax, classes, concat, encode, extract, pickedBy, slice, split, zipMap } from './classes.js';
import { binary, constantIn, normalization, scaler, where } from './columns.js';
import { TYPES } from './decode.js';
import { dense } from './dense.js';
import { isKnown, valuesBy } from './functions.js';
import { bad, nodeNamed, notDense } from './refused.js';
import { expand, flatten, gather, reshape, shapeOf, squeeze, transpose, unsqueeze } from './shapes.js';
import { type Constant, countOf, isReal, isWhole, numbersOf, type Rows, rankOf, type Value } from './values.js';

/** The result of a node, or its results. */
type Operator = (call: Call) => Value | readonly Value[];

/** Why a gelu that is not in the tanh form is refused. */
const EXACT_GELU = 'which gelu has in its exact form, and only the tanh form is known: export approximate="tanh"';
/** Why operators are refused that exporters write for networks that look dense. */
const WHY_NOT: ReadonlyMap<string, string> = new Map([
  ['Erf', EXACT_GELU],
  ['LogSoftmax', 'and only probabilities are an output: export a softmax'],
  ['LayerNormalization', 'which differs from row to row: only batch normalization becomes part of layers'],
]);
/** A bound that no float32 is beyond. */
const NO_BOUND = 3.4e38;

const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['Gemm', dense],
  ['MatMul', dense],
  ['Softmax', softmax],
  ['BatchNormalization', normalization],
  ['Scaler', scaler],
  ['ReduceLogSumExp', logarithm],
  ['PRelu', sharedSlope],
  ['Clip', clip],
  ['Where', where],
  ['Concat', concat],
  ['Split', split],
  ['Slice', slice],
  ['Constant', ({ node }) => constantIn(node)],
  ['Transpose', transpose],
  ['Identity', pass],
  ['Cast', cast],
  ['Dropout', dropout],
  ['Flatten', flatten],
  ['Reshape', reshape],
  ['Squeeze', squeeze],
  ['Unsqueeze', unsqueeze],
  ['Expand', expand],
  ['Shape', shapeOf],
  ['Gather', (call) => (call.inputs[0]?.kind === 'rows' ? gatherColumns(call) : gather(call))],
  ['ArgMax', argMax],
  ['Binarizer', () => classes()],
  ['ArrayFeatureExtractor', extract],
  ['LabelEncoder', encode],
  ['ZipMap', zipMap],
]);
const UNDERSTOOD = [...OPERATORS.keys(), ...UNARY.keys(), ...BINARY.keys()].join(', ');

/** The results of a node, first to last. Throws ERR_UNSUPPORTED if the node cannot be part of a dense network. */
export function apply(call: Call): readonly Value[] {
  const { operator } = call.node;
  const known = OPERATORS.get(operator) ?? (UNARY.has(operator) ? unary : BINARY.has(operator) ? binary : undefined);
  if (known !== undefined) return [known(call)].flat();
  throw notDense(call.node, WHY_NOT.get(operator) ?? `and only ${UNDERSTOOD} are understood`);
}

/** Returns the first input as it is. */
function pass({ node, inputs: [value] }: Call): Value {
  if (value === undefined) throw bad(`${nodeNamed(node)} lacks its input 0`);
  return value;
}

function gatherColumns(call: Call): Value {
  const axis = integerOf(call.node, 'axis', 0);
  const indexes = call.inputs[1];
  // One index alone would take the columns' dimension away.
  if ((axis === 1 || axis === -1) && indexes?.kind === 'constant' && indexes.dims.length === 1)
    return pickedBy(call, 1);
  throw notDense(call.node, `of axis ${axis}, expected columns`);
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

/** Exporters of policies take it from logits before their softmax, which that does not change. */
function logarithm(call: Call): Value {
  const rows = rowsAt(call, 0);
  const axes = integersOf(call, 1, 'axes').join();
  const keeps = integerOf(call.node, 'keepdims', 1) !== 0;
  if (rankOf(rows) === 2 && (axes === '1' || axes === '-1') && keeps) return { kind: 'logarithm', of: rows };
  throw notDense(call.node, `of axes [${axes}], expected columns that keep their place`);
}

function softmax(call: Call): Value {
  const [value] = call.inputs;
  const rows = uniform(value?.kind === 'shifted' ? value.of : rowsAt(call, 0));
  const axis = integerOf(call.node, 'axis', -1);
  if (rows.base.layer === undefined || rows.steps?.length !== 0 || rows.isSoftmax || rankOf(rows) !== 2) {
    throw notDense(call.node, 'and it is not of the sums of a layer');
  }
  if (axis !== 1 && axis !== -1) throw notDense(call.node, `whose axis is ${axis}, expected 1 or -1`);
  return { ...rows, values: undefined, steps: undefined, isSoftmax: true, part: undefined, node: call.node };
}

function unary(call: Call): Value {
  const { node } = call;
  if (node.operator === 'Gelu' && node.attributes.get('approximate')?.text !== 'tanh') throw notDense(node, EXACT_GELU);
  const f = UNARY.get(node.operator) as Unary;
  const parameterOf = (name: string, byDefault: number): number => node.attributes.get(name)?.float ?? byDefault;
  const areKnown = [...node.attributes.values()].every(({ float }) => float === undefined || isKnown(float));
  return applied(call, (z) => f(z, parameterOf), areKnown);
}

/** A function of one number, applied to rows. `areKnown`: whether activations have all its constants. */
function applied(call: Call, f: (z: number) => number, areKnown: boolean): Rows {
  const { node } = call;
  const rows = uniform(rowsAt(call, 0));
  const result = valuesBy(node.operator, valuesOf(rows, node), f);
  const values = { ...result, isKnown: result.isKnown && areKnown };
  return { ...rows, values, steps: undefined, scaled: undefined, part: undefined, node };
}

/** A slope that all units share. */
function sharedSlope(call: Call): Rows {
  const slope = call.inputs[1];
  if (slope?.kind !== 'constant') throw notDense(call.node, 'whose slopes are not constant');
  if (countOf(slope) !== 1) throw notDense(call.node, `of ${countOf(slope)} slopes, expected one that all units share`);
  const [below] = numbersOf(slope) as unknown as [number];
  return applied(call, (z) => (z < 0 ? below * z : z), isKnown(below));
}

/** Bounds, where they are those of a relu, or leave what they bound as it is. */
function clip(call: Call): Rows {
  const { node } = call;
  if (rowsAt(call, 0).base.layer === undefined) {
    throw notDense(node, 'and scaling here has no bounds: fit a MinMaxScaler without clip');
  }
  const [low, high] = [boundOf(call, 1, 'min', -Infinity), boundOf(call, 2, 'max', Infinity)] as const;
  const isBound = (bound: number): boolean => Math.abs(bound) < NO_BOUND;
  const areKnown = [low, high].every((bound) => !isBound(bound) || isKnown(bound));
  const [least, most] = [isBound(low) ? low : -Infinity, isBound(high) ? high : Infinity];
  return applied(call, (z) => Math.min(Math.max(z, least), most), areKnown);
}

function boundOf({ node, inputs }: Call, index: number, name: string, byDefault: number): number {
  const value = inputs[index];
  if (value === undefined) return node.attributes.get(name)?.float ?? byDefault;
  if (value.kind !== 'constant' || countOf(value) !== 1) throw notDense(node, 'whose bounds are not constant');
  return numbersOf(value)[0] as number;
}
