/** Files that a command writes beside each other: refused before anything is computed where they would mix, or cannot be written. */
import path from 'node:path';
import type { Network } from 'wasmlp';
import type { Settings } from './defaults.js';
import { checkApart, checkWritable } from './files.js';
import { writeBytes, writerFor } from './model-file.js';
import { checkTable } from './table.js';
import { checkSettings } from './wishes.js';
import { WrongUse } from './wrong-use.js';

/** By option: `--report`. Undefined where it was not given; `-` is standard output. */
export type Outputs = Readonly<Record<string, string | undefined>>;

/**
 * Refuses what is wrong with the files and settings of a command that trains, before it reads its table. Returns what writes the network to
 * `-o`.
 */
export async function checkedWriter(
  outputs: Outputs & { readonly '-o': string },
  [table, test]: readonly [table: string, test: string | undefined],
  settings: Partial<Settings>,
): Promise<(network: Network) => Promise<void>> {
  checkNames(outputs);
  await checkTable(table);
  await checkInputsStay(outputs, [table, test]);
  await checkSettings(settings);
  const write = outputs['-o'] === '-' ? writeBytes : writerFor(outputs['-o']);
  await checkPlaces(outputs);
  return write;
}

/** Refuses two outputs of one name, and a page that is not called so. Looks at no file. */
function checkNames(outputs: Outputs): void {
  const given = Object.entries(outputs).filter((entry): entry is [string, string] => entry[1] !== undefined);
  for (const [i, [option, file]] of given.entries()) {
    const other = given.slice(0, i).find(([, earlier]) => path.resolve(earlier) === path.resolve(file));
    if (other !== undefined) {
      throw new WrongUse(`${other[0]} and ${option} both name ${JSON.stringify(other[1])}. Give two files.`);
    }
  }
  const page = outputs['--report'];
  if (page !== undefined && !/\.html?$/i.test(page)) {
    throw new WrongUse(`--report is ${JSON.stringify(page)}, expected the name of a page, such as report.html.`);
  }
}

/** Refuses outputs that are read. `inputs` may be `-` and undefined. */
async function checkInputsStay(outputs: Outputs, inputs: readonly (string | undefined)[]): Promise<void> {
  for (const [option, file] of Object.entries(outputs)) await checkApart(option, file, inputs);
}

/** Throws ERR_IO for a place that cannot be written. */
async function checkPlaces(outputs: Outputs): Promise<void> {
  for (const file of Object.values(outputs)) if (file !== undefined && file !== '-') await checkWritable(file);
}
