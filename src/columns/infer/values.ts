/** Which values of a category get an input of their own. Knows counts of texts alone. */
import { isNumber } from '../cells.js';

/** The values that get inputs, and how much of the column they are. */
export interface Chosen {
  /** In order: numbers by size, else texts. */
  readonly values: readonly string[];
  /** Whether there are others. */
  readonly other: boolean;
  /** The part of the cells that have one of the values, 0 to 1. */
  readonly covered: number;
}

/** Cells that a column needs before a value that occurs a few times counts as rare. */
const MANY = 1000;

/**
 * Chooses the commonest values, `most` at the most. Rare ones are left to `other`: values that occur once, and in columns of 1,000 cells and
 * more those that occur fewer than 5 times. A network learns nothing about a value from so few rows. And where there are such values, more
 * will come: the input of `other` has learned from those left out what to say about a value that it does not know.
 */
export function chooseValues(counts: ReadonlyMap<string, number>, most: number): Chosen {
  let cells = 0;
  for (const count of counts.values()) cells += count;
  const enough = cells >= MANY ? 5 : 2;
  const kept = [...counts]
    .filter(([, count]) => count >= enough)
    .sort(([a, countA], [b, countB]) => countB - countA || compareTexts(a, b))
    .slice(0, most);
  const covered = kept.reduce((sum, [, count]) => sum + count, 0) / Math.max(1, cells);
  return { values: inOrder(kept.map(([value]) => value)), other: kept.length < counts.size, covered };
}

/** Sorts values by size where all are numbers, else as texts. The same in every language and for every order of rows. */
export function inOrder(values: Iterable<string>): string[] {
  const list = [...values];
  const bySize = list.every(isNumber);
  return list.sort((a, b) => (bySize ? Number(a) - Number(b) : 0) || compareTexts(a, b));
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
