/** The name that was probably meant, of a column or a file. */
import { describe } from '../foundation/errors.js';
import { suggest } from '../foundation/spelling.js';

/** "Did you mean …? " for a name that is spelled alike, or that begins with the given one; else an empty string. */
export function nearestName(given: string, names: readonly string[]): string {
  if (given === '' || names.length === 0) return '';
  const start = given.toLowerCase();
  const begun = names.filter((name) => name.toLowerCase().startsWith(start));
  return begun.length === 1 ? `Did you mean ${describe(begun[0])}? ` : suggest(given, names);
}
