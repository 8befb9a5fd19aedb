/** What the text of a cell is in a file, and whether a column of targets is numbers or names. Knows no file. */
import { isNumber, lacksNumber } from '../columns/cells.js';

/** A decimal comma, and digits in groups where points group them. */
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

/** The number that a text is; NaN for anything else, and for a point where commas stand before decimals. */
export function numberIn(text: string, decimal: '.' | ','): number {
  if (decimal === '.') return isNumber(text) ? Number(text) : Number.NaN;
  return text.includes('.') ? Number.NaN : numberIn(pointed(text), '.');
}

/** Whether a text is neither a number, nor NaN or Infinity as programs write them. */
export function isText(text: string): boolean {
  return !isNumber(text) && !/^[+-]?(?:nan|inf(?:inity)?)$/i.test(text);
}

/** A number as people write it: 2,6 and 15,916,180 and 1 000 and $5 and 12 %. */
const WRITTEN = /^[+-]?[$€£¥]?\s*[+-]?\d+(?:[.,'\s\u00a0\u202f_]\d+)*\s*[%$€£¥]?$/;

/** Whether a text is a number with signs that no program reads. */
export function isWrittenNumber(text: string): boolean {
  return isText(text) && WRITTEN.test(text);
}

/**
 * Finds out whether the targets of a column are numbers or names. They are names, if none is a number, or if the first is a text and at
 * least as many are texts as numbers. A column of numbers in which some are missing or written in another way is neither: as names, each
 * number would be a class of its own, and nobody would be told.
 */
export class TargetKinds {
  #count = 0;
  #numbers = 0;
  #texts = 0;
  #firstText: { readonly row: number; readonly text: string } | undefined;

  add(target: string): void {
    const row = this.#count++;
    if (target === '') return;
    if (!isText(target)) {
      this.#numbers++;
      return;
    }
    this.#firstText ??= { row, text: target };
    if (WRITTEN.test(target)) this.#numbers++;
    else if (!lacksNumber(target)) this.#texts++;
  }

  get areNames(): boolean {
    return this.#firstText !== undefined;
  }

  /** The first target that is no number, in a column that is neither; counted from 0. */
  get wrong(): { readonly row: number; readonly text: string } | undefined {
    const isMixed = this.#numbers > this.#texts || (this.#numbers > 0 && this.#firstText?.row !== 0);
    return isMixed ? this.#firstText : undefined;
  }
}
