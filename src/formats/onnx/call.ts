/** A node and its inputs, as operators see them. Gives an input as the kind of value that an operator needs, or refuses the model. */
import { describe } from '../../foundation/errors.js';
import type { Node } from './decode.js';
import { bad, nodeNamed, notDense } from './refused.js';
import { type Constant, countOf, numbersOf, type Rows, type Value } from './values.js';

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

/** Checks that a constant is one number, or one for each column. */
export function checkWidth(numbers: Constant, { base: { width }, rank }: Rows, node: Node): void {
  if (numbers.dims.length > rank) {
    throw notDense(
      node,
      `of a tensor of rank ${numbers.dims.length} to rows of rank ${rank}, which makes another shape`,
    );
  }
  const count = countOf(numbers);
  if (count !== 1 && rank !== 2) throw notDense(node, 'of numbers for each column, before the rows are flattened');
  const last = numbers.dims[numbers.dims.length - 1] ?? 1;
  if (count === 1 || (last === count && (width === undefined || width === count))) return;
  const shape = `[${numbers.dims}]`;
  throw bad(`${nodeNamed(node)} takes a tensor of shape ${shape} to rows of ${width ?? 'unknown'} numbers`);
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
  if (count > 8) throw bad(`${nodeNamed(node)} takes ${count} numbers as ${describe(name)}`);
  return Array.from(numbersOf(value));
}
