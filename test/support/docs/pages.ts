/** README.md and the pages of docs/ as tests see them: headings, links, tables and fenced blocks. Knows Markdown only as far as these pages use it. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** A fenced block. */
export interface Block {
  /** `js`, `text`, `html`, … */
  readonly language: string;
  readonly text: string;
  /** The nearest heading above it. */
  readonly heading: string;
  /** The line of the opening fence, counted from 1. */
  readonly line: number;
}

export interface Heading {
  readonly level: number;
  readonly text: string;
}

export interface Page {
  /** The path from the root of the repository: `docs/guide.md`. */
  readonly file: string;
  readonly text: string;
  /** The text without fenced blocks. */
  readonly prose: string;
  readonly lines: number;
  readonly headings: readonly Heading[];
  readonly blocks: readonly Block[];
}

export function readPage(file: string): Page {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  const lines = text.trimEnd().split('\n');
  const prose: string[] = [];
  const headings: Heading[] = [];
  const blocks: Block[] = [];
  let open: { language: string; from: number } | undefined;
  for (const [i, line] of lines.entries()) {
    const fence = /^```(\w*)$/.exec(line);
    if (fence !== null && open === undefined) open = { language: fence[1] as string, from: i + 1 };
    else if (fence !== null && open !== undefined) {
      const body = lines.slice(open.from, i).map((row) => `${row}\n`);
      const heading = headings.at(-1)?.text ?? '';
      blocks.push({ language: open.language, text: body.join(''), heading, line: open.from });
      open = undefined;
    } else if (open === undefined) {
      prose.push(line);
      const found = /^(#+) (.*)$/.exec(line);
      if (found !== null) headings.push({ level: (found[1] as string).length, text: found[2] as string });
    }
  }
  if (open !== undefined) throw new Error(`${file} has a block without end, from line ${open.from} on`);
  return { file, text, prose: prose.join('\n'), lines: lines.length, headings, blocks };
}

const DOCS = readdirSync(path.join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
export const PAGES: readonly Page[] = ['README.md', ...DOCS.map((name) => `docs/${name}`)].map(readPage);

/** A program, and what it prints according to the page: the next block, if that is a `text` block. */
export interface Shown {
  readonly block: Block;
  readonly output: string | undefined;
}

export function shownIn({ blocks }: Page, language: string): Shown[] {
  return blocks.flatMap((block, i) => {
    if (block.language !== language) return [];
    const next = blocks[i + 1];
    return [{ block, output: next?.language === 'text' ? next.text : undefined }];
  });
}

/** Files that a page shows to be put beside its HTML: blocks of `mjs` that begin with their name in a comment. */
export function filesBeside({ blocks }: Page): Record<string, string> {
  return Object.fromEntries(
    blocks
      .filter(({ language }) => language === 'mjs')
      .map(({ text }) => [(/^\/\/ (\S+\.js)\n/.exec(text) as RegExpExecArray)[1] as string, text]),
  );
}

/** The part of a page below a heading, up to the next heading of the same or a higher level. */
export function sectionOf({ file, text }: Page, heading: string): string {
  const [marks = ''] = heading.split(' ');
  const from = text.indexOf(`\n${heading}\n`);
  if (from < 0) throw new Error(`${file} has no heading "${heading}"`);
  const body = text.slice(from + heading.length + 2);
  const end = new RegExp(`^#{1,${marks.length}} `, 'm').exec(body)?.index ?? body.length;
  return body.slice(0, end);
}

/** The cells of the first table in a text, row by row, without the head. */
export function rowsOfTable(text: string): string[][] {
  const [, table] = /(?:^|\n)(\|[\s\S]*?)(?:\n\n|\n?$)/.exec(text) as unknown as [string, string];
  const [, , ...rows] = table.split('\n');
  return rows.map((row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The single words that a text has between backquotes. */
export function wordsIn(text: string): string[] {
  return [...text.matchAll(/`(\w+)`/g)].map(([, word]) => word as string);
}
