/** `wasmlp predict`: the rows of a table with the answers of a network, a block at a time, whatever the length of the table. */
import type { Network, Row } from 'wasmlp';
import { Cells } from '../columns/rows.js';
import { resolveRows } from '../csv/options.js';
import { hadQuotes } from '../csv/records.js';
import { type CellBlock, readCells } from '../csv/rows.js';
import { openSource } from '../csv/source.js';
import { float32 } from '../foundation/memory.js';
import { bytesOf, originOf } from '../node/csv/file.js';
import { answerNames, answerWriter, type WriteAnswer } from './answers.js';
import type { Arguments } from './args.js';
import { command } from './command.js';
import { CsvText } from './csv-text.js';
import { checkApart } from './files.js';
import { checkInputs } from './lacking.js';
import { withLine } from './lines.js';
import { networkIn } from './model-file.js';
import { openOutput } from './output.js';
import { inputColumns, numberIn } from './plain.js';
import { checkTable, formatOf, standardInput, TABLE_OPTIONS } from './table.js';
import { countOf, sayLine } from './terminal.js';
import { checkThreshold, THRESHOLD } from './threshold.js';
import { UnknownValues } from './unknown.js';
import { text } from './values.js';

const OPTIONS = {
  output: text('<file.csv>', 'where the answers go. Default standard output', 'o'),
  threshold: THRESHOLD,
  target: text('<column>', 'a column that is no input, for a model that takes plain numbers', 't'),
  ignore: text('<columns>', 'more of them, with commas between them'),
  ...TABLE_OPTIONS,
};

export const predict = command({
  name: 'predict',
  operands: ['<model>', '[<table.csv>]'],
  summary: 'Writes the rows of a table with the answers of a saved network.',
  details:
    'The table is a CSV file, or standard input. Its columns stay as they are. Behind them comes "predicted", and for classes ' +
    'a column p(label) for the probability of each. Columns that the model does not know do not matter. Standard error counts ' +
    'the cells with values that it was not trained on.',
  options: OPTIONS,
  examples: [
    'npx wasmlp predict model.safetensors new.csv > answers.csv',
    'cat new.csv | npx wasmlp predict model.safetensors - | head',
    'npx wasmlp predict model.safetensors new.csv --threshold 0.3 -o answers.csv',
  ],
  run,
});

async function run({ operands, values }: Arguments<typeof OPTIONS>): Promise<void> {
  const [model, table = '-'] = operands as [string, string | undefined];
  await checkApart('-o', values.output, [model, table]);
  const network = await networkIn(model);
  checkThreshold(network, values.threshold);
  await checkTable(table);
  const spec = resolveRows('predict', formatOf(values));
  const blocks =
    table === '-'
      ? readCells({ call: 'predict', name: 'standard input' }, inputPieces(), spec)
      : readCells(originOf('predict', table), bytesOf('predict', table), spec);
  const output = await openOutput(values.output);
  try {
    let ask: ((block: CellBlock) => Float32Array) | undefined;
    let write: WriteAnswer = () => '';
    let csv = new CsvText(',');
    const unknown = new UnknownValues(network.columns ?? {});
    let skipped = 0;
    for await (const block of blocks) {
      skipped = block.skipped;
      if (ask === undefined) {
        ask = asker(network, block.columns, values);
        csv = new CsvText(block.delimiter);
        const { delimiter } = block;
        write = answerWriter(network, { delimiter, decimal: spec.decimal, threshold: values.threshold ?? 0.5 });
        await output.write(`${csv.row([...block.names, ...unused(answerNames(network), block.names)])}\n`);
      }
      if (block.rows.length === 0) continue;
      const outputs = ask(block);
      unknown.add(block.rows.length, cellsOf(block));
      const width = network.outputs;
      let lines = '';
      for (let row = 0; row < block.given.length; row++) {
        const cells = block.given[row] as readonly string[];
        const given = hadQuotes(cells) ? csv.row(cells) : cells.join(block.delimiter);
        lines += `${given}${block.delimiter}${write(outputs, row * width)}\n`;
      }
      await output.write(lines);
    }
    await output.close();
    if (skipped > 0) process.stderr.write(`${countOf(skipped, 'row')} with blank cells left out.\n`);
    if (unknown.text !== undefined) sayLine(process.stderr, unknown.text);
  } catch (error) {
    await output.discard();
    throw await withLine(error, { path: table, format: formatOf(values) });
  }
}

/** What reads the cells of a column, by the place of a row in the block. */
function cellsOf({ columns, rows }: CellBlock): (column: string) => (row: number) => unknown {
  return (column) => {
    const place = columns.indexOf(column);
    return (row) => rows[row]?.[place];
  };
}

function inputPieces(): AsyncIterable<unknown> {
  const { pieces } = openSource('predict', standardInput());
  return pieces({ call: 'predict', name: 'standard input' });
}

/** Names for the answers that the table does not have yet. */
function unused(names: readonly string[], taken: readonly string[]): string[] {
  return names.map((name) => {
    let free = name;
    for (let i = 2; taken.includes(free); i++) free = `${name}.${i}`;
    return free;
  });
}

/** A function that gives the outputs for the rows of a block, end to end. */
function asker(
  network: Network,
  names: readonly string[],
  { target, ignore }: Arguments<typeof OPTIONS>['values'],
): (block: CellBlock) => Float32Array {
  let outputs = float32(0);
  const into = (rows: number): Float32Array => {
    if (outputs.length !== rows * network.outputs) outputs = float32(rows * network.outputs);
    return outputs;
  };
  if (network.columns !== undefined) {
    checkInputs('predict', Object.keys(network.columns), names);
    return (block) => {
      const rows = new Cells(names, block.rows) as unknown as readonly Row[];
      try {
        return network.predict(rows, { into: into(block.rows.length) });
      } catch (error) {
        throw inTable(error as Error & { row?: number }, block);
      }
    };
  }
  const columns = inputColumns('predict', names, network, { target, ignore });
  const places = columns.map((column) => names.indexOf(column));
  return (block) => {
    const numbers = float32(block.rows.length * places.length);
    let at = 0;
    for (const [row, cells] of block.rows.entries()) {
      for (const [i, place] of places.entries()) {
        numbers[at++] = numberIn('predict', cells[place], rowOf(block, row), columns[i] as string);
      }
    }
    return network.predict(numbers, { into: into(block.rows.length) });
  };
}

/** An error that names a row of the block names that of the table. */
function inTable(error: Error & { row?: number }, block: CellBlock): Error {
  const { row } = error;
  if (row !== undefined) error.message = error.message.replace(`row ${row} `, `row ${rowOf(block, row)} `);
  return error;
}

function rowOf({ numbers, at }: CellBlock, row: number): number {
  return numbers?.[row] ?? at + row;
}
