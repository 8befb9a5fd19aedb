/** A network as tables: for people who do not see the drawing, and for those who want the numbers. */
import { digits } from './numbers.js';
import { make } from './page.js';

/** @typedef {import('wasmlp').Network} Network */

/**
 * The diagram as tables: a row for each unit, with its bias and its weights.
 * @param {Network} network
 */
export function weightTables(network) {
  return network.layers.map(({ inputs, units, activation }, layer) => {
    const { weights, biases } = network.getParameters(layer);
    const rows = Array.from({ length: units }, (_, unit) => {
      const row = weights.subarray(unit * inputs, (unit + 1) * inputs);
      const cells = [biases[unit] ?? 0, ...row].map((value) => make('td', {}, digits(value)));
      return make('tr', {}, make('th', { scope: 'row' }, `${unit + 1}`), ...cells);
    });
    const head = ['unit', 'bias', ...Array.from({ length: inputs }, (_, input) => `from ${input + 1}`)];
    const caption = make('caption', {}, `Layer ${layer + 1}: ${units} ${activation}`);
    const header = make('tr', {}, ...head.map((text) => make('th', { scope: 'col' }, text)));
    return make('table', {}, caption, make('thead', {}, header), make('tbody', {}, ...rows));
  });
}
