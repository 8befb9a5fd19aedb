/** A screen for tests of what is written to terminals. Knows no command. */
const ESCAPE = '\u001b';
const TOKENS = new RegExp(`${ESCAPE}\\[[\\d;]*[A-Za-z]|[^]`, 'gu');
const ORDER = new RegExp(`^${ESCAPE}\\[([\\d;]*)([A-Za-z])$`);

/** A terminal as far as the command uses it: lines that wrap and scroll, the cursor to the left and up, erasing below, styles. */
export class Screen {
  readonly #columns: number;
  readonly #rows: number;
  readonly #lines: string[] = [''];
  #row = 0;
  #column = 0;
  #widest = 0;
  /** Lines that went beyond the top. */
  scrolled = 0;
  /** Whether a style came. */
  styled = false;

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#rows = rows;
  }

  /** Throws for what a terminal of tests does not know. */
  write(text: string): void {
    for (const [token] of text.matchAll(TOKENS)) this.#obey(token);
  }

  /** What stands there, without blanks at the ends and without empty lines at the bottom. */
  lines(): string[] {
    const lines = this.#lines.map((line) => line.trimEnd());
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }

  /** The length of the longest line there ever was. */
  widest(): number {
    return this.#widest;
  }

  #obey(token: string): void {
    const [, count = '', kind = ''] = ORDER.exec(token) ?? [];
    if (kind === 'm') this.styled = true;
    else if (kind === 'A') this.#row = Math.max(this.#row - Number(count || 1), 0);
    else if (kind === 'J') {
      this.#lines.length = this.#row + 1;
      this.#lines[this.#row] = (this.#lines[this.#row] as string).slice(0, this.#column);
    } else if (kind === 'K') this.#lines[this.#row] = (this.#lines[this.#row] as string).slice(0, this.#column);
    else if (token === '\r') this.#column = 0;
    else if (token === '\n') this.#feed();
    else if (token >= ' ') this.#put(token);
    else throw new Error(`the screen does not know ${JSON.stringify(token)}`);
  }

  #put(character: string): void {
    if (this.#column === this.#columns) this.#feed();
    const line = (this.#lines[this.#row] as string).padEnd(this.#column);
    this.#lines[this.#row] = line.slice(0, this.#column) + character + line.slice(this.#column + 1);
    this.#column++;
    this.#widest = Math.max(this.#widest, this.#column);
  }

  #feed(): void {
    this.#column = 0;
    this.#row++;
    if (this.#lines.length <= this.#row) this.#lines.push('');
    if (this.#lines.length <= this.#rows) return;
    this.#lines.shift();
    this.#row--;
    this.scrolled++;
  }
}
