/** Finds the settings that the network of a file was made with, or says why the page cannot show it. Knows no page. */
import { Network } from 'wasmlp';
import { defaultsOf, hasValues, networkOptions, RULES } from './settings.js';

/** @typedef {import('./settings.js').Settings} Settings */
/**
 * What a model file says about a network, with every default filled in.
 * @typedef {object} Options
 * @property {number} inputs
 * @property {string} loss
 * @property {number} seed
 * @property {{ type: string, learningRate: number }} optimizer
 * @property {{ units: number, activation: string, l2?: number }[]} layers
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
  const kind = kindOf(inputs, layers, settings);
  const hidden = layers.slice(0, -1);
  const activations = new Set(hidden.map(({ activation }) => activation));
  if (activations.size > 1) {
    const came = `The network has hidden layers of ${[...activations].join(' and ')}.`;
    throw new RangeError(`${came} This page offers one activation for all.`);
  }
  const [activation = settings.activation] = activations;
  const units = hidden.map((layer) => layer.units);
  const data = hasKind(settings, kind) ? settings.data : BEGINNING[kind];
  const isSame = data === settings.data;
  return {
    ...defaultsOf(data),
    data,
    layers: checked('layers', 'hidden layers', units, units.join('-')),
    activation: checked('activation', 'activation', /** @type {Settings['activation']} */ (activation)),
    loss: checked('loss', 'loss', LOSSES[loss] ?? /** @type {Settings['loss']} */ (loss)),
    optimizer: checked('optimizer', 'optimizer', /** @type {Settings['optimizer']} */ (optimizer.type)),
    rate: checked('rate', 'learning rate', optimizer.learningRate),
    batch: settings.batch,
    l2: checked('l2', 'l2', layers[0]?.l2 ?? 0),
    ...(isSame && { noise: settings.noise, share: settings.share }),
    extra: kind !== 'digits' && inputs > 2 ? settings.extra : [],
    seed: checked('seed', 'seed', seed),
  };
}

/** What a network answers, and the data that the page begins with then. */
const BEGINNING = /** @type {const} */ ({ classes: 'moons', values: 'plane', digits: 'digits' });

/** @param {Settings} settings @param {keyof typeof BEGINNING} kind */
function hasKind(settings, kind) {
  return kind === (settings.data === 'digits' ? 'digits' : hasValues(settings) ? 'values' : 'classes');
}

/**
 * What the network of a file answers. Throws where the page cannot show it.
 * @param {number} inputs
 * @param {Options['layers']} layers
 * @param {Settings} settings
 * @returns {keyof typeof BEGINNING}
 */
function kindOf(inputs, layers, { extra }) {
  const output = layers.at(-1);
  if (inputs === 64 && output?.units === 10 && output.activation === 'softmax') return 'digits';
  const isPoints = inputs === 2 || inputs === 2 + extra.length;
  if (isPoints && output?.units === 1 && output.activation === 'sigmoid') return 'classes';
  if (isPoints && output?.units === 1 && output.activation === 'linear') return 'values';
  const shape = [inputs, ...layers.map(({ units }) => units)].join('-');
  const came = `The file holds a network ${shape} with a ${output?.activation} output.`;
  const expected =
    '2 inputs (and the extra inputs that are chosen) and 1 sigmoid or linear output, or 64 inputs and 10 softmax outputs';
  throw new RangeError(`${came} This page shows ${expected}.`);
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
