/** Writes rows as CSV: cells in quotes where they need them. Knows no network. */

/** Puts quotes around cells that have the delimiter, a quote, a line end, or blanks at an end. */
export class CsvText {
  readonly #delimiter: string;
  readonly #special: RegExp;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
    this.#special = new RegExp(`["\\r\\n${delimiter === '|' ? '\\|' : delimiter}]`);
  }

  row(cells: readonly string[]): string {
    let line = this.#cell(cells[0] as string);
    for (let i = 1; i < cells.length; i++) line += this.#delimiter + this.#cell(cells[i] as string);
    return line;
  }

  #cell(cell: string): string {
    return this.#special.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  }
}
