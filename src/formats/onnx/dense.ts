/** Turns Gemm and MatMul into the layers of a dense network, or says why they are not. Reads no weight. */
import { ACTIVATIONS, LEAKY_SLOPE } from '../../options/activations.js';
import { MAX_WIDTH } from '../../options/layers.js';
import type { Activation } from '../../options/types.js';
import { type Call, checkWidth, integerOf, rowsAt } from './call.js';
import type { Node } from './decode.js';
import { activationOf, IDENTITY } from './functions.js';
import { bad, nodeNamed, notDense, tooMuch } from './refused.js';
import type { Layer, Rows } from './values.js';

/** Rows times a matrix, plus a bias where a Gemm has one. */
export function dense(call: Call): Rows {
  const { node, inputs } = call;
  const [first, weights, bias] = inputs;
  if (first?.kind === 'constant') throw notDense(node, 'of weights times rows, expected rows times weights');
  const from = rowsAt(call, 0);
  if (weights?.kind !== 'constant') throw notDense(node, 'whose weights are not constant');
  const isGemm = node.operator === 'Gemm';
  if (weights.dims.length !== 2 || from.rank !== 2) {
    throw notDense(node, `of rank ${from.rank} times rank ${weights.dims.length}, expected 2 times 2`);
  }
  if (isGemm) checkPlain(node);
  checkEnd(from, node);
  const unitsFirst = isGemm && integerOf(node, 'transB', 0) !== 0;
  const [rows, columns] = weights.dims as [number, number];
  const [units, width] = unitsFirst ? [rows, columns] : [columns, rows];
  for (const size of [units, width]) {
    if (!(size >= 1)) throw bad(`${nodeNamed(node)} has weights of shape [${weights.dims}]`);
    if (size > MAX_WIDTH) throw tooMuch(`weights of shape [${weights.dims}]`, MAX_WIDTH);
  }
  const { width: found = width } = from.base;
  if (found !== width) throw bad(`${nodeNamed(node)} takes ${found} numbers, and its weights are for ${width}`);
  const layer: Layer = { from, inputs: width, units, weights, unitsFirst, bias: undefined };
  const sums: Rows = {
    kind: 'rows',
    base: { width: units, layer },
    values: IDENTITY,
    steps: [],
    isSoftmax: false,
    rank: 2,
    isWhole: false,
    node,
  };
  if (!isGemm || bias === undefined) return sums;
  if (bias.kind !== 'constant') throw notDense(node, 'whose bias is not constant');
  checkWidth(bias, sums, node);
  return { ...sums, base: { width: units, layer: { ...layer, bias: { numbers: bias, sign: 1 } } } };
}

/** Checks that a Gemm has factors of 1, and does not transpose rows. */
function checkPlain(node: Node): void {
  const [alpha, beta] = ['alpha', 'beta'].map((name) => node.attributes.get(name)?.float ?? 1);
  if (alpha === 1 && beta === 1 && integerOf(node, 'transA', 0) === 0) return;
  throw notDense(node, 'expected alpha and beta of 1, and transA of 0');
}

/** Checks the end of what comes before a layer: the activation of another layer, or scaling. */
function checkEnd({ base, values, steps, isSoftmax, node }: Rows, next: Node): void {
  const last = node ?? next;
  if (isSoftmax) throw notDense(last, `before ${nodeNamed(next)}, expected softmax only after the last layer`);
  if (base.layer === undefined) {
    if (steps === undefined)
      throw notDense(last, 'before the first layer, where only scaling of columns is understood');
  } else if (values === undefined || activationOf(values) === undefined) throw unknownFunction(last);
}

/** The form of an activation, where others exist too. */
const FORMS: Readonly<Partial<Record<Activation, string>>> = {
  leakyRelu: `of slope ${LEAKY_SLOPE}`,
  elu: 'of alpha 1',
  gelu: 'in tanh form',
};

/** The error for a function of a layer's sums that is not an activation of this library. */
export function unknownFunction(node: Node): Error {
  const known = ACTIVATIONS.filter((name) => name !== 'softmax').map((name) =>
    [name, FORMS[name] ?? []].flat().join(' '),
  );
  return notDense(node, `and what it makes of a layer's sums is none of ${known.join(', ')}`);
}
