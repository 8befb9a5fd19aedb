/** Backpropagation through a 2-2-1 network by hand: every step of the chain rule has a name. Knows no network and no page. */
import { FORMULAS, sigmoid } from './activations.js';

/** A number for each weight and bias: w1 and w2 lead into h1, w3 and w4 into h2, w5 and w6 into y. */
/** @typedef {Record<'w1' | 'w2' | 'w3' | 'w4' | 'w5' | 'w6' | 'b1' | 'b2' | 'b3', number>} Parameters */
/** A quantity: its name, its formula and its value. */
/** @typedef {{ name: string, formula: string, value: number }} Line */
/** @typedef {{ forward: Line[], loss: Line[], backward: Line[], derivatives: Parameters }} Pass */

/** In the order in which they are shown: by the unit that they lead into. */
export const NAMES = /** @type {const} */ (['w1', 'w2', 'b1', 'w3', 'w4', 'b2', 'w5', 'w6', 'b3']);

/**
 * The parameters by name. A layer's weights have a row for each unit.
 * @param {readonly import('wasmlp').LayerParameters[]} layers
 * @returns {Parameters}
 */
export function named([hidden, output]) {
  const [w1 = 0, w2 = 0, w3 = 0, w4 = 0] = hidden?.weights ?? [];
  const [b1 = 0, b2 = 0] = hidden?.biases ?? [];
  const [w5 = 0, w6 = 0] = output?.weights ?? [];
  const [b3 = 0] = output?.biases ?? [];
  return { w1, w2, w3, w4, w5, w6, b1, b2, b3 };
}

/**
 * The loss of an answer y for a target t, and its derivative by y.
 * @type {Record<import('./settings.js').Settings['loss'], { formula: string, slopeFormula: string,
 *   value: (y: number, t: number) => number, slope: (y: number, t: number) => number }>}
 */
const LOSSES = {
  squaredError: {
    formula: '(y − t)²',
    slopeFormula: '2 (y − t)',
    value: (y, t) => (y - t) ** 2,
    slope: (y, t) => 2 * (y - t),
  },
  crossEntropy: {
    formula: '−(t log y + (1 − t) log(1 − y))',
    slopeFormula: '(y − t) / (y (1 − y))',
    value: (y, t) => -Math.log(t === 1 ? y : 1 - y),
    slope: (y, t) => (y - t) / (y * (1 - y)),
  },
};

/**
 * One sample forward to the loss, and back to every weight.
 * @param {Parameters} parameters
 * @param {{ x1: number, x2: number, t: number }} sample t is 0 or 1.
 * @param {Pick<import('./settings.js').Settings, 'activation' | 'loss'>} settings
 * @returns {Pass}
 */
export function backpropagate({ w1, w2, w3, w4, w5, w6, b1, b2, b3 }, { x1, x2, t }, settings) {
  const f = FORMULAS[settings.activation];
  const L = LOSSES[settings.loss];
  const z1 = w1 * x1 + w2 * x2 + b1;
  const z2 = w3 * x1 + w4 * x2 + b2;
  const h1 = f.value(z1);
  const h2 = f.value(z2);
  const z3 = w5 * h1 + w6 * h2 + b3;
  const y = sigmoid(z3);

  const dL_dy = L.slope(y, t);
  const dy_dz3 = y * (1 - y);
  // For a large sum, y rounds to 0 or 1. There the quotient of cross-entropy is 0 / 0; its limit is y - t.
  const dL_dz3 = settings.loss === 'crossEntropy' ? y - t : dL_dy * dy_dz3;
  const dL_dh1 = dL_dz3 * w5;
  const dL_dh2 = dL_dz3 * w6;
  const dh1_dz1 = f.slope(z1);
  const dh2_dz2 = f.slope(z2);
  const dL_dz1 = dL_dh1 * dh1_dz1;
  const dL_dz2 = dL_dh2 * dh2_dz2;

  const line = (/** @type {string} */ name, /** @type {string} */ formula, /** @type {number} */ value) => ({
    name,
    formula,
    value,
  });
  return {
    forward: [
      line('z1', 'w1 x1 + w2 x2 + b1', z1),
      line('h1', `${settings.activation}(z1)`, h1),
      line('z2', 'w3 x1 + w4 x2 + b2', z2),
      line('h2', `${settings.activation}(z2)`, h2),
      line('z3', 'w5 h1 + w6 h2 + b3', z3),
      line('y', 'sigmoid(z3)', y),
    ],
    loss: [line('L', L.formula, L.value(y, t))],
    backward: [
      line('dL/dy', L.slopeFormula, dL_dy),
      line('dy/dz3', 'y (1 − y)', dy_dz3),
      line('dL/dz3', 'dL/dy · dy/dz3', dL_dz3),
      line('dL/dh1', 'dL/dz3 · w5', dL_dh1),
      line('dh1/dz1', `${settings.activation}′(z1)`, dh1_dz1),
      line('dL/dz1', 'dL/dh1 · dh1/dz1', dL_dz1),
      line('dL/dh2', 'dL/dz3 · w6', dL_dh2),
      line('dh2/dz2', `${settings.activation}′(z2)`, dh2_dz2),
      line('dL/dz2', 'dL/dh2 · dh2/dz2', dL_dz2),
    ],
    derivatives: {
      w1: dL_dz1 * x1,
      w2: dL_dz1 * x2,
      b1: dL_dz1,
      w3: dL_dz2 * x1,
      w4: dL_dz2 * x2,
      b2: dL_dz2,
      w5: dL_dz3 * h1,
      w6: dL_dz3 * h2,
      b3: dL_dz3,
    },
  };
}

/** The formula of each derivative. @type {Record<keyof Parameters, string>} */
export const PATHS = {
  w1: 'dL/dz1 · x1',
  w2: 'dL/dz1 · x2',
  b1: 'dL/dz1',
  w3: 'dL/dz2 · x1',
  w4: 'dL/dz2 · x2',
  b2: 'dL/dz2',
  w5: 'dL/dz3 · h1',
  w6: 'dL/dz3 · h2',
  b3: 'dL/dz3',
};
