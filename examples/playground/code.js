/** Writes the network of the page as a program that uses wasmlp. Knows no page. */
import { EXTRAS } from './extras.js';
import { networkOptions } from './settings.js';
import { readingIn } from './table.js';

/** @typedef {import('./settings.js').Settings} Settings */

/** The package. A server that puts addresses into imports must not find one here. */
const PACKAGE = 'wasmlp';
/** More weights than this stay out of the program. */
const MOST_WEIGHTS = 100;

/**
 * @param {Settings} settings
 * @param {import('wasmlp').Network} network
 * @param {import('./table.js').Table} [table] What the points were before they were moved into the plane.
 * @param {readonly number[]} [example] Inputs and target of one of its points.
 */
export function codeOf(settings, network, table, example) {
  const { engine: _, ...options } = networkOptions(settings);
  const isDigits = settings.data === 'digits';
  const [row, given, inputs, targets] = isDigits
    ? [[], 'the 64 pixels of each picture from 0 to 1, and its digit', 'pictures', 'digits']
    : table === undefined
      ? [
          pointLines(settings),
          'your samples, as [x1, x2, target]',
          'samples.map(([x1, x2]) => row(x1, x2))',
          'samples.map(([, , target]) => target)',
        ]
      : [rowLines(settings, table), `the rows of the table, as ${asked(table)}`, ...OF_TABLE];
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
    ...(isDigits
      ? ['// console.log(network.predict(pictures[0]));']
      : table === undefined
        ? ['console.log(network.predict(row(0.5, -0.5)));']
        : questionLines(table, example)),
    '',
  ].join('\n');
}

/** How the rows of a table become what `fit` takes. */
const OF_TABLE = ['samples.map(([a, b]) => row(a, b))', 'samples.map(([, , last]) => targetOf(last))'];

/** How a point becomes a row of inputs. @param {Settings} settings */
function pointLines({ extra }) {
  return ['', '/** The inputs of a point. */', `const row = (x1, x2) => [${inputsOf(extra)}];`];
}

/** @param {Settings['extra']} extra */
function inputsOf(extra) {
  return ['x1', 'x2', ...extra.map((name) => EXTRAS[name].code)].join(', ');
}

/** How a row of a table becomes inputs and a target, and an answer what the table has. @param {Settings} settings @param {import('./table.js').Table} table */
function rowLines({ extra }, table) {
  const [ofA, ofB, ofTarget] = table.ends.map(([low, high], i) => {
    const moved = ['a', 'b', 'last'][i];
    return low === high ? '0' : `(2 * (${moved} - ${signed(low)})) / ${spanOf(low, high)} - 1`;
  });
  const [low, high] = table.ends[2] ?? [0, 0];
  const targets =
    ofTarget === undefined
      ? [
          `/** The target of a row: 0 for ${text(table.classes[0])}, 1 for ${text(table.classes[1])}. */`,
          `const targetOf = (last) => (String(last) === ${text(table.classes[1])} ? 1 : 0);`,
          '/** The class of an answer, which is how sure the network is of the second one. */',
          `const answerOf = (output) => (output > 0.5 ? ${text(table.classes[1])} : ${text(table.classes[0])});`,
        ]
      : [
          `/** The target of a row: the ${column(table, 2)} of the table, moved to -1 to 1. */`,
          `const targetOf = (last) => ${ofTarget};`,
          '/** An answer in the units of the table. */',
          `const answerOf = (output) => ${low} + ((output + 1) / 2) * ${spanOf(low, high)};`,
        ];
  return [
    '',
    `/** The inputs of a row: ${column(table, 0)} and ${column(table, 1)} of the table, moved to -1 to 1. */`,
    'const row = (a, b) => {',
    `  const x1 = ${ofA};`,
    `  const x2 = ${ofB};`,
    `  return [${inputsOf(extra)}];`,
    '};',
    ...targets,
  ];
}

/** A question in the units of the table, with what the table says of it. @param {import('./table.js').Table} table @param {readonly number[]} [example] */
function questionLines(table, example = [0, 0, 0]) {
  const [a, b] = [0, 1].map((i) => numberOf(table, i, example[i] ?? 0));
  const [, , target = 0] = example;
  const said = table.ends[2] === undefined ? text(table.classes[target]) : numberOf(table, 2, target);
  return [
    `// A row of the table, whose ${column(table, 2)} is ${said}:`,
    `console.log(answerOf(network.predict(row(${a}, ${b}))[0]));`,
  ];
}

/** A number of the table, without what is left of moving it there and back. @param {import('./table.js').Table} table @param {number} index @param {number} value */
function numberOf(table, index, value) {
  return Number(readingIn(table, index, value).replace('−', '-'));
}

/** A column for a comment. @param {import('./table.js').Table} table @param {number} index */
function column(table, index) {
  return table.names[index] ? commented(table.names[index]) : `column ${index + 1}`;
}

/** The columns of a table as a pattern for a comment. @param {import('./table.js').Table} table */
function asked(table) {
  return `[${[0, 1, 2].map((index) => column(table, index)).join(', ')}]`;
}

/** A word of the visitor's table as JavaScript. @param {string | undefined} word */
function text(word = '') {
  return `'${commented(word.replaceAll('\\', '\\\\').replaceAll("'", "\\'"))}'`;
}

/** Nothing in a table ends a comment or a line. @param {string} word */
function commented(word) {
  return word.replaceAll('*/', '* /').replace(/[\r\n\u2028\u2029]/g, ' ');
}

/** @param {number} low @param {number} high */
function spanOf(low, high) {
  return Number((high - low).toPrecision(9));
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
