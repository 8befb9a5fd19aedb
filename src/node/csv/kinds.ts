/** What the text of a cell is, and whether a column of targets is numbers or names. Knows no file. */

/** Whether a text is a decimal number. Number() would take '' for 0, and also accept '0x10'. */
export function isNumber(text: string): boolean {
  return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text);
}

/** Whether a text is neither a number, nor NaN or Infinity as programs write them. */
export function isText(text: string): boolean {
  return !isNumber(text) && !/^[+-]?(?:nan|inf(?:inity)?)$/i.test(text);
}

/** How tables write that a number is missing. */
const MISSING = /^(?:na|n\/a|#n\/a|none|null|nil|missing|unknown|undefined|\?+|-+|\.+)$/i;

/** A number as people write it: 2,6 and 15,916,180 and 1 000 and $5 and 12 %. */
const WRITTEN = /^[+-]?[$€£¥]?\s*[+-]?\d+(?:[.,'\s\u00a0\u202f_]\d+)*\s*[%$€£¥]?$/;

/** Whether a text is a number with signs that no program reads. */
export function isWrittenNumber(text: string): boolean {
  return isText(text) && WRITTEN.test(text);
}

/** What the targets of a column are. `bad`: the first that makes it neither, by its place among them. */
export type TargetKind = { readonly names: boolean; readonly bad?: undefined } | { readonly bad: number };

/**
 * Names, if no target is a number, or at least as many are texts as numbers. A column of numbers in which some are missing or written in
 * another way is neither: as names, each number would be a class of its own, and nobody would be told.
 */
export function kindOfTargets(targets: readonly string[]): TargetKind {
  let [numbers, texts] = [0, 0];
  let bad = -1;
  targets.forEach((target, i) => {
    if (!isText(target)) {
      numbers++;
      return;
    }
    if (bad < 0) bad = i;
    if (WRITTEN.test(target)) numbers++;
    else if (!MISSING.test(target)) texts++;
  });
  if (bad < 0) return { names: false };
  return numbers > texts ? { bad } : { names: true };
}
