/** `wasmlp evaluate`: how good a saved network is on the rows of a table. */
import type { Network, Report, Row } from 'wasmlp';
import { codedError } from '../foundation/errors.js';
import type { Arguments } from './args.js';
import { command } from './command.js';
import { checkAnswers, checkInputs, hasTarget } from './lacking.js';
import { namingLines } from './lines.js';
import { networkIn } from './model-file.js';
import { inputColumns, numbersIn, targetsIn } from './plain.js';
import { reportText } from './report-text.js';
import { formatOf, nameOf, rowsOf, TABLE_OPTIONS } from './table.js';
import { countOf, sayLine, styler } from './terminal.js';
import { checkThreshold, THRESHOLD } from './threshold.js';
import { UnknownValues } from './unknown.js';
import { columnsIn, flag, text } from './values.js';
import { renumbered } from './words.js';
import { WrongUse } from './wrong-use.js';

const OPTIONS = {
  target: text('<column>', 'the column with the right answers, for a model that does not know it', 't'),
  ignore: text('<columns>', 'columns that are no inputs, for a model that takes plain numbers'),
  threshold: THRESHOLD,
  json: flag('prints one line for programs, and nothing else'),
  ...TABLE_OPTIONS,
};

type Values = Arguments<typeof OPTIONS>['values'];

export const evaluate = command({
  name: 'evaluate',
  operands: ['<model>', '<table.csv>'],
  summary: 'Says how good a saved network is on the rows of a table.',
  details:
    'The table, or - for standard input, has the columns that the network was trained on, and the right answers.',
  options: OPTIONS,
  examples: [
    'npx wasmlp evaluate model.safetensors new.csv',
    'npx wasmlp evaluate model.safetensors new.csv --threshold 0.3 --json',
  ],
  async run({ operands, values }) {
    const [model, table] = operands as [string, string];
    const network = await networkIn(model);
    checkThreshold(network, values.threshold);
    const target = otherTarget(network, values.target);
    const all = await rowsOf(table, values);
    const answers = answersIn(network, Object.keys(all[0] ?? {}), target);
    const rows = answered(all, answers, network.labels);
    const place = { path: table, format: formatOf(values), skipped: all.skipped };
    const report = await namingLines(place, () => reportOf(network, all, rows, answers, values));
    const unknown = new UnknownValues(network.columns ?? {});
    unknown.add(rows.length, (column) => (row) => rows[row]?.[column]);
    if (unknown.text !== undefined) sayLine(process.stderr, unknown.text);
    const { threshold } = values;
    if (values.json) {
      const answer = { model, rows: rows.length, report, ...(threshold !== undefined && { threshold }) };
      process.stdout.write(`${JSON.stringify(answer)}\n`);
      return;
    }
    const head = styler(process.stdout)('bold', `On the ${countOf(rows.length, 'row')} of ${nameOf(table)}:`);
    process.stdout.write(`${head}\n${reportText(report, answers)}\n`);
  },
});

/** The column that the caller names, where the model does not know its own. Throws WrongUse where nobody knows one. */
function otherTarget({ columns, target }: Network, given: string | undefined): string | undefined {
  if (columns !== undefined && target !== undefined) return undefined;
  if (given !== undefined) return given;
  throw new WrongUse('--target is missing: this model does not know the column to compare its answers with.');
}

/** The columns with the answers: the `other`, or those of the model. Throws where the table lacks what the model needs. */
function answersIn(network: Network, names: readonly string[], other: string | undefined): readonly string[] {
  if (network.columns !== undefined) checkInputs('evaluate', Object.keys(network.columns), names);
  if (other !== undefined) return columnsIn('--target', other, names).slice(0, 1);
  const targets = [network.target ?? []].flat();
  checkAnswers('evaluate', targets, names);
  return targets;
}

/** The rows that have their answers. The others are counted on standard error, as `train` does. Throws ERR_MISSING where all lack them. */
function answered(
  all: readonly Row[],
  targets: readonly string[],
  labels: readonly string[] | undefined,
): readonly Row[] {
  const rows = all.filter((row) => hasTarget(row, targets, labels));
  if (rows.length === all.length) return all;
  const names = targets.join(', ');
  if (rows.length === 0) {
    const came = `evaluate: all ${countOf(all.length, 'row')} lack ${names}`;
    throw codedError('ERR_MISSING', `${came}, expected answers to compare with. For answers, use predict.`);
  }
  sayLine(process.stderr, `${countOf(all.length - rows.length, 'row')} without ${names} left out.`);
  return rows;
}

/** Asks a network that knows its columns, or one that takes plain numbers. */
function judged(
  network: Network,
  rows: readonly Row[],
  answers: readonly string[],
  { ignore, threshold }: Values,
): Report {
  const options = threshold === undefined ? {} : { threshold };
  if (network.columns !== undefined && network.target !== undefined) return network.report(rows, undefined, options);
  const [target] = answers as [string];
  const truth = targetsIn('evaluate', network, rows, target);
  if (network.columns !== undefined) return network.report(rows, truth, options);
  const columns = inputColumns('evaluate', Object.keys(rows[0] ?? {}), network, { target, ignore });
  return network.report(numbersIn('evaluate', rows, columns), truth, options);
}

/** The report. Its errors name the rows of the whole table. */
function reportOf(
  network: Network,
  all: readonly Row[],
  rows: readonly Row[],
  answers: readonly string[],
  values: Values,
): Report {
  try {
    return judged(network, rows, answers, values);
  } catch (error) {
    throw renumbered(error, (row) => all.indexOf(rows[row] as Row));
  }
}
