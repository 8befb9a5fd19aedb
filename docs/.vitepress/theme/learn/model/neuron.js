/** One neuron whose weights and bias are set by hand. Knows no page: it is given networks of wasmlp. */

/** @typedef {import('wasmlp').Network} Network */
/** @typedef {import('wasmlp').NetworkOptions} NetworkOptions */

/**
 * The options of one neuron.
 * @param {number} inputs
 * @param {'sigmoid' | 'linear'} [activation] Linear answers with the sum itself.
 * @returns {NetworkOptions}
 */
export function neuronOf(inputs, activation = 'sigmoid') {
  return { inputs, layers: [{ units: 1, activation }], loss: 'meanSquaredError' };
}

/** @param {Network} network @param {readonly number[]} weights @param {number} bias @param {number} [layer] */
export function setNeuron(network, weights, bias, layer = 0) {
  network.setParameters(layer, { weights: Float32Array.from(weights), biases: Float32Array.of(bias) });
}

/**
 * The sum and the answer for a row of inputs.
 * @param {Network} neuron
 * @param {Network} sums The same with a linear activation.
 * @param {{ weights: readonly number[], bias: number }} parameters
 * @param {readonly number[]} inputs
 */
export function lookAt(neuron, sums, { weights, bias }, inputs) {
  setNeuron(neuron, weights, bias);
  setNeuron(sums, weights, bias);
  return { sum: sums.predict([...inputs])[0] ?? 0, answer: neuron.predict([...inputs])[0] ?? 0 };
}

/**
 * Points of the curve that a neuron with one input draws.
 * @param {Network} neuron
 * @param {{ weight: number, bias: number }} parameters
 * @param {readonly [number, number]} range
 * @param {number} [count]
 * @returns {[number, number][]}
 */
export function curveOf(neuron, { weight, bias }, [from, to], count = 81) {
  setNeuron(neuron, [weight], bias);
  const places = Float32Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
  const answers = neuron.predict(places);
  return Array.from(places, (x, i) => [x, answers[i] ?? 0]);
}

/** The slope of the sigmoid where its answer is f. @param {number} f */
export function slopeAt(f) {
  return f * (1 - f);
}
