/** What the text of a cell is in a file, and whether a column of targets is numbers or names. Knows no file. */
import { isNumber, lacksNumber } from '../columns/cells.js';
import { pointed } from '../columns/notations.js';

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
