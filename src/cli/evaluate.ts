/** `wasmlp evaluate`: how good a saved network is on the rows of a table. */
import type { Network, Report, Row } from 'wasmlp';
import type { Arguments } from './args.js';
import { command } from './command.js';
import { networkIn } from './model-file.js';
import { inputColumns, numbersIn, targetsIn } from './plain.js';
import { nameOf, rowsOf, TABLE_OPTIONS } from './table.js';
import { countOf, styler } from './terminal.js';
import { answersYesOrNo, figuresAt, positiveOf, THRESHOLD, thresholdText } from './threshold.js';
import { columnsIn, flag, text } from './values.js';
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
    if (values.threshold !== undefined && !answersYesOrNo(network)) {
      throw new WrongUse('--threshold is for a network that tells two classes apart, which this one does not.');
    }
    const rows = await rowsOf(table, values);
    const { report, threshold } = judged(network, rows, values);
    if (values.json) {
      const answer = { model, rows: rows.length, report, ...(threshold !== undefined && { threshold }) };
      process.stdout.write(`${JSON.stringify(answer)}\n`);
      return;
    }
    const head = styler(process.stdout)('bold', `On the ${countOf(rows.length, 'row')} of ${nameOf(table)}:`);
    process.stdout.write(`${head}\n${report}\n`);
    if (threshold !== undefined) process.stdout.write(`\n${thresholdText(threshold)}\n`);
  },
});

function judged(network: Network, rows: readonly Row[], values: Values) {
  const { report, predict, truth } = asked(network, rows, values);
  if (values.threshold === undefined) return { report };
  const label = positiveOf(network);
  const answers = { probabilities: predict(), positives: truth.map((cell) => String(cell) === label) };
  return { report, threshold: figuresAt(values.threshold, label, answers) };
}

/** Asks a network that knows its columns, or one that takes plain numbers. */
function asked(
  network: Network,
  rows: readonly Row[],
  { target, ignore }: Values,
): { report: Report; predict: () => number[]; truth: readonly (string | number)[] } {
  const names = Object.keys(rows[0] ?? {});
  if (network.columns !== undefined && network.target !== undefined) {
    const column = [network.target].flat()[0] as string;
    return {
      report: network.report(rows),
      predict: () => network.predict(rows).map(([p]) => p as number),
      truth: rows.map((row) => String(row[column] ?? '').trim()),
    };
  }
  const [column] = target === undefined ? [] : columnsIn('--target', target, names);
  if (column === undefined) {
    throw new WrongUse('--target is missing: this model does not know the column to compare its answers with.');
  }
  const truth = targetsIn('evaluate', network, rows, column);
  if (network.columns !== undefined) {
    const predict = (): number[] => network.predict(rows).map(([p]) => p as number);
    return { report: network.report(rows, truth), predict, truth };
  }
  const inputs = numbersIn('evaluate', rows, inputColumns('evaluate', names, network, { target, ignore }));
  const predict = (): number[] => network.predict(inputs).map(([p]) => p as number);
  return { report: network.report(inputs, truth), predict, truth };
}
