/** A node and its inputs, as operators see them. Gives an input as the kind of value that an operator needs, or refuses the model. */
import { describe } from '../../foundation/errors.js';
import type { Node } from './decode.js';
import { IDENTITY, type Values } from './functions.js';
import { bad, nodeNamed, notDense, unsupported } from './refused.js';
import {
  type AffineStep,
  type Base,
  type Constant,
  countOf,
  numbersOf,
  type Rows,
  rankOf,
  type Value,
} from './values.js';

/** A node and its inputs; undefined for an optional input that it leaves out. */
export interface Call {
  readonly node: Node;
  readonly inputs: readonly (Value | undefined)[];
}

/** An input that must be rows to compute with. */
export function rowsAt(call: Call, index: number): Rows {
  const rows = anyRowsAt(call, index);
  if (rows.isWhole) throw notDense(call.node, 'of whole numbers, expected inputs that are cast to float before');
  checkSingle(rows, call.node);
  return rows;
}

/** An input that must be rows. Whole numbers and both probabilities of a sigmoid pass too. */
export function anyRowsAt({ node, inputs }: Call, index: number): Rows {
  const value = inputs[index];
  if (value === undefined) throw bad(`${nodeNamed(node)} lacks its input ${index}`);
  if (value.kind === 'column')
    throw notDense(node, `and its input ${index} is one column, which only an output can be`);
  if (value.kind !== 'rows')
    throw notDense(node, `and its input ${index} is not made of numbers from the model's inputs`);
  return value;
}

/** Refuses both probabilities of a sigmoid: they are two columns, where the network has one. */
export function checkSingle({ isPair }: Rows, node: Node): void {
  if (isPair) throw notDense(node, 'of both probabilities of a sigmoid, which only an output can be');
}

/**
 * Rows as a function that is the same for all columns. Shifts and scales of a layer's sums that differ from column to column become part
 * of the layer.
 */
export function uniform(rows: Rows): Rows {
  const { base, steps, values } = rows;
  if (base.layer === undefined || values !== undefined || steps === undefined) return rows;
  return { ...rows, base: foldedBase(base, steps), values: IDENTITY, steps: [], scaled: undefined };
}

/** The most steps that become part of a layer: eight batch normalizations. */
const MAX_FOLDED = 32;
/** By the steps: two rows that have the same ones are functions of the same sums. */
const FOLDED = new WeakMap<readonly AffineStep[], Base>();

function foldedBase({ width, layer }: Base, steps: readonly AffineStep[]): Base {
  const known = FOLDED.get(steps);
  if (known !== undefined || layer === undefined) return known ?? { width, layer };
  if (layer.folded.length + steps.length > MAX_FOLDED)
    throw unsupported(`more than ${MAX_FOLDED} steps between layers`);
  const base = { width, layer: { ...layer, folded: [...layer.folded, ...steps] } };
  FOLDED.set(steps, base);
  return base;
}

/** The function that made these rows of a layer's sums. ERR_UNSUPPORTED where it differs from unit to unit. */
export function valuesOf({ values, isSoftmax }: Rows, node: Node): Values {
  if (values !== undefined) return values;
  const of = isSoftmax ? 'of a softmax' : 'behind numbers that differ from column to column';
  throw notDense(node, `${of}, where only an output can be`);
}

/** Checks that a constant is one number, or that ONNX repeats it over rows without making them larger. Returns the sizes of a row. */
export function checkWidth(numbers: Constant, rows: Rows, node: Node): readonly number[] {
  const own = numbers.dims;
  if (own.length > rankOf(rows)) {
    const why = `of a tensor of rank ${own.length} to rows of rank ${rankOf(rows)}, which makes another shape`;
    throw notDense(node, why);
  }
  const count = countOf(numbers);
  if (count === 1) return [];
  const sizes = rows.dims.map((size, i) => size ?? own[own.length - rows.dims.length + i] ?? 1);
  const fits = own.every((size, i) => size === 1 || size === sizes[sizes.length - own.length + i]);
  // Where the width is unknown, a vector tells it; images must say theirs.
  if (fits && (rows.base.width !== undefined || sizes.length === 1)) return sizes;
  const what = `${nodeNamed(node)} takes a tensor of shape [${own}] to rows of ${rows.base.width ?? 'unknown'} numbers`;
  const isLarger = rows.dims.length !== 1 || rows.base.width === 1 || own.length > rows.dims.length;
  throw isLarger ? unsupported(`${what}, which makes another shape`) : bad(what);
}

export function integerOf(node: Node, name: string, byDefault: number): number {
  return node.attributes.get(name)?.integer ?? byDefault;
}

/** A few whole numbers: an input, or in older models an attribute. */
export function integersOf({ node, inputs }: Call, index: number, name: string): readonly number[] {
  const value = inputs[index];
  if (value === undefined) return node.attributes.get(name)?.integers ?? [];
  if (value.kind !== 'constant') throw notDense(node, `and its ${name} depends on the model's inputs`);
  const count = countOf(value);
  if (count > 8) throw notDense(node, `of ${count} numbers as ${describe(name)}, expected at most 8`);
  return Array.from(numbersOf(value));
}
