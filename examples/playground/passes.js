/**
 * Backpropagation through any network that the page draws, by hand: one sample forward to the loss, and back to every weight. Knows no
 * network of the library and no page.
 */
import { FORMULAS } from './slopes.js';

/** @typedef {import('./forward.js').Layer} Layer */
/**
 * A layer in one pass. All numbers but the weights' have one entry for each unit.
 * @typedef {object} LayerPass
 * @property {number[]} sums z, the weighted sums
 * @property {number[]} outputs h
 * @property {number[]} slopes dh/dz
 * @property {number[]} dOutputs dL/dh
 * @property {number[]} dSums dL/dz, the derivatives of the biases too
 * @property {number[]} dWeights (units, inputs)
 */
/** @typedef {{ row: number[], target: number[], layers: LayerPass[], loss: number }} Pass */

/**
 * @param {readonly Layer[]} layers
 * @param {readonly number[]} row
 * @param {number} target A class, or a value.
 * @param {'crossEntropy' | 'squaredError'} loss
 * @returns {Pass}
 */
export function passOf(layers, row, target, loss) {
  /** @type {LayerPass[]} */
  const passes = [];
  let inputs = [...row];
  for (const layer of layers) {
    const sums = sumsOf(layer, inputs);
    inputs = activated(layer.activation, sums);
    passes.push({
      sums,
      outputs: inputs,
      slopes: slopesOf(layer.activation, sums, inputs),
      dOutputs: [],
      dSums: [],
      dWeights: [],
    });
  }
  const targets = inputs.length === 1 ? [target] : inputs.map((_, unit) => (unit === target ? 1 : 0));
  backward(layers, passes, row, targets, loss);
  return { row: [...row], target: targets, layers: passes, loss: lossOf(inputs, targets, loss) };
}

/** @param {Layer} layer @param {readonly number[]} inputs */
function sumsOf({ weights, biases }, inputs) {
  return Array.from(biases, (bias, unit) =>
    inputs.reduce((sum, input, i) => sum + input * (weights[unit * inputs.length + i] ?? 0), bias),
  );
}

/** @param {string} activation @param {readonly number[]} sums */
function activated(activation, sums) {
  if (activation !== 'softmax') return sums.map(formulaOf(activation).value);
  const most = Math.max(...sums);
  const powers = sums.map((sum) => Math.exp(sum - most));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** @param {string} activation */
function formulaOf(activation) {
  return FORMULAS[/** @type {keyof typeof FORMULAS} */ (activation)];
}

/** @param {readonly number[]} outputs @param {readonly number[]} targets @param {string} loss */
function lossOf(outputs, targets, loss) {
  const total = (/** @type {(y: number, t: number) => number} */ of) =>
    outputs.reduce((sum, y, i) => sum + of(y, targets[i] ?? 0), 0);
  if (loss === 'squaredError') return total((y, t) => (y - t) ** 2) / outputs.length;
  if (outputs.length === 1) return total((y, t) => -Math.log(t === 1 ? y : 1 - y));
  return total((y, t) => (t === 1 ? -Math.log(y) : 0));
}

/**
 * From the last layer to the first.
 * @param {readonly Layer[]} layers
 * @param {LayerPass[]} passes Gets the derivatives.
 * @param {readonly number[]} row
 * @param {readonly number[]} targets
 * @param {string} loss
 */
function backward(layers, passes, row, targets, loss) {
  for (let i = layers.length - 1; i >= 0; i--) {
    const layer = /** @type {Layer} */ (layers[i]);
    const pass = /** @type {LayerPass} */ (passes[i]);
    const next = passes[i + 1];
    if (next === undefined) Object.assign(pass, lastDerivatives(layer, pass, targets, loss));
    else {
      pass.dOutputs = pass.outputs.map((_, unit) =>
        next.dSums.reduce((sum, d, k) => sum + d * (layers[i + 1]?.weights[k * pass.outputs.length + unit] ?? 0), 0),
      );
      pass.dSums = pass.dOutputs.map((d, unit) => d * (pass.slopes[unit] ?? 0));
    }
    const inputs = passes[i - 1]?.outputs ?? row;
    pass.dWeights = pass.dSums.flatMap((d) => inputs.map((input) => d * input));
  }
}

/** A unit of softmax depends on all sums: the slope by its own is y (1 - y). @param {string} activation @param {readonly number[]} sums @param {readonly number[]} outputs */
function slopesOf(activation, sums, outputs) {
  return activation === 'softmax' ? outputs.map((y) => y * (1 - y)) : sums.map(formulaOf(activation).slope);
}

/**
 * @param {Layer} layer
 * @param {LayerPass} pass
 * @param {readonly number[]} targets
 * @param {string} loss
 */
function lastDerivatives({ activation }, { outputs, slopes }, targets, loss) {
  const errors = outputs.map((y, i) => y - (targets[i] ?? 0));
  if (loss === 'crossEntropy') {
    // The quotients of cross-entropy and of sigmoid or softmax cancel: what is left stays finite where y rounds to 0 or 1.
    const isOne = outputs.length === 1;
    const dOutputs = outputs.map((y, i) => (isOne ? (errors[i] ?? 0) / (y * (1 - y)) : -(targets[i] ?? 0) / y));
    return { dOutputs, dSums: errors };
  }
  const dOutputs = errors.map((error) => (2 * error) / outputs.length);
  if (activation !== 'softmax') return { dOutputs, dSums: dOutputs.map((d, i) => d * (slopes[i] ?? 0)) };
  const mean = dOutputs.reduce((sum, d, i) => sum + d * (outputs[i] ?? 0), 0);
  return { dOutputs, dSums: dOutputs.map((d, i) => (outputs[i] ?? 0) * (d - mean)) };
}
