/** Runs points through a network layer by layer, to show what each unit answers where. `predict` gives the last layer only. */
import { VALUES } from './activations.js';

/** @typedef {import('wasmlp').Network} Network */
/** @typedef {{ weights: Float32Array, biases: Float32Array, activation: string, units: number, inputs: number }} Layer */

/** The parameters of a network's layers, with their activations. @param {Network} network @returns {Layer[]} */
export function layersOf(network) {
  return network.layers.map(({ units, inputs, activation }, i) => ({
    ...network.getParameters(i),
    units,
    inputs,
    activation,
  }));
}

/**
 * The outputs of each layer for each row, unit after unit: (units, rows).
 * @param {readonly Layer[]} layers
 * @param {Float32Array} rows (rows, inputs) of the first layer
 * @param {number} count How many layers to run.
 * @returns {Float32Array[]}
 */
export function outputsOf(layers, rows, count = layers.length) {
  const width = layers[0]?.inputs ?? 1;
  const points = rows.length / width;
  /** @type {Float32Array} */
  let given = transposed(rows, width);
  return layers.slice(0, count).map((layer) => {
    given = layerOutputs(layer, given, points);
    return given;
  });
}

/** @param {Float32Array} rows @param {number} width */
function transposed(rows, width) {
  const points = rows.length / width;
  return Float32Array.from(rows, (_, i) => rows[(i % points) * width + Math.floor(i / points)] ?? 0);
}

/** @param {Layer} layer @param {Float32Array} given (inputs, points) @param {number} points */
function layerOutputs({ weights, biases, activation, units, inputs }, given, points) {
  const outputs = new Float32Array(units * points);
  for (let unit = 0; unit < units; unit++) {
    const row = outputs.subarray(unit * points, (unit + 1) * points).fill(biases[unit] ?? 0);
    for (let input = 0; input < inputs; input++) {
      const weight = weights[unit * inputs + input] ?? 0;
      const from = input * points;
      for (let i = 0; i < points; i++)
        row[i] = /** @type {number} */ (row[i]) + weight * /** @type {number} */ (given[from + i]);
    }
  }
  if (activation === 'softmax') return softmaxed(outputs, units, points);
  const value = VALUES[/** @type {keyof typeof VALUES} */ (activation)];
  for (let i = 0; i < outputs.length; i++) outputs[i] = value(/** @type {number} */ (outputs[i]));
  return outputs;
}

/** @param {Float32Array} sums @param {number} units @param {number} points */
function softmaxed(sums, units, points) {
  for (let point = 0; point < points; point++) {
    const column = Array.from({ length: units }, (_, unit) => sums[unit * points + point] ?? 0);
    const most = Math.max(...column);
    const powers = column.map((sum) => Math.exp(sum - most));
    const total = powers.reduce((sum, power) => sum + power, 0);
    powers.forEach((power, unit) => {
      sums[unit * points + point] = power / total;
    });
  }
  return sums;
}

/**
 * Where a unit's output lies between no and yes, 0 to 1, for its colour.
 * @param {string} activation
 * @param {number} output
 */
export function shareOf(activation, output) {
  const share = activation === 'sigmoid' || activation === 'softmax' ? output : (output + 1) / 2;
  return Math.min(1, Math.max(0, share));
}
