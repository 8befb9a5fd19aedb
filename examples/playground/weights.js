/** A network as tables: for people who do not see the drawing, and for those who want the numbers. */
import { namesOf } from './names.js';
import { digits } from './numbers.js';
import { make } from './page.js';

/** @typedef {import('wasmlp').Network} Network */

/**
 * The diagram as tables: a row for each unit, by its name there, with its bias and its weights.
 * @param {Network} network
 * @param {readonly string[]} inputNames As the drawing has them.
 */
export function weightTables(network, inputNames) {
  const names = namesOf(network.layers);
  return network.layers.map(({ inputs, units, activation }, layer) => {
    const { weights, biases } = network.getParameters(layer);
    const rows = Array.from({ length: units }, (_, unit) => {
      const row = weights.subarray(unit * inputs, (unit + 1) * inputs);
      const cells = [biases[unit] ?? 0, ...row].map((value) => make('td', {}, digits(value)));
      return make('tr', {}, make('th', { scope: 'row' }, names.layers[layer]?.outputs[unit] ?? ''), ...cells);
    });
    const from = names.layers[layer - 1]?.outputs ?? names.inputs.map((name, i) => inputNames[i] ?? name);
    const head = ['unit', 'bias', ...from.map((name) => `from ${name}`)];
    const caption = make('caption', {}, `Layer ${layer + 1}: ${units} ${activation}`);
    const header = make('tr', {}, ...head.map((text) => make('th', { scope: 'col' }, text)));
    return make('table', {}, caption, make('thead', {}, header), make('tbody', {}, ...rows));
  });
}
