/** Numbers that are written in another way, and texts among numbers: what is asked about, not guessed. Knows one column at a time. */
import { COUNTED, codedError, counted, describe } from '../../foundation/errors.js';
import { isNumber } from '../cells.js';
import { type Notation, plainDecimal, plainNumber, pointed, signIn } from '../notations.js';
import type { Row } from '../types.js';
import type { Fault } from './decision.js';
import { type Profile, rowOf } from './profile.js';
import { chooseValues } from './values.js';

/** The part of a column that has to be numbers before the rest is a mistake. */
const NEARLY_ALL = 0.9;

/** Numbers and texts of few values are a category, as 0, 1, 2, 3+; but a text in 1% of the cells or less is a mistake. */
const FEW_VALUES = 20;
const MISTAKES = 0.01;

/**
 * What a notation is, and the mend with the number of this cell. `sign` is what it has besides, as `€`: no option of a reader takes it away. The
 * first that a column has decides: `3,5` tells what `1,234` is beside it.
 */
const NOTATIONS: Readonly<Record<Notation, (text: string, sign: string | undefined) => readonly [string, string]>> = {
  decimalComma: (text, sign) => {
    const isPlain = pointed(text) !== text;
    const besides = sign === undefined ? 'signs between its digits' : describe(sign);
    const mend = `and write it without other signs, as ${plainNumber(text, ',')}`;
    return [
      `a number with a decimal comma${isPlain ? '' : ` and ${besides}`}`,
      `Read the file with decimal: ',', ${isPlain ? 'or replace the commas by points' : mend}`,
    ];
  },
  groups: (text, sign) => [
    `a number with signs ${sign === undefined ? '' : 'around and '}between its digits`,
    `Write it without them, as ${plainNumber(text, '.')}`,
  ],
  either: (text, sign) => {
    const comma = 'a comma that may be a decimal point or part a group of three digits';
    const [point, whole] = [plainDecimal(text), plainNumber(text, '.')];
    return sign === undefined
      ? [`a number with ${comma}`, `If it is ${point}, read the file with decimal: ','; if not, write it as ${whole}`]
      : [`a number with ${describe(sign)} and ${comma}`, `Write it as ${whole}, or as ${point} if that is what it is`];
  },
  signs: (text) => ['a number with other signs', `Write it without them, as ${plainNumber(text, '.')}`],
};

/** Whether the column is one of numbers that nobody can read as they are; undefined where it is not. */
export function faultOf(profile: Profile): Fault | undefined {
  const { name: column, values, filled, looks } = profile;
  const { numbers, written, unknown, notations, other } = looks;
  const cells = filled - unknown;
  if (cells === 0 || numbers + written < NEARLY_ALL * cells) return undefined;
  for (const notation of Object.keys(NOTATIONS) as Notation[]) {
    const text = notations.get(notation);
    if (text === undefined) continue;
    const [problem, mend] = NOTATIONS[notation](text, signIn(text));
    return { column, text, problem, mend };
  }
  const isCategory = values.size <= FEW_VALUES && cells - numbers > MISTAKES * cells && isShared(profile);
  if (other === undefined || isCategory) return undefined;
  const part = numbers === cells - 1 ? 'all other cells' : `${numbers} other cells`;
  const problem = `no number that float32 can hold, where ${part} are numbers`;
  return { column, text: other, problem, mend: 'Correct it, leave it blank, or leave the row out' };
}

/** Whether nearly all cells have a value that others have too. */
function isShared({ values }: Profile): boolean {
  return chooseValues(values, FEW_VALUES).covered >= NEARLY_ALL;
}

/** Faults that a message names. */
const NAMED = 3;

/** The error for these columns, with row, column, value and mend: ERR_INVALID_TYPE, or ERR_NON_FINITE for a number that float32 cannot hold. */
export function faultError(rows: readonly Row[], faults: readonly Fault[], targets: ReadonlySet<string>): Error {
  const [first, ...rest] = faults as readonly [Fault, ...Fault[]];
  const row = rowOf(rows, first.column, first.text);
  const place = `inferColumns: row ${row}, column ${describe(first.column)}`;
  const more = rest.length === 0 ? '' : ` So ${rest.length === 1 ? 'is' : 'are'} ${listed(rest)}.`;
  const ignorable = faults.filter(({ column }) => !targets.has(column));
  const shown = ignorable.slice(0, NAMED).map(({ column }) => describe(column));
  const names = `${shown.join(', ')}${ignorable.length > NAMED ? ', …' : ''}`;
  const without =
    ignorable.length === 0
      ? ''
      : ` To do without the column${ignorable.length === 1 ? '' : 's'}, set ignore: [${names}].`;
  const came = `${place} is ${describe(first.text)}, ${first.problem}.${more}`;
  const code = isNumber(first.text) || /^[+-]?infinity$/i.test(first.text) ? 'ERR_NON_FINITE' : 'ERR_INVALID_TYPE';
  return codedError(code, `${came} ${first.mend}.${without} ${COUNTED}`);
}

function listed(faults: readonly Fault[]): string {
  const shown = faults.slice(0, NAMED).map(({ column, text }) => `${describe(text)} in column ${describe(column)}`);
  const rest = faults.length - shown.length;
  return `${shown.join(', ')}${rest === 0 ? '' : ` and cells of ${counted(rest, 'more column')}`}`;
}
