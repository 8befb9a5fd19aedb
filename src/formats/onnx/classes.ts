/**
 * Operators after the probabilities of a classifier: both of a sigmoid, a column for each class, indexes, names. And some of the columns
 * of rows, which become a layer of fewer units. Knows no arithmetic.
 */
import { anyRowsAt, type Call, checkSingle, integerOf, integersOf } from './call.js';
import { MAX_LABELS, type Tensor } from './decode.js';
import { areBothOfSigmoid } from './functions.js';
import { notDense } from './refused.js';
import { joinedInputs, picked } from './samples.js';
import { joinedSizes, slicedSizes } from './shapes.js';
import {
  type AffineStep,
  type Classes,
  type Column,
  countOf,
  isWhole,
  numbersOf,
  type Rows,
  rankOf,
  type Value,
} from './values.js';

export function classes(labels?: readonly string[], of?: Rows): Classes {
  return { kind: 'classes', labels, of };
}

/**
 * A single tensor passes; parts that are all of some rows, in order, are these again; and both probabilities of a sigmoid, 1 - p and p,
 * as scikit-learn exports them, stand for p alone.
 */
export function concat(call: Call): Value {
  const { node, inputs } = call;
  const [only] = inputs;
  if (inputs.length === 1 && only !== undefined) return only;
  const sizes = joinedSizes(call);
  if (sizes !== undefined) return sizes;
  const parts = inputs.map((_, i) => anyRowsAt(call, i));
  for (const part of parts) checkSingle(part, node);
  const axis = integerOf(node, 'axis', 0);
  const areColumns = parts.every((part) => rankOf(part) === 2) && (axis === 1 || axis === -1);
  const whole = (areColumns ? joinedInputs(parts, node) : undefined) ?? wholeOf(parts);
  if (areColumns && whole?.kind === 'rows') return whole;
  const [no, yes] = parts as [Rows, Rows];
  const isPair = inputs.length === 2 && no.base === yes.base && yes.base.width === 1;
  const areBoth = no.values !== undefined && yes.values !== undefined && areBothOfSigmoid(no.values, yes.values);
  if (!isPair || !areBoth || !areColumns) {
    throw notDense(node, 'and its inputs are not just 1 - p and p of a sigmoid, as columns');
  }
  return { ...yes, isPair: true, node };
}

/** Some columns: with zipmap="columns", skl2onnx makes each class an output of its own. */
export function slice(call: Call): Value {
  const { node, inputs } = call;
  const [value] = inputs;
  if (value?.kind === 'sizes') return slicedSizes(call, value);
  const of = anyRowsAt(call, 0);
  const [start, end, axis, step] = ['starts', 'ends', 'axes', 'steps'].map((name, i) =>
    integersOf(call, i + 1, name).join(),
  );
  const width = of.base.width ?? 0;
  const place = (text: string | undefined): number => {
    const at = text === undefined || text === '' ? Number.NaN : Number(text);
    return at < 0 ? Math.max(0, at + columnCount(of)) : Math.min(at, columnCount(of));
  };
  const [first, last] = [place(start), place(end)];
  const isSome = first < last && (axis === '1' || axis === '-1') && (step === '' || step === '1');
  if (!isSome || rankOf(of) !== 2 || width === 0) {
    throw notDense(node, `from [${start}] to [${end}] of axes [${axis}], expected columns of rows`);
  }
  return columnsOf(call, of, first, last - first);
}

/** Columns of a layer's outputs, in as many pieces as the node has outputs. */
export function split(call: Call): readonly Value[] {
  const { node } = call;
  const of = anyRowsAt(call, 0);
  const axis = integerOf(node, 'axis', 0);
  const width = columnCount(of);
  if (rankOf(of) !== 2 || (axis !== 1 && axis !== -1)) {
    throw notDense(node, `of axis ${axis} of rows of rank ${rankOf(of)}, expected columns`);
  }
  const count = node.outputs.length;
  const piece = Math.ceil(width / count);
  const even = Array.from({ length: count }, (_, i) => Math.min(piece, width - i * piece));
  const given = call.inputs[1] === undefined ? (node.attributes.get('split')?.integers ?? []) : sizesOf(call, count);
  const sizes = given.length === 0 ? even : given;
  const isWhole = sizes.length === count && sizes.every((size) => Number.isInteger(size) && size > 0);
  if (!isWhole || sizes.reduce((sum, size) => sum + size, 0) !== width) {
    throw notDense(node, `of ${width} columns into [${sizes.slice(0, 8)}], expected ${count} sizes that sum to these`);
  }
  let first = 0;
  return sizes.map((size) => {
    first += size;
    return columnsOf(call, of, first - size, size);
  });
}

function sizesOf({ node, inputs: [, value] }: Call, count: number): readonly number[] {
  if (value?.kind !== 'constant') throw notDense(node, "and its sizes depend on the model's inputs");
  return countOf(value) === count ? Array.from(numbersOf(value)) : [];
}

function columnCount({ base: { width = 0 }, isPair }: Rows): number {
  return isPair ? 2 : width;
}

/** These columns as rows of their own, made by the units that they come from. Columns of probabilities go to outputs alone. */
function columnsOf({ node }: Call, of: Rows, first: number, count: number): Rows | Column {
  if (first === 0 && count === columnCount(of)) return of;
  const { base, steps, scaled } = of;
  const { layer } = base;
  if (layer === undefined) return picked(of, [[first, count]], node);
  if (of.isPair || of.isSoftmax) {
    if (count === 1) return { kind: 'column', of, first };
    throw notDense(node, `of ${count} columns of probabilities, expected one or all`);
  }
  const later = (each: readonly AffineStep[]): AffineStep[] =>
    each.map((step) => ({ ...step, first: step.first + first }));
  const bias = layer.bias && { ...layer.bias, first: layer.bias.first + first };
  const part = { ...layer, units: count, first: layer.first + first, bias, folded: later(layer.folded) };
  return {
    ...of,
    base: { width: count, layer: part },
    steps: steps && later(steps),
    scaled: scaled && { ...scaled, steps: later(scaled.steps) },
    dims: [count],
    part: { of, first },
    node,
  };
}

/** What these columns make up, where they are all of it and in order; else undefined. */
export function wholeOf(parts: readonly (Rows | Column)[]): Rows | undefined {
  const places = parts.map((part) => (part.kind === 'column' ? part : part.part));
  const of = places[0]?.of;
  let next = 0;
  for (const [i, place] of places.entries()) {
    const part = parts[i] as Rows | Column;
    if (place === undefined || place.of !== of || place.first !== next) return undefined;
    next += part.kind === 'column' ? 1 : (part.base.width ?? 0);
  }
  return of !== undefined && next === columnCount(of) ? of : undefined;
}

/** ArrayFeatureExtractor: from class indexes to classes. Of the inputs, it picks columns. */
export function extract(call: Call): Classes | Rows {
  const {
    inputs: [names, indexes],
  } = call;
  if (names?.kind === 'rows') return pickedBy(call, 1);
  const of = indexes?.kind === 'classes' ? indexes.of : undefined;
  return classes(names?.kind === 'constant' ? namesIn(names.tensor, () => numbersOf(names)) : undefined, of);
}

/** The columns of the inputs that have these indexes. */
export function pickedBy(call: Call, index: number): Rows {
  const { node, inputs } = call;
  const rows = anyRowsAt(call, 0);
  const indexes = inputs[index];
  if (indexes?.kind !== 'constant' || rows.base.layer !== undefined || rankOf(rows) !== 2) {
    throw notDense(node, 'which picks columns, expected a class by its index, or columns of the inputs');
  }
  if (countOf(indexes) > MAX_LABELS) throw notDense(node, `which picks ${countOf(indexes)} columns, too many`);
  const ranges: [first: number, count: number][] = [];
  for (const column of numbersOf(indexes)) {
    const last = ranges[ranges.length - 1];
    if (last !== undefined && last[0] + last[1] === column) last[1]++;
    else ranges.push([column, 1]);
  }
  return picked(rows, ranges, node);
}

/** LabelEncoder: from class indexes, or from numbers or names that stand for them, to other names. */
export function encode({ node, inputs: [value] }: Call): Classes {
  if (value?.kind !== 'constant' && value?.kind !== 'classes')
    throw notDense(node, 'and its input is not indexes of classes');
  if (value.kind === 'constant') return classes();
  const [keys, names] = [listOf(node, 'keys'), listOf(node, 'values')];
  if (keys === undefined || names === undefined || keys.length !== names.length) return classes(undefined, value.of);
  const before = value.labels ?? keys.map((_, i) => `${i}`);
  const nameOf = new Map(keys.map((key, i) => [key, names[i] as string]));
  const after = before.flatMap((label) => nameOf.get(label) ?? []);
  return classes(after.length === before.length ? withoutIndexes(after) : undefined, value.of);
}

/** Keys or values of a LabelEncoder, as text. */
function listOf({ attributes }: Call['node'], list: 'keys' | 'values'): readonly string[] | undefined {
  const strings = attributes.get(`${list}_strings`)?.strings;
  const integers = attributes.get(`${list}_int64s`)?.integers;
  const tensor = attributes.get(`${list}_tensor`)?.tensor;
  if (strings !== undefined || integers !== undefined) return strings ?? integers?.map(String);
  return tensor && (tensor.strings.length > 0 ? tensor.strings : tensor.integers.map(String));
}

export function zipMap(call: Call): Rows {
  const { attributes } = call.node;
  const names = attributes.get('classlabels_strings')?.strings ?? [];
  const numbers = (attributes.get('classlabels_int64s')?.integers ?? []).map(String);
  return { ...anyRowsAt(call, 0), labels: names.length > 0 ? names : withoutIndexes(numbers) };
}

/** The names in a tensor of text or whole numbers. */
function namesIn(tensor: Tensor, numbers: () => Float64Array): readonly string[] | undefined {
  if (tensor.strings.length > 0) return tensor.strings;
  if (!isWhole(tensor.type) || tensor.dims.reduce((product, size) => product * size, 1) > MAX_LABELS) return undefined;
  return withoutIndexes(Array.from(numbers(), String));
}

/** Nothing where classes are named by their indexes: those every network has. */
function withoutIndexes(names: readonly string[]): readonly string[] | undefined {
  return names.every((name, i) => name === `${i}`) ? undefined : names;
}

/** The index of the most likely class. */
export function argMax(call: Call): Classes {
  const [value] = call.inputs;
  return classes(undefined, value?.kind === 'rows' && value.isSoftmax ? value : undefined);
}
