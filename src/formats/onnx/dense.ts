/** Turns Gemm and MatMul into the layers of a dense network, or says why they are not. Reads no weight. */
import { ACTIVATIONS } from '../../options/names.js';
import { MAX_WIDTH } from '../../options/plain.js';
import type { Activation } from '../../options/types.js';
import { type Call, checkWidth, integerOf, rowsAt } from './call.js';
import type { Node } from './decode.js';
import { activationOf, IDENTITY, type KnownActivation } from './functions.js';
import { bad, nodeNamed, notDense, tooMuch } from './refused.js';
import { type AffineStep, type Layer, type Rows, rankOf } from './values.js';

/** Rows times a matrix, plus a bias where a Gemm has one. */
export function dense(call: Call): Rows {
  const { node, inputs } = call;
  const [first, weights, bias] = inputs;
  if (first?.kind === 'constant') throw notDense(node, 'of weights times rows, expected rows times weights');
  const from = rowsAt(call, 0);
  if (weights?.kind !== 'constant') throw notDense(node, 'whose weights are not constant');
  const isGemm = node.operator === 'Gemm';
  if (weights.dims.length !== 2 || rankOf(from) !== 2) {
    throw notDense(node, `of rank ${rankOf(from)} times rank ${weights.dims.length}, expected 2 times 2`);
  }
  if (isGemm) checkPlain(node);
  if (from.isSoftmax) {
    throw notDense(from.node ?? node, `before ${nodeNamed(node)}, expected softmax only after the last layer`);
  }
  // Refuses functions that are no activation.
  endOf(from, node);
  const unitsFirst = isGemm && integerOf(node, 'transB', 0) !== 0;
  const [rows, columns] = weights.dims as [number, number];
  const [units, width] = unitsFirst ? [rows, columns] : [columns, rows];
  for (const size of [units, width]) {
    if (!(size >= 1)) throw bad(`${nodeNamed(node)} has weights of shape [${weights.dims}]`);
    if (size > MAX_WIDTH) throw tooMuch(`weights of shape [${weights.dims}]`, MAX_WIDTH);
  }
  const { width: found = width } = from.base;
  if (found !== width) throw bad(`${nodeNamed(node)} takes ${found} numbers, and its weights are for ${width}`);
  const layer: Layer = { from, inputs: width, units, first: 0, weights, unitsFirst, bias: undefined, folded: [] };
  const sums: Rows = {
    kind: 'rows',
    base: { width: units, layer },
    values: IDENTITY,
    steps: [],
    scaled: undefined,
    isSoftmax: false,
    dims: [units],
    isWhole: false,
    node,
  };
  if (!isGemm || bias === undefined) return sums;
  if (bias.kind !== 'constant') throw notDense(node, 'whose bias is not constant');
  checkWidth(bias, sums, node);
  return { ...sums, base: { width: units, layer: { ...layer, bias: { numbers: bias, sign: 1, first: 0 } } } };
}

/** Checks that a Gemm has factors of 1, and does not transpose rows. */
function checkPlain(node: Node): void {
  const [alpha, beta] = ['alpha', 'beta'].map((name) => node.attributes.get(name)?.float ?? 1);
  if (alpha === 1 && beta === 1 && integerOf(node, 'transA', 0) === 0) return;
  throw notDense(node, 'expected alpha and beta of 1, and transA of 0');
}

/** What rows are: the inputs or a layer with its activation, and then shifts and scales. */
interface End extends KnownActivation {
  readonly steps: readonly AffineStep[];
}

/** ERR_UNSUPPORTED for a function that is no activation, scaled or not. `next` is the node that takes the rows, where there is one. */
export function endOf({ base, values, steps, scaled, isSoftmax, node }: Rows, next?: Node): End {
  if (isSoftmax) return { activation: 'softmax', steps: [] };
  if (steps !== undefined) return { activation: 'linear', steps };
  const last = (node ?? next) as Node;
  if (base.layer === undefined)
    throw notDense(last, 'before the first layer, where only scaling of columns is understood');
  const plain = values && activationOf(values);
  if (plain !== undefined) return { ...plain, steps: [] };
  const inner = scaled && activationOf(scaled.values);
  if (inner === undefined) throw unknownFunction(last);
  return { ...inner, steps: scaled?.steps ?? [] };
}

/** The form of an activation, where others exist too. */
const FORMS: Readonly<Partial<Record<Activation, string>>> = {
  leakyRelu: 'of any slope',
  elu: 'of alpha 1',
  gelu: 'in tanh form',
};

/** The error for a function of a layer's sums that is not an activation of this library. */
function unknownFunction(node: Node): Error {
  const known = ACTIVATIONS.filter((name) => name !== 'softmax').map((name) =>
    [name, FORMS[name] ?? []].flat().join(' '),
  );
  return notDense(node, `and what it makes of a layer's sums is none of ${known.join(', ')}`);
}
