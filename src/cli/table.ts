/** The options of every command that reads a table, and its rows from a file or from standard input. */
import { type CsvFormat, parseRows, type Rows } from 'wasmlp/csv';
import { readRows } from 'wasmlp/node';
import type { Values } from './args.js';
import { checkThere } from './files.js';
import { namingLines } from './lines.js';
import { countOf, sayLine } from './terminal.js';
import { flag, text, word } from './values.js';
import { WrongUse } from './wrong-use.js';

export const TABLE_OPTIONS = {
  delimiter: {
    ...text('<char>', 'what stands between cells: , ; | or tab. Default: found out'),
    read: (where: string, given: string): string => {
      if (/^(tab|\\t|\t)$/i.test(given)) return '\t';
      if (/^[,;|:]$/.test(given)) return given;
      throw new WrongUse(`${where} is ${JSON.stringify(given)}, expected one of , ; | : or tab, in quotes.`);
    },
  },
  decimal: word(['.', ','] as const, 'what stands before decimals: with , the cell 3,5 is 3.5. Default .'),
  missing: word(['keep', 'skip'] as const, 'skip leaves rows with blank cells out. Default keep'),
  encoding: text('<name>', 'such as latin1. Default utf-8'),
  'no-header': flag('the first row has data; columns are called 0, 1, 2, ...'),
} as const;

export type TableValues = Values<typeof TABLE_OPTIONS>;

/** What the options say, as readers of CSV take it. */
export function formatOf(values: TableValues): CsvFormat {
  const { delimiter, decimal, missing, encoding } = values;
  return {
    ...(delimiter !== undefined && { delimiter }),
    ...(decimal !== undefined && { decimal }),
    ...(missing !== undefined && { missing }),
    ...(encoding !== undefined && { encoding }),
    ...(values['no-header'] === true && { header: false }),
  };
}

/** Refuses a file that is a model by its name, and one that is not there. Throws WrongUse and ERR_IO. */
export async function checkTable(path: string): Promise<void> {
  if (path === '-') return;
  if (/\.(safetensors|onnx|m?js)$/i.test(path)) {
    throw new WrongUse(`${JSON.stringify(path)} is a model, expected a table as CSV.`);
  }
  await checkThere(path);
}

/** All rows of a file, or of standard input for `-`. */
export async function rowsOf(path: string, values: TableValues): Promise<Rows> {
  await checkTable(path);
  const format = formatOf(values);
  const rows =
    path === '-'
      ? await parseRows(standardInput(), format)
      : await namingLines({ path, format }, () => readRows(path, format));
  if (rows.skipped !== undefined) {
    sayLine(process.stderr, `${countOf(rows.skipped, 'row')} of ${nameOf(path)} with blank cells left out.`);
  }
  return rows;
}

export function nameOf(path: string): string {
  return path === '-' ? 'standard input' : path;
}

/** Standard input, with a word to who sits in front of a terminal that waits. */
export function standardInput(): AsyncIterable<Uint8Array> {
  if (process.stdin.isTTY) process.stderr.write('Reading a table from the terminal, up to Ctrl-D.\n');
  return process.stdin;
}
