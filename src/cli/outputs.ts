/** Files that a command writes beside each other: refused before anything is computed where they would mix, or cannot be written. */
import path from 'node:path';
import { checkApart, checkWritable } from './files.js';
import { WrongUse } from './wrong-use.js';

/** By option: `--report`. Undefined where it was not given; `-` is standard output. */
export type Outputs = Readonly<Record<string, string | undefined>>;

/** Refuses two outputs of one name, and a page that is not called so. Looks at no file. */
export function checkNames(outputs: Outputs): void {
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
export async function checkInputsStay(outputs: Outputs, inputs: readonly (string | undefined)[]): Promise<void> {
  for (const [option, file] of Object.entries(outputs)) await checkApart(option, file, inputs);
}

/** Throws ERR_IO for a place that cannot be written. */
export async function checkPlaces(outputs: Outputs): Promise<void> {
  for (const file of Object.values(outputs)) if (file !== undefined && file !== '-') await checkWritable(file);
}
