/** Writes the network of the page as a program that uses wasmlp. Knows no page. */
import { EXTRAS } from './extras.js';
import { networkOptions } from './settings.js';

/** @typedef {import('./settings.js').Settings} Settings */

/** More weights than this stay out of the program. */
const MOST_WEIGHTS = 100;

/**
 * @param {Settings} settings
 * @param {import('wasmlp').Network} network
 */
export function codeOf(settings, network) {
  const { engine: _, ...options } = networkOptions(settings);
  const isDigits = settings.data === 'digits';
  const fit = `{ epochs: ${Math.max(1, network.epochs)}, batchSize: ${settings.batch}, validation: ${(100 - settings.share) / 100} }`;
  return [
    "import { Network } from 'wasmlp';",
    '',
    `const network = await Network.create(${literal(options)});`,
    ...(isDigits ? [] : ['', ...rowLines(settings)]),
    '',
    ...trainingLines(isDigits, fit),
    ...weightLines(network),
    '',
  ].join('\n');
}

/** How a point becomes a row of inputs. @param {Settings} settings */
function rowLines({ extra }) {
  const inputs = ['x1', 'x2', ...extra.map((name) => EXTRAS[name].code)];
  return ['/** The inputs of a point. */', `const row = (x1, x2) => [${inputs.join(', ')}];`];
}

/** @param {boolean} isDigits @param {string} fit */
function trainingLines(isDigits, fit) {
  const [inputs, targets, question] = isDigits
    ? ['pictures', 'digits', 'pictures[0]']
    : ['points.map(([x1, x2]) => row(x1, x2))', 'points.map(([, , target]) => target)', 'row(0.5, -0.5)'];
  const given = isDigits ? '64 pixels of each, and the digit' : 'your samples, as [x1, x2, target]';
  return [`// To train it: ${given}.`, `// await network.fit(${inputs}, ${targets}, ${fit});`].concat(
    isDigits ? [`// console.log(network.predict(${question}));`] : [`console.log(network.predict(${question}));`],
  );
}

/** The weights, put before the first question. @param {import('wasmlp').Network} network */
function weightLines(network) {
  if (network.parameterCount > MOST_WEIGHTS) return [];
  const lines = network.layers.map((_, layer) => {
    const { weights, biases } = network.getParameters(layer);
    const list = (/** @type {Float32Array} */ values) => `[${[...values].join(', ')}]`;
    return `network.setParameters(${layer}, { weights: ${list(weights)}, biases: ${list(biases)} });`;
  });
  return [
    '',
    '// Or with the weights that it has in the page:',
    ...lines,
    'console.log(network.predict(row(0.5, -0.5)));',
  ];
}

/** A value as JavaScript, with names that need no quotes. @param {unknown} value */
function literal(value) {
  return JSON.stringify(value, null, 2)
    .replace(/"(\w+)":/g, '$1:')
    .replaceAll('"', "'");
}
