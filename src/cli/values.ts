/** How the text of an option becomes its value: numbers, words of a list, names of columns. Each kind refuses what it is not. */
import { suggest } from '../foundation/spelling.js';
import type { Option } from './args.js';
import { columnsShown, delimiterHint, nearestName } from './nearest.js';
import { WrongUse } from './wrong-use.js';

/** An option without a value. */
export function flag(help: string, short?: string): Option<true> {
  return { help, ...(short !== undefined && { short }), read: () => true };
}

export function text(value: string, help: string, short?: string): Option<string> {
  return {
    value,
    help,
    ...(short !== undefined && { short }),
    read: (where, given) => {
      if (given === '') throw new WrongUse(`${where} is empty, expected ${value}.`);
      return given;
    },
  };
}

/** One of some words. */
export function word<W extends string>(words: readonly W[], help: string): Option<W> {
  return {
    value: words.length > 3 ? '<name>' : words.join('|'),
    help,
    read: (where, given) => {
      const found = words.find((known) => known === given);
      if (found !== undefined) return found;
      const nearest = suggest(given, words);
      throw new WrongUse(
        `${where} is ${JSON.stringify(given)}, expected one of ${words.join(', ')}. ${nearest}`.trim(),
      );
    },
  };
}

/** A number that `allowed` accepts; `expected` describes such numbers. */
export function number(
  value: string,
  expected: string,
  allowed: (number: number) => boolean,
  help: string,
): Option<number> {
  return { value, help, read: (where, given) => readNumber(where, given, expected, allowed) };
}

export function integer(value: string, low: number, high: number, help: string): Option<number> {
  const expected = `a whole number from ${low} to ${high}`;
  return number(value, expected, (given) => Number.isInteger(given) && given >= low && given <= high, help);
}

/** A share of the rows: from 0 to below 1. */
export function share(help: string): Option<number> {
  return number('<share>', 'a number from 0 to below 1, such as 0.2', (given) => given >= 0 && given < 1, help);
}

/** Whole numbers with commas between them. */
export function integers(value: string, high: number, help: string): Option<readonly number[]> {
  const expected = `whole numbers from 1 to ${high} with commas between them, such as 64,32`;
  const allowed = (given: number): boolean => Number.isInteger(given) && given >= 1 && given <= high;
  return {
    value,
    help,
    read: (where, given) => given.split(',').map((part) => readNumber(where, part, expected, allowed)),
  };
}

export function readNumber(
  where: string,
  given: string,
  expected: string,
  allowed: (number: number) => boolean,
): number {
  const found = given.trim() === '' ? Number.NaN : Number(given);
  if (Number.isFinite(found) && allowed(found)) return found;
  throw new WrongUse(`${where} is ${JSON.stringify(given)}, expected ${expected}.`);
}

/**
 * The columns that an option names, with commas between them. A column whose name has a comma is found where it stands alone. `names` are
 * those of the table.
 */
export function columnsIn(where: string, given: string, names: readonly string[]): string[] {
  if (names.includes(given)) return [given];
  return given.split(',').map((part) => {
    const name = part.trim();
    if (names.includes(name)) return name;
    const columns = `The table has ${columnsShown(names)}.`;
    const nearest = delimiterHint(names) || nearestName(name, names);
    const mend = /^[\d.,;\s-]+$/.test(names[0] ?? '') ? ' If its first row has no names, add --no-header.' : '';
    throw new WrongUse(
      `${where} is ${JSON.stringify(name)}, which is no column of the table. ${nearest}${columns}${mend}`,
    );
  });
}
