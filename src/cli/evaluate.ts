/** `wasmlp evaluate`: how good a saved network is on the rows of a table. */
import type { Network, Report, Row } from 'wasmlp';
import type { Arguments } from './args.js';
import { command } from './command.js';
import { networkIn } from './model-file.js';
import { inputColumns, numbersIn, targetsIn } from './plain.js';
import { nameOf, rowsOf, TABLE_OPTIONS } from './table.js';
import { countOf, styler } from './terminal.js';
import { answersYesOrNo, THRESHOLD } from './threshold.js';
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
    const report = judged(network, rows, values);
    const { threshold } = values;
    if (values.json) {
      const answer = { model, rows: rows.length, report, ...(threshold !== undefined && { threshold }) };
      process.stdout.write(`${JSON.stringify(answer)}\n`);
      return;
    }
    const head = styler(process.stdout)('bold', `On the ${countOf(rows.length, 'row')} of ${nameOf(table)}:`);
    process.stdout.write(`${head}\n${report}\n`);
  },
});

/** Asks a network that knows its columns, or one that takes plain numbers. */
function judged(network: Network, rows: readonly Row[], { target, ignore, threshold }: Values): Report {
  const options = threshold === undefined ? {} : { threshold };
  if (network.columns !== undefined && network.target !== undefined) return network.report(rows, undefined, options);
  const names = Object.keys(rows[0] ?? {});
  const [column] = target === undefined ? [] : columnsIn('--target', target, names);
  if (column === undefined) {
    throw new WrongUse('--target is missing: this model does not know the column to compare its answers with.');
  }
  const truth = targetsIn('evaluate', network, rows, column);
  if (network.columns !== undefined) return network.report(rows, truth, options);
  const inputs = numbersIn('evaluate', rows, inputColumns('evaluate', names, network, { target, ignore }));
  return network.report(inputs, truth, options);
}
