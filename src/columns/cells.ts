/** What a single cell of a table says, whatever it came as: text of a file, or a value of a program. Knows no columns and no networks. */

/** How tables write that something is missing, where blanks are not enough. `none` and `unknown` may be values of a category: they are not here. */
const MISSING = /^(?:#?n\/?a|<na>|[+-]?nan|null|nil|undefined|missing|\?+|-+|\.+)$/i;

/** And these, in columns whose values are no words. */
const MISSING_NUMBER = /^(?:none|unknown)$/i;

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

const TRUE = /^(?:true|yes|t|y|1)$/i;
const FALSE = /^(?:false|no|f|n|0)$/i;

/** Neither letter nor digit; a mark belongs to the letter before it. */
const BETWEEN_WORDS = /[^\p{L}\p{M}\p{N}]+/u;

/** For code that reads cells without this file: modules of toModule. */
export const PATTERNS = { MISSING, MISSING_NUMBER, DECIMAL, TRUE, FALSE, BETWEEN_WORDS } as const;

/** Whether a cell is empty: undefined, null, NaN, or a text of blanks. */
export function isBlank(cell: unknown): boolean {
  return cell === undefined || cell === null || (typeof cell === 'string' ? cell.trim() === '' : Number.isNaN(cell));
}

/** Whether a text says that a value is missing, as NA does. */
export function saysMissing(text: string): boolean {
  return MISSING.test(text.trim());
}

/** Whether a cell is blank, or a text that says so: what a value of a category, a word or a name may be. */
export function lacksValue(cell: unknown): boolean {
  return isBlank(cell) || (typeof cell === 'string' && saysMissing(cell));
}

/** Whether a cell is blank, or says that a number (or yes or no) is missing. */
export function lacksNumber(cell: unknown): boolean {
  if (typeof cell !== 'string') return isBlank(cell);
  const text = cell.trim();
  return text === '' || MISSING.test(text) || MISSING_NUMBER.test(text);
}

/** Whether a text is a decimal number. Number() would take '' for 0, and also accept '0x10'. */
export function isNumber(text: string): boolean {
  return DECIMAL.test(text);
}

/** The number that a cell is, perhaps as text; undefined where it is none. */
export function numberOf(cell: unknown): number | undefined {
  if (typeof cell === 'number') return cell;
  if (typeof cell !== 'string') return undefined;
  const text = cell.trim();
  return DECIMAL.test(text) ? Number(text) : undefined;
}

/** Yes or no as a cell says it: true, false, 0, 1, or text of these, yes, no, t, f, y, n in any case. Undefined for anything else. */
export function booleanOf(cell: unknown): boolean | undefined {
  if (typeof cell === 'boolean') return cell;
  if (typeof cell !== 'string' && typeof cell !== 'number') return undefined;
  const text = String(cell).trim();
  return TRUE.test(text) ? true : FALSE.test(text) ? false : undefined;
}

/** A value of a category as text, without blanks around it; undefined for what has no text of its own, as objects. */
export function textOf(cell: unknown): string | undefined {
  if (typeof cell === 'string') return cell.trim();
  return typeof cell === 'number' || typeof cell === 'boolean' || typeof cell === 'bigint' ? String(cell) : undefined;
}

/** The words of a text in lower case, or a list of texts as it is; undefined for anything else. */
export function wordsOf(cell: unknown): readonly string[] | undefined {
  if (typeof cell === 'string') {
    return cell
      .toLowerCase()
      .split(BETWEEN_WORDS)
      .filter((word) => word !== '');
  }
  // Copied: every() would leave holes out.
  return Array.isArray(cell) && Array.from(cell).every((word) => typeof word === 'string') ? cell : undefined;
}
