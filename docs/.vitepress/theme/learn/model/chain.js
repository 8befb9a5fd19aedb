/**
 * The chain rule through the 2-2-1 network, from the loss back to one of its nine numbers: one factor at each place on the way. In float64,
 * from answers that wasmlp gave, to be compared with its own gradients. Knows no network and no page.
 */
import { slopeAt } from './neuron.js';

/** @typedef {import('./people.js').Parameters} Parameters */
/** @typedef {{ x1: number, x2: number, target: number }} Sample */
/** @typedef {{ h1: number, h2: number, y: number }} Answers */
/**
 * One factor. `place` is where it is in the figure: a unit, a weight or the loss.
 * @typedef {{ place: string, formula: string, asks: string, value: number }} Factor
 */

/**
 * The end of the way to a hidden unit's number, and to the output's.
 * @type {Record<keyof Parameters, { unit: 'h1' | 'h2' | 'y', from: 'x1' | 'x2' | 'h1' | 'h2' | undefined }>}
 */
export const WAYS = {
  w1: { unit: 'h1', from: 'x1' },
  w2: { unit: 'h1', from: 'x2' },
  b1: { unit: 'h1', from: undefined },
  w3: { unit: 'h2', from: 'x1' },
  w4: { unit: 'h2', from: 'x2' },
  b2: { unit: 'h2', from: undefined },
  w5: { unit: 'y', from: 'h1' },
  w6: { unit: 'y', from: 'h2' },
  b3: { unit: 'y', from: undefined },
};

/**
 * The factors in the order in which one meets them on the way back.
 * @param {keyof Parameters} name
 * @param {Parameters} parameters
 * @param {Sample} sample
 * @param {Answers} answers
 * @returns {Factor[]}
 */
export function chainOf(name, parameters, sample, answers) {
  const { unit, from } = WAYS[name];
  const { h1, h2, y } = answers;
  /** @type {Factor[]} */
  const factors = [
    {
      place: 'loss',
      formula: '−2 × error',
      asks: 'If y moves, how much does the loss?',
      value: -2 * (sample.target - y),
    },
    { place: 'y', formula: 'y × (1 − y)', asks: 'If the sum of y moves, how much does y?', value: slopeAt(y) },
  ];
  if (unit !== 'y') {
    const weight = unit === 'h1' ? 'w5' : 'w6';
    const h = unit === 'h1' ? h1 : h2;
    factors.push(
      {
        place: weight,
        formula: weight,
        asks: `If ${unit} moves, how much does the sum of y?`,
        value: parameters[weight],
      },
      {
        place: unit,
        formula: `${unit} × (1 − ${unit})`,
        asks: `If the sum of ${unit} moves, how much does ${unit}?`,
        value: slopeAt(h),
      },
    );
  }
  const input = from === undefined ? 1 : { x1: sample.x1, x2: sample.x2, h1, h2 }[from];
  factors.push({
    place: name,
    formula: from ?? '1',
    asks: `If ${name} moves, how much does the sum of ${unit}?`,
    value: input,
  });
  return factors;
}

/** A unit with a smaller slope is saturated. The steepest one is 0.25. */
const SATURATED = 0.001;

/** The first unit on the way that is saturated: its slope is so small that the product is. Undefined where none is. @param {readonly Factor[]} factors */
export function saturatedIn(factors) {
  return factors.find(({ place, value }) => ['y', 'h1', 'h2'].includes(place) && value < SATURATED)?.place;
}

/** @param {readonly Factor[]} factors */
export function productOf(factors) {
  return factors.reduce((product, { value }) => product * value, 1);
}
