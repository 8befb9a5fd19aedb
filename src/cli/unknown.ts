/** Counts the cells of a table whose values a model does not know: its answers for them are as for any other unknown value. Knows no network. */
import type { Columns } from 'wasmlp';
import { lacksValue, textOf } from '../columns/cells.js';
import { describe } from '../foundation/errors.js';
import { optionsOf } from './open-columns.js';
import { countOf } from './terminal.js';

/** A category that takes values which it does not list. */
interface Open {
  readonly column: string;
  readonly known: ReadonlySet<string>;
  count: number;
  /** The first of these values. */
  example: string;
}

/** Columns that a line names. */
const NAMED = 3;

export class UnknownValues {
  readonly #open: readonly Open[];

  constructor(columns: Columns) {
    this.#open = Object.entries(columns).flatMap(([column, given]) => {
      const { type, values = [], other = false } = optionsOf(given);
      return type === 'category' && other ? [{ column, known: new Set(values), count: 0, example: '' }] : [];
    });
  }

  /** Looks at the cells of some rows. `readerOf` gives what reads the cells of a column, by the place of a row. */
  add(rows: number, readerOf: (column: string) => (row: number) => unknown): void {
    for (const open of this.#open) {
      const read = readerOf(open.column);
      for (let row = 0; row < rows; row++) {
        const cell = read(row);
        // Most cells are a listed value as they are.
        if (open.known.has(cell as string) || lacksValue(cell)) continue;
        const text = textOf(cell);
        if (text === undefined || open.known.has(text)) continue;
        if (open.count++ === 0) open.example = text;
      }
    }
  }

  /** What to say of them; undefined where there are none. */
  get text(): string | undefined {
    const found = this.#open.filter(({ count }) => count > 0);
    if (found.length === 0) return undefined;
    const shown = found
      .slice(0, NAMED)
      .map(({ column, count, example }) => `${countOf(count, 'cell')} of ${column}, as ${describe(example)}`);
    const rest = found.length > NAMED ? `; and cells of ${countOf(found.length - NAMED, 'more column')}` : '';
    return `Values that the model was not trained on: ${shown.join('; ')}${rest}. The network cannot tell such values apart.`;
  }
}
