/** What a text that is no number looks like: a date, a time, or a number with a unit. Knows no columns. */
import { mayHaveNumber } from '../notations.js';

const MONTH =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?';
const YEAR = '(?:1[5-9]|20|21)\\d\\d';
/** What may follow a day: a time, with its zone. */
const TAIL = '(?:,?[T\\s]+\\d[\\d:.,]*\\s*(?:[ap]\\.?m\\.?)?\\s*(?:z|utc|gmt)?\\s*(?:[+-]\\d[\\d:]*)?)?';

const DATES: readonly RegExp[] = [
  // 2021-04-03, 2021/4/3 18:00, 2021-04-03T18:00:00.000Z
  new RegExp(`^${YEAR}[-/.](?:0?[1-9]|1[0-2])[-/.](?:[0-2]?\\d|3[01])${TAIL}z?$`, 'i'),
  // 3/4/2021, 04.03.21, 16-08-2008 12:30
  new RegExp(`^(?:0?[1-9]|[12]\\d|3[01])([-/.])(?:0?[1-9]|[12]\\d|3[01])\\1(?:${YEAR}|\\d\\d)${TAIL}$`, 'i'),
  // 10-Mar-2004, Sat, 3 April 2021
  new RegExp(`^(?:[a-z]{3,9},?\\s+)?\\d{1,2}(?:st|nd|rd|th)?[-\\s/.]*${MONTH}[-\\s/,]*(?:${YEAR}|\\d\\d)${TAIL}$`, 'i'),
  // April 3, 2021; Apr 2021
  new RegExp(`^(?:[a-z]{3,9},?\\s+)?${MONTH}[-\\s/]*(?:\\d{1,2}(?:st|nd|rd|th)?,?\\s+)?${YEAR}${TAIL}$`, 'i'),
  // 2021-04
  new RegExp(`^${YEAR}[-/](?:0[1-9]|1[0-2])$`),
  // 20141013T000000
  new RegExp(`^${YEAR}(?:0[1-9]|1[0-2])(?:[0-2]\\d|3[01])T\\d{4,6}z?$`, 'i'),
];

/** 18:00, 18:00:00, 6:00 pm; with points, hours, minutes and seconds. */
const TIME = /^\d{1,2}(?::\d{2}(?::\d{2}(?:[.,]\d+)?)?|\.[0-5]\d\.[0-5]\d)\s*(?:[ap]\.?m\.?)?$/i;

/** Whether a text is a date or a time of the day. */
export function isDateOrTime(text: string): boolean {
  return mayHaveNumber(text) && (DATES.some((date) => date.test(text)) || TIME.test(text));
}

const COMPACT_DATE = new RegExp(`^${YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])$`);

/** Whether a text of digits is a date, as 20210403. */
export function isCompactDate(text: string): boolean {
  return COMPACT_DATE.test(text);
}

/** What follows the number in `12 kg`; undefined where a text is no number with a unit. */
export function unitOf(text: string): string | undefined {
  if (!mayHaveNumber(text)) return undefined;
  return /^[+-]?\d[\d.,]*\s*(\p{L}[\p{L}/²³.]*)$/u.exec(text)?.[1]?.toLowerCase();
}

/** Whether a text has a whole number with a 0 before it, as codes have: `0501`. */
export function hasLeadingZero(text: string): boolean {
  return /^0\d+$/.test(text);
}
