/** A walk through one step of backpropagation, stage by stage, forwards and back. Knows no page. */
import { decimals } from './formulas.js';

/** @typedef {import('./step.js').Steps} Steps */
/** What the drawing shows at a stage: numbers for the units of some columns, and the layer that the numbers come from. */
/** @typedef {{ text: string, layer: number | undefined, values: (number[] | undefined)[], sign?: string }} Stage The inputs are column 0. `sign` stands before each number. */

/**
 * The stages of a step: forward through the layers, the loss, back through the layers, and the step itself.
 * @param {Steps} steps
 * @returns {Stage[]}
 */
export function stagesOf({ pass, before, after }) {
  const { layers, row, target, loss } = pass;
  const count = layers.length;
  const nameOf = (/** @type {number} */ l) => (l === count - 1 ? 'the output layer' : `hidden layer ${l + 1}`);
  const start = { text: 'One sample enters.', layer: undefined, values: [row] };
  const forward = layers.map((_, l) => ({
    text: `Forward, ${nameOf(l)}: each unit sums its weighted inputs and its bias; ${before[l]?.activation} makes its output.`,
    layer: l,
    values: [row, ...layers.slice(0, l + 1).map(({ outputs }) => outputs)],
  }));
  const asked = target.length === 1 ? decimals(target[0] ?? 0) : `${target.indexOf(1)}`;
  const judged = {
    text: `The target is ${asked}. The loss is ${decimals(loss)}.`,
    layer: undefined,
    values: [row, ...layers.map(({ outputs }) => outputs)],
  };
  const backward = layers.map((_, l) => ({
    text: `Back, ${nameOf(l)}: each × is a factor, how many times as far the loss moves as the sum of the unit.`,
    layer: l,
    sign: '×',
    values: [undefined, ...layers.map(({ dSums }, other) => (other >= l ? dSums : undefined))],
  }));
  const moved = before.map(({ weights }, l) =>
    Math.hypot(...weights.map((weight, i) => (after[l]?.weights[i] ?? 0) - weight)),
  );
  const end = {
    text: `The step: every weight moves against its derivative, in all by ${decimals(Math.hypot(...moved))}.`,
    layer: undefined,
    values: [],
  };
  return [start, ...forward, judged, ...backward.toReversed(), end];
}
