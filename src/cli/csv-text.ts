/** Writes rows as CSV: cells in quotes where they need them. Knows no network. */

/** Writes rows with one delimiter. */
export class CsvText {
  readonly #delimiter: string;
  readonly #special: RegExp;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
    // A cell of nothing is no empty row only where it has quotes, or a neighbour.
    this.#special = new RegExp(`["\\r\\n${delimiter === '|' ? '\\|' : delimiter}]`);
  }

  row(cells: readonly string[]): string {
    let line = this.cell(cells[0] as string);
    for (let i = 1; i < cells.length; i++) line += this.#delimiter + this.cell(cells[i] as string);
    return line;
  }

  /** Puts quotes around a cell that has the delimiter, a quote or a line end. */
  cell(text: string): string {
    return this.#special.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }
}
