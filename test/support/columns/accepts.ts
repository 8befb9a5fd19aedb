/** Whether columns take rows, by the words of the documentation: a second reading of it, to compare inferColumns with. */
import { booleanOf, isBlank, lacksNumber, numberOf, saysMissing, textOf, wordsOf } from '../../../src/columns/cells.js';
import type { ColumnOptions, Columns, Row } from '../../../src/index.js';

/** The first cell that is refused, as text; undefined where all are taken. */
export function refusedCell(columns: Columns, rows: readonly Row[]): string | undefined {
  for (const [name, given] of Object.entries(columns)) {
    const options = optionsOf(given);
    const row = rows.findIndex((cells) => !takes(options, Object.hasOwn(cells, name) ? cells[name] : undefined));
    if (row >= 0) return `row ${row}, ${name}: ${String(rows[row]?.[name])}`;
  }
  return undefined;
}

export function optionsOf(given: Columns[string]): ColumnOptions {
  if (typeof given === 'string') return { type: given };
  return Array.isArray(given) ? { type: 'category', values: given } : (given as ColumnOptions);
}

function takes({ type, values = [], other = false, missing = false }: ColumnOptions, cell: unknown): boolean {
  switch (type) {
    case 'number':
      return lacksNumber(cell) ? missing : Number.isFinite(Math.fround(numberOf(cell) ?? Number.NaN));
    case 'boolean':
      return lacksNumber(cell) ? missing : booleanOf(cell) !== undefined;
    case 'words':
      return isBlank(cell) ? missing : wordsOf(cell) !== undefined;
    case 'category': {
      const text = textOf(cell);
      if (text !== undefined && values.includes(text)) return true;
      const isMissing = isBlank(cell) || (text !== undefined && saysMissing(text));
      return isMissing ? missing : other && text !== undefined;
    }
  }
}
