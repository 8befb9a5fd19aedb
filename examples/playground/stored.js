/** Finds the settings that the network of a file was made with, or says why the page cannot show it. Knows no page. */
import { Network } from 'wasmlp';
import { DEFAULTS, networkOptions, RULES } from './settings.js';

/** @typedef {import('./settings.js').Settings} Settings */
/**
 * What a model file says about a network, with every default filled in.
 * @typedef {object} Options
 * @property {number} inputs
 * @property {string} loss
 * @property {number} seed
 * @property {{ type: string, learningRate: number }} optimizer
 * @property {{ units: number, activation: string }[]} layers
 */

/** The names that the page has for losses. @type {Record<string, Settings['loss']>} */
const LOSSES = {
  binaryCrossEntropy: 'crossEntropy',
  categoricalCrossEntropy: 'crossEntropy',
  meanSquaredError: 'squaredError',
};

/**
 * The settings that a network was made with. Batch size and points stay as they are: no file has them. Rejects where the network has
 * something that no setting makes, and names it: otherwise the page would show, train or restart another network than that one.
 * @param {Network} network
 * @param {Settings} settings
 * @returns {Promise<Settings>}
 */
export async function settingsOf(network, settings) {
  const options = optionsOf(network);
  const found = settingsIn(options, settings);
  const twin = await Network.create(networkOptions(found, 'js'));
  const offered = partsOf(optionsOf(twin));
  twin.dispose();
  for (const [where, part] of partsOf(options)) {
    const same = new Map(Object.entries(offered.get(where) ?? {}));
    for (const [name, value] of Object.entries(part)) {
      // How the weights began no longer matters.
      if (name === 'initializer' || value === same.get(name)) continue;
      const came = `${name} ${JSON.stringify(value)}${where}`;
      throw new RangeError(`The network has ${came}, which this page does not offer.`);
    }
  }
  return found;
}

/**
 * The options in the header of the network's safetensors file: 8 bytes of length, little-endian, then JSON. This saves the network anew,
 * because a file that was read may leave out defaults.
 * @param {Network} network
 * @returns {Options}
 */
function optionsOf(network) {
  const bytes = network.save();
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  return JSON.parse(header.__metadata__.network);
}

/**
 * @param {Options} options
 * @param {Settings} settings
 * @returns {Settings}
 */
function settingsIn({ inputs, layers, loss, optimizer, seed }, settings) {
  const shape = [inputs, ...layers.map(({ units }) => units)].join('-');
  const output = layers.at(-1);
  const isPoints = inputs === 2 && output?.units === 1 && output.activation === 'sigmoid';
  const isDigits = inputs === 64 && output?.units === 10 && output.activation === 'softmax';
  if (!isPoints && !isDigits) {
    const expected = '2 inputs and 1 sigmoid output, or 64 inputs and 10 softmax outputs';
    throw new RangeError(
      `The file holds a network ${shape} with a ${output?.activation} output. This page shows ${expected}.`,
    );
  }
  const hidden = layers.slice(0, -1);
  const activations = new Set(hidden.map(({ activation }) => activation));
  if (activations.size > 1) {
    const came = `The network has hidden layers of ${[...activations].join(' and ')}.`;
    throw new RangeError(`${came} This page offers one activation for all.`);
  }
  const [activation = settings.activation] = activations;
  const data = isDigits ? 'digits' : settings.data === 'digits' ? DEFAULTS.data : settings.data;
  const units = hidden.map((layer) => layer.units);
  return {
    data,
    layers: checked('layers', 'hidden layers', units, units.join('-')),
    activation: checked('activation', 'activation', /** @type {Settings['activation']} */ (activation)),
    loss: checked('loss', 'loss', LOSSES[loss] ?? /** @type {Settings['loss']} */ (loss)),
    optimizer: checked('optimizer', 'optimizer', /** @type {Settings['optimizer']} */ (optimizer.type)),
    rate: checked('rate', 'learning rate', optimizer.learningRate),
    batch: settings.batch,
    seed: checked('seed', 'seed', seed),
  };
}

/**
 * Returns a value that fits the rule of its setting, or throws.
 * @template {keyof Settings} K
 * @param {K} key
 * @param {string} title
 * @param {Settings[K]} value
 * @param {string} [text]
 * @returns {Settings[K]}
 */
function checked(key, title, value, text = `${value}`) {
  const { accepts, expected } = RULES[key];
  if (accepts(value)) return value;
  throw new RangeError(`The network has ${title} ${text}. This page offers ${expected}.`);
}

/**
 * The options of the network itself, of its optimizer and of its layers, by where they are.
 * @param {Options} options
 * @returns {Map<string, object>}
 */
function partsOf({ layers, optimizer, ...rest }) {
  return new Map([
    ['', { ...rest, ...optimizer }],
    ...layers.map((layer, i) => /** @type {[string, object]} */ ([` in layer ${i + 1}`, layer])),
  ]);
}
