/** What is decided about a column. Types, and the texts that say it. */
import { describe } from '../../foundation/errors.js';
import type { ColumnOptions } from '../types.js';
import type { Profile } from './profile.js';

/** A column that becomes inputs. */
export interface Input {
  readonly column: string;
  readonly kind: ColumnOptions;
  /** What its cells are, in a few words. */
  readonly seen: string;
}

/** A column that is left out. */
export interface Ignored {
  readonly column: string;
  readonly why: string;
}

/** A column of numbers with cells that are none: somebody has to say what they are. */
export interface Fault {
  readonly column: string;
  /** The cell that shows it, as text. */
  readonly text: string;
  /** What the cell is, after its value in a message. */
  readonly problem: string;
  readonly mend: string;
}

export type Decision = Input | Ignored | Fault;

export const isInput = (decision: Decision): decision is Input => 'kind' in decision;
export const isIgnored = (decision: Decision): decision is Ignored => 'why' in decision;

/** The first value of a column, for messages. */
export function exampleOf({ values }: Profile): string {
  const [text = ''] = values.keys();
  return describe(text);
}

/** A part of a whole, such as `12%`; never 0% of something, nor 100% of less than all. */
export function percent(part: number, whole: number): string {
  const hundredths = (100 * part) / whole;
  if (part > 0 && hundredths < 0.1) return 'under 0.1%';
  if (part < whole && hundredths > 99.9) return 'over 99.9%';
  return `${hundredths < 10 || hundredths > 99 ? Number(hundredths.toFixed(1)) : Math.round(hundredths)}%`;
}

/** `, 12% blank`, or nothing where no cell is. `unknown`: cells such as 'none' that count as blanks here. */
export function blankPart({ blanks, rows }: Profile, unknown = 0): string {
  return blanks + unknown === 0 ? '' : `, ${percent(blanks + unknown, rows)} blank`;
}
