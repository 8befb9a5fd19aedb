/** Numbers as people write them, and programs do not: which signs they have, and the same number without them. Knows no columns and no files. */
import { isNumber } from './cells.js';

/** Characters of the longest text that may be a number or a date. The patterns below take n^3 steps for n blanks. */
const LONGEST = 64;

/**
 * A number with signs that no program reads: `3,5` has a decimal comma, `15,916,180` has groups of digits, `1,234` may be either, and
 * `$15.82` has other signs.
 */
export type Notation = 'decimalComma' | 'groups' | 'either' | 'signs';

/** Signs before and after a number: `$5`, `-€ 5`, `12 %`. */
const AROUND = /^[+-]?\s*[$€£¥₹]?\s*[+-]?(?=[\d.])|\s*[%‰$€£¥₹]$/g;

const DECIMAL_COMMA = /^(?:\d+|\d{1,3}(?:[.\s'’]\d{3})+),\d+(?:e[+-]?\d+)?$/i;
/** `0,123` is no group: nobody writes a thousand that begins with 0. */
const COMMA_GROUPS = /^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/;
/** `1.234` is a number as it stands, so that two groups after points are needed. */
const OTHER_GROUPS = /^[1-9]\d{0,2}(?:(?:\.\d{3}){2,}|(?:[\s'’_]\d{3})+(?:\.\d+)?)$/;

/** How a text writes a number that `isNumber` does not know; undefined where it is none. */
export function notationOf(text: string): Notation | undefined {
  if (!mayHaveNumber(text)) return undefined;
  const bare = text.replace(AROUND, '');
  if (bare !== text && isNumber(bare)) return 'signs';
  if (COMMA_GROUPS.test(bare)) return /^\d+,\d+$/.test(bare) ? 'either' : 'groups';
  if (DECIMAL_COMMA.test(bare)) return 'decimalComma';
  return OTHER_GROUPS.test(bare) ? 'groups' : undefined;
}

/** The signs of money or parts that a text has, as `€`; undefined where it has none. */
export function signIn(text: string): string | undefined {
  return /[%‰$€£¥₹]/.exec(text)?.[0];
}

/** A number without other signs, and without those that part groups of digits: `-$1,234.5` is `-1234.5`. `decimal` stands before decimals. */
export function plainNumber(text: string, decimal: '.' | ','): string {
  const digits = text.replace(AROUND, '').replace(decimal === '.' ? /[^\d.e+-]/gi : /[^\d,e+-]/gi, '');
  // Decimals come once: `1.234.567` has groups.
  const plain = digits.split(decimal).length > 2 ? digits.replaceAll(decimal, '') : digits;
  return /^\D*-/.test(text) ? `-${plain}` : plain;
}

/** The same where a comma stands before decimals, written with a point: `1.234,5` is `1234.5`. */
export function plainDecimal(text: string): string {
  return plainNumber(text, ',').replace(',', '.');
}

/** A decimal comma and no other sign, and digits in groups where points group them. */
const COMMA = /^[+-]?\d*,\d+(?:e[+-]?\d+)?$/i;
const GROUPED = /^[+-]?\d{1,3}(?:\.\d{3})+(?:,\d*)?$/;

/** A number with a decimal comma, written with a point; any other text as it is. */
export function pointed(text: string): string {
  return COMMA.test(text) ? text.replace(',', '.') : text;
}

/** Whether points group the digits of a number with a decimal comma: 1.234 and 1.234,5. */
export function hasGroups(text: string): boolean {
  return GROUPED.test(text);
}

/** Whether a text may have a number at all. */
export function mayHaveNumber(text: string): boolean {
  return text.length <= LONGEST && /\d/.test(text);
}
