/** The names that units, weights and biases have in drawings and formulas. They count through all layers, from the inputs on. */

/** @typedef {import('./forward.js').Layer} Layer */

/**
 * The names of the units, weights and biases of a network.
 * @param {readonly Pick<Layer, 'units' | 'inputs'>[]} layers
 */
export function namesOf(layers) {
  let unit = 0;
  let weight = 0;
  const inputs = Array.from({ length: layers[0]?.inputs ?? 0 }, (_, i) => `x${i + 1}`);
  const named = layers.map((layer, l) => {
    const isLast = l === layers.length - 1;
    const numbers = Array.from({ length: layer.units }, () => ++unit);
    const output = (/** @type {number} */ n, /** @type {number} */ i) =>
      !isLast ? `h${n}` : layer.units === 1 ? 'y' : `y${i + 1}`;
    return {
      outputs: numbers.map(output),
      sums: numbers.map((n) => `z${n}`),
      biases: numbers.map((n) => `b${n}`),
      weights: numbers.map(() => Array.from({ length: layer.inputs }, () => `w${++weight}`)),
    };
  });
  return { inputs, layers: named };
}
