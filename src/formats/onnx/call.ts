/** One node and what it takes, as operators look at it: the input of a kind that is expected, or the refusal. */
import { describe } from '../../errors.js';
import type { Node } from './decode.js';
import { bad, nodeNamed, notDense } from './refused.js';
import { type Constant, countOf, numbersOf, type Rows, type Value } from './values.js';

/** A node, and what it takes; undefined where it leaves an optional input out. */
export interface Call {
  readonly node: Node;
  readonly inputs: readonly (Value | undefined)[];
}

/** An input that is to be rows to compute with. */
export function rowsAt(call: Call, index: number): Rows {
  const rows = anyRowsAt(call, index);
  if (rows.isWhole)
    throw notDense(call.node, 'of whole numbers, and expected are inputs that are cast to float before');
  checkSingle(rows, call.node);
  return rows;
}

/** An input that is to be rows, of whatever. */
export function anyRowsAt({ node, inputs }: Call, index: number): Rows {
  const value = inputs[index];
  if (value === undefined) throw bad(`${nodeNamed(node)} lacks its input ${index}`);
  if (value.kind === 'column')
    throw notDense(node, `and its input ${index} is one column, which only an output can be`);
  if (value.kind !== 'rows')
    throw notDense(node, `and its input ${index} does not depend on the model's inputs by numbers`);
  return value;
}

/** The shape of both probabilities of a sigmoid is another than the network's. */
export function checkSingle({ isPair }: Rows, node: Node): void {
  if (isPair) throw notDense(node, 'of both probabilities of a sigmoid, which only an output can be');
}

/** ERR_MODEL_FORMAT where a constant is neither one number nor one for each column. */
export function checkWidth(numbers: Constant, { base: { width }, rank }: Rows, node: Node): void {
  if (numbers.dims.length > rank) {
    throw notDense(
      node,
      `of a tensor of rank ${numbers.dims.length} to rows of rank ${rank}, which makes another shape`,
    );
  }
  const count = countOf(numbers);
  if (count !== 1 && rank !== 2) throw notDense(node, 'of numbers for each column, before rows are flat');
  const last = numbers.dims[numbers.dims.length - 1] ?? 1;
  if (count === 1 || (last === count && (width === undefined || width === count))) return;
  const shape = `[${numbers.dims}]`;
  throw bad(`${nodeNamed(node)} takes a tensor of shape ${shape} to rows of ${width ?? 'unknown'} numbers`);
}

export function integerOf(node: Node, name: string, byDefault: number): number {
  return node.attributes.get(name)?.integer ?? byDefault;
}

/** A few whole numbers: an input, or an attribute in older models. */
export function integersOf({ node, inputs }: Call, index: number, name: string): readonly number[] {
  const value = inputs[index];
  if (value === undefined) return node.attributes.get(name)?.integers ?? [];
  if (value.kind !== 'constant') throw notDense(node, `and its ${name} depends on the model's inputs`);
  const count = countOf(value);
  if (count > 8) throw bad(`${nodeNamed(node)} takes ${count} numbers as ${describe(name)}`);
  return Array.from(numbersOf(value));
}
