/** What was probably meant: the name of a column or a file, and the delimiter of a table. */
import { describe } from '../foundation/errors.js';
import { suggest } from '../foundation/spelling.js';

/** Columns that a message names. */
const MOST_SHOWN = 12;

/** "Did you mean …? " for a name that is spelled alike, or that begins with the given one; else an empty string. */
export function nearestName(given: string, names: readonly string[]): string {
  if (given === '' || names.length === 0) return '';
  const start = given.toLowerCase();
  const begun = names.filter((name) => name.toLowerCase().startsWith(start));
  return begun.length === 1 ? `Did you mean ${describe(begun[0])}? ` : suggest(given, names);
}

/** The columns of a table for a message, of many the first ones. */
export function columnsShown(names: readonly string[]): string {
  return `${names.slice(0, MOST_SHOWN).join(', ')}${names.length > MOST_SHOWN ? ` and ${names.length - MOST_SHOWN} more` : ''}`;
}

/** What to add where a single name looks like several. */
export function delimiterHint(names: readonly string[]): string {
  const [found] = names.length === 1 ? (/[,;|\t]/.exec(names[0] as string) ?? []) : [];
  if (found === undefined) return '';
  if (found === '\t') return 'Perhaps cells are separated by tabs: add --delimiter tab. ';
  return `Perhaps cells are separated by "${found}": add --delimiter "${found}". `;
}
