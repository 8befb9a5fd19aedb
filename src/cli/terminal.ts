/** What is known of a terminal: its width, whether it shows colours, and tables that fit it. Knows no network. */

/** Where text goes to: standard output, or standard error. */
export interface Stream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** The characters of a line: those of the terminal, at most 100; 80 in a pipe. */
export function widthOf({ isTTY, columns }: Stream): number {
  if (!isTTY || columns === undefined) return 80;
  return Math.max(40, Math.min(100, columns));
}

/** Colours only on a terminal that has them, and only where nobody said no (https://no-color.org). */
export function hasColours({ isTTY }: Stream, environment: Readonly<Record<string, string | undefined>>): boolean {
  return isTTY === true && !environment.NO_COLOR && environment.TERM !== 'dumb';
}

const STYLES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;

export type Style = keyof typeof STYLES;

/** Puts a text in a style. */
export type Styler = (style: Style, text: string) => string;

/** Styles that the stream shows; elsewhere texts stay as they are. */
export function styler(stream: Stream): Styler {
  const shows = hasColours(stream, process.env);
  return (style, text) => {
    const [on, off] = STYLES[style];
    return shows ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  };
}

/** A text in lines of at most `width` characters, broken at single blanks, the later lines indented. A long word has a line of its own. */
export function wrapped(text: string, width: number, indent = ''): string {
  const lines: string[] = [];
  let line: string | undefined;
  for (const word of text.split(' ')) {
    if (line === undefined) line = word;
    else if (line.trim() !== '' && line.length + 1 + word.length > width) {
      lines.push(line.trimEnd());
      line = indent + word;
    } else line = line === indent && lines.length > 0 ? line + word : `${line} ${word}`;
  }
  return [...lines, line ?? ''].join('\n');
}

/** Without control characters: cells and names come from files, and a terminal obeys some of them. */
export function printable(given: string): string {
  return given.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** Writes a message: one line for programs that read it, as wide as there is room for people. */
export function sayLine(stream: Stream, text: string): void {
  const line = printable(text);
  stream.write(`${stream.isTTY ? wrapped(line, widthOf(stream), '  ') : line}\n`);
}

/** 12345 as 12,345. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 row`, `2,000 rows`. */
export function countOf(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A number with four digits, as reports print them. */
export function figure(value: number): string {
  return Number.isNaN(value) ? '-' : `${Number(value.toPrecision(4))}`;
}
