/** Writes the network of the page as a program that uses wasmlp. Knows no page. */
import { EXTRAS } from './extras.js';
import { networkOptions } from './settings.js';

/** @typedef {import('./settings.js').Settings} Settings */

/** The package. A server that puts addresses into imports must not find one here. */
const PACKAGE = 'wasmlp';
/** More weights than this stay out of the program. */
const MOST_WEIGHTS = 100;

/**
 * @param {Settings} settings
 * @param {import('wasmlp').Network} network
 * @param {import('./table.js').Table} [table] What the points were before they were moved into the plane.
 */
export function codeOf(settings, network, table) {
  const { engine: _, ...options } = networkOptions(settings);
  const isDigits = settings.data === 'digits';
  const [row, given, inputs, targets, question] = isDigits
    ? [[], 'the 64 pixels of each picture from 0 to 1, and its digit', 'pictures', 'digits', 'pictures[0]']
    : [
        rowLines(settings, table),
        'your samples, as [x1, x2, target]',
        'samples.map(([x1, x2]) => row(x1, x2))',
        'samples.map(([, , target]) => target)',
        'row(0.5, -0.5)',
      ];
  const fit = `{ epochs: ${Math.max(1, network.epochs)}, batchSize: ${settings.batch}, validation: ${(100 - settings.share) / 100} }`;
  return [
    `import { Network } from '${PACKAGE}';`,
    '',
    `const network = await Network.create(${literal(options)});`,
    ...row,
    '',
    `// To train it, ${given}:`,
    `// await network.fit(${inputs}, ${targets}, ${fit});`,
    ...weightLines(network),
    ...(isDigits ? [`// console.log(network.predict(${question}));`] : [`console.log(network.predict(${question}));`]),
    '',
  ].join('\n');
}

/** How a point becomes a row of inputs. @param {Settings} settings @param {import('./table.js').Table} [table] */
function rowLines({ extra }, table) {
  const inputs = ['x1', 'x2', ...extra.map((name) => EXTRAS[name].code)];
  if (table !== undefined) {
    const moved = table.ends.slice(0, 2).map(([low, high], i) => {
      const inTable = i === 0 ? 'a' : 'b';
      const code =
        low === high ? '0' : `(2 * (${inTable} - ${signed(low)})) / ${Number((high - low).toPrecision(9))} - 1`;
      return `  const x${i + 1} = ${code};`;
    });
    const told = '/** The inputs of a point: both columns of the table, moved to -1 to 1. */';
    return ['', told, 'const row = (a, b) => {', ...moved, `  return [${inputs.join(', ')}];`, '};'];
  }
  return ['', '/** The inputs of a point. */', `const row = (x1, x2) => [${inputs.join(', ')}];`];
}

/** @param {number} value */
function signed(value) {
  return value < 0 ? `(${value})` : `${value}`;
}

/** The weights that the network has now. @param {import('wasmlp').Network} network */
function weightLines(network) {
  if (network.parameterCount > MOST_WEIGHTS) return [];
  const lines = network.layers.map((_, layer) => {
    const { weights, biases } = network.getParameters(layer);
    const list = (/** @type {Float32Array} */ values) => `[${[...values].join(', ')}]`;
    return `network.setParameters(${layer}, { weights: ${list(weights)}, biases: ${list(biases)} });`;
  });
  return ['', '// Or with the weights that it has in the page:', ...lines];
}

/** A value as JavaScript, with names that need no quotes. @param {unknown} value */
function literal(value) {
  return JSON.stringify(value, null, 2)
    .replace(/"(\w+)":/g, '$1:')
    .replaceAll('"', "'");
}
