/**
 * The chain rule in names and formulas, a line for each number of a pass. Names count through all layers, from the inputs on: w1, w2, ...
 * by the unit that they lead into, b1, z1 and h1 by unit. Computes nothing: passes.js does.
 */
import { namesOf } from './names.js';
import { digits, withMinus } from './numbers.js';

/** @typedef {import('./forward.js').Layer} Layer */
/** @typedef {import('./passes.js').Pass} Pass */
/** @typedef {import('./settings.js').Settings['loss']} Loss */
/** A quantity: its name, its formula and its value. */
/** @typedef {{ name: string, formula: string, value: number }} Line */

/** A sum with more terms than this is cut. */
const MOST_TERMS = 4;

/** @type {Record<Loss, { one: string, many: string, slope: string }>} */
const LOSSES = {
  squaredError: { one: '(y − t)²', many: 'mean of (y − t)²', slope: '2 (y − t)' },
  crossEntropy: {
    one: '−(t log y + (1 − t) log(1 − y))',
    many: '−log y of the right class',
    slope: '(y − t) / (y (1 − y))',
  },
};

/** @param {readonly string[]} terms */
function sum(terms) {
  return terms.length > MOST_TERMS ? [...terms.slice(0, 2), '…', terms.at(-1)].join(' + ') : terms.join(' + ');
}

/** @param {string} name @param {string} formula @param {number | undefined} value @returns {Line} */
function line(name, formula, value) {
  return { name, formula, value: value ?? 0 };
}

/**
 * @param {readonly Layer[]} layers
 * @param {Pass} pass
 * @param {Loss} loss
 * @returns {{ forward: Line[], loss: Line[], backward: Line[], derivatives: Line[] }}
 */
export function linesOf(layers, pass, loss) {
  const names = namesOf(layers);
  const before = (/** @type {number} */ l) => names.layers[l - 1]?.outputs ?? names.inputs;
  const each = (/** @type {(l: number, unit: number) => Line[]} */ make, /** @type {readonly number[]} */ order) =>
    order.flatMap((l) => Array.from({ length: layers[l]?.units ?? 0 }, (_, unit) => make(l, unit)).flat());
  const order = layers.map((_, l) => l);
  const forward = each((l, unit) => {
    const { sums, outputs, biases, weights } = /** @type {typeof names.layers[0]} */ (names.layers[l]);
    const terms = (weights[unit] ?? []).map((w, i) => `${w} ${before(l)[i]}`);
    const z = sums[unit] ?? '';
    return [
      line(z, sum([...terms, biases[unit] ?? '']), pass.layers[l]?.sums[unit]),
      line(outputs[unit] ?? '', `${layers[l]?.activation}(${z})`, pass.layers[l]?.outputs[unit]),
    ];
  }, order);
  const { one, many } = LOSSES[loss];
  return {
    forward,
    loss: [line('L', (layers.at(-1)?.units ?? 1) === 1 ? one : many, pass.loss)],
    backward: each((l, unit) => backwardLines(layers, pass, loss, names, l, unit), order.toReversed()),
    derivatives: each((l, unit) => {
      const { sums, biases, weights } = /** @type {typeof names.layers[0]} */ (names.layers[l]);
      const d = `dL/d${sums[unit]}`;
      const wide = layers[l]?.inputs ?? 0;
      const dWeights = pass.layers[l]?.dWeights ?? [];
      return [
        ...(weights[unit] ?? []).map((w, i) => line(w, `${d} · ${before(l)[i]}`, dWeights[unit * wide + i])),
        line(biases[unit] ?? '', d, pass.layers[l]?.dSums[unit]),
      ];
    }, order),
  };
}

/**
 * @param {readonly Layer[]} layers
 * @param {Pass} pass
 * @param {Loss} loss
 * @param {ReturnType<typeof namesOf>} names
 * @param {number} l
 * @param {number} unit
 */
function backwardLines(layers, pass, loss, names, l, unit) {
  const own = names.layers[l];
  const next = names.layers[l + 1];
  const [h, z] = [own?.outputs[unit] ?? '', own?.sums[unit] ?? ''];
  const values = pass.layers[l];
  const activation = layers[l]?.activation;
  const dSum = values?.dSums[unit];
  // What softmax answers for one digit depends on the sums of all.
  if (activation === 'softmax') return [line(`dL/d${z}`, loss === 'crossEntropy' ? `${h} − t` : 'over all y', dSum)];
  const slope = next === undefined && activation === 'sigmoid' ? `${h} (1 − ${h})` : `${activation}′(${z})`;
  const from =
    next === undefined ? LOSSES[loss].slope : sum(next.sums.map((to, k) => `dL/d${to} · ${next.weights[k]?.[unit]}`));
  return [
    line(`dL/d${h}`, from, values?.dOutputs[unit]),
    line(`d${h}/d${z}`, slope, values?.slopes[unit]),
    line(`dL/d${z}`, `dL/d${h} · d${h}/d${z}`, dSum),
  ];
}

/** All weights and biases in the order of their names. @param {readonly { weights: Float32Array, biases: Float32Array }[]} layers */
export function parametersOf(layers) {
  return layers.flatMap(({ weights, biases }) => {
    const wide = weights.length / biases.length;
    return [...biases].flatMap((bias, unit) => [...weights.subarray(unit * wide, (unit + 1) * wide), bias]);
  });
}

/** As `digits`, but small numbers get up to six decimals before they get an exponent. @param {number} value */
export function decimals(value) {
  const size = Math.abs(value);
  if (size !== 0 && size < 0.00005) return digits(value);
  return withMinus(value.toFixed(size !== 0 && size < 0.001 ? 6 : 4));
}
