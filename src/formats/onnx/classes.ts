/** Operators after the probabilities of a classifier: both of a sigmoid, a column for each class, indexes, names. Knows no layer. */
import { anyRowsAt, type Call, integerOf, integersOf, rowsAt } from './call.js';
import { areBothOfSigmoid } from './functions.js';
import { notDense } from './refused.js';
import type { Classes, Column, Rows } from './values.js';

export function classes(labels?: readonly string[]): Classes {
  return { kind: 'classes', labels };
}

/** Joins both probabilities of a sigmoid, 1 - p and p, as scikit-learn exports them. They stand for p alone. */
export function concat(call: Call): Rows {
  const [no, yes] = [rowsAt(call, 0), rowsAt(call, 1)];
  const isPair = call.inputs.length === 2 && no.base === yes.base && yes.base.width === 1;
  const axis = integerOf(call.node, 'axis', 0);
  const areColumns = no.rank === 2 && yes.rank === 2 && (axis === 1 || axis === -1);
  const areBoth = no.values !== undefined && yes.values !== undefined && areBothOfSigmoid(no.values, yes.values);
  if (!isPair || !areBoth || !areColumns) {
    throw notDense(call.node, 'and its inputs are not just 1 - p and p of a sigmoid, as columns');
  }
  return { ...yes, isPair: true, node: call.node };
}

/** Takes one column: with zipmap="columns", skl2onnx makes each class an output of its own. */
export function slice(call: Call): Column {
  const { node } = call;
  const of = anyRowsAt(call, 0);
  const [start, end, axis, step] = ['starts', 'ends', 'axes', 'steps'].map((name, i) =>
    integersOf(call, i + 1, name).join(),
  );
  const index = Number(start);
  const isOne = start === `${index}` && index >= 0 && end === `${index + 1}` && axis === '1';
  if (!isOne || (step !== '' && step !== '1') || of.rank !== 2 || of.base.layer === undefined) {
    throw notDense(node, `from [${start}] to [${end}] of axes [${axis}], expected one column of the outputs`);
  }
  return { kind: 'column', of, index };
}

/** The rows that these columns make up, where they are all of them and in order; else undefined. */
export function rowsOf(columns: readonly Column[]): Rows | undefined {
  const of = columns[0]?.of;
  const isInOrder = columns.every((column, i) => column.of === of && column.index === i);
  return isInOrder && columns.length === (of?.isPair ? 2 : of?.base.width) ? of : undefined;
}

/** ArrayFeatureExtractor: from class indexes to classes. Refuses rows, of which it would pick columns. */
export function extract({ node, inputs: [names] }: Call): Classes {
  if (names?.kind === 'rows') throw notDense(node, 'which picks columns, expected a class by its index');
  return classes(names?.kind === 'constant' && names.tensor.strings.length > 0 ? names.tensor.strings : undefined);
}

/** LabelEncoder: from class indexes to names. Another output has these names too. */
export function encode({ node, inputs: [value] }: Call): Classes {
  if (value?.kind !== 'constant' && value?.kind !== 'classes')
    throw notDense(node, 'and its input is not indexes of classes');
  return classes();
}

export function zipMap(call: Call): Rows {
  const labels = call.node.attributes.get('classlabels_strings')?.strings ?? [];
  return { ...anyRowsAt(call, 0), labels: labels.length > 0 ? labels : undefined };
}
