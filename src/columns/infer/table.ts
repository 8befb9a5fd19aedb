/** Prints what was decided, for terminals of 80 columns. Knows decisions, and no rows. */
import type { Ignored, Input } from './decision.js';
import type { Target } from './targets.js';

const WIDTH = 80;
const NAME = 24;

/** Columns of one kind that are printed: a table of pixels has a thousand. */
const SHOWN = 100;

export function tableOf(
  rows: number,
  targets: readonly string[],
  target: Target | undefined,
  columns: readonly Input[],
  ignored: readonly Ignored[],
  leaks: readonly string[],
): string {
  const name = Math.min(NAME, Math.max(6, ...[...columns, ...ignored].map(({ column }) => named(column).length)));
  const kept = columns.slice(0, SHOWN);
  const counts = columns.map(inputsOf);
  const widths = counts.slice(0, SHOWN);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const line = (column: string, kind: string, count: string, seen: string): string =>
    cut(
      `${cut(named(column), name).padEnd(name)}  ${kind.padEnd(8)}  ${count.padStart(6)}  ${clean(seen)}`,
      WIDTH,
    ).trimEnd();
  const lines = [
    ...targetLines(targets, target),
    line('column', 'kind', 'inputs', `what ${rows} rows have`),
    ...kept.map(({ column, kind, seen }, i) => line(column, kind.type, String(widths[i]), seen)),
    ...(columns.length > SHOWN ? [`and ${columns.length - SHOWN} more columns`] : []),
    `${' '.repeat(name + 12)}${String(total).padStart(6)}`,
  ];
  if (ignored.length > 0) lines.push('', 'Left out:');
  for (const { column, why } of ignored.slice(0, SHOWN)) {
    lines.push(...wrapped(`${cut(named(column), name).padEnd(name)}  `, clean(why)));
  }
  if (ignored.length > SHOWN) lines.push(`and ${ignored.length - SHOWN} more columns`);
  for (const leak of leaks) {
    const came = `Each value of ${named(leak)} goes with one class of ${named(targets[0] as string)}: a row that has it tells the answer.`;
    lines.push('', ...wrapped('', `${came} If nobody knows it beforehand, leave it out: ignore.`));
  }
  return lines.join('\n');
}

function targetLines(targets: readonly string[], target: Target | undefined): string[] {
  if (target === undefined) return [];
  const [first = '', ...notes] = target.seen.map(clean);
  const name = targets.length === 1 ? ` ${named(targets[0] as string)}` : 's';
  const lines = wrapped('', `Target${name}, ${first}`);
  const shown =
    lines.length > 4 ? [...lines.slice(0, 3), `  ${cut(`${(lines[3] as string).trim()} …`, WIDTH - 2)}`] : lines;
  return [...shown, ...notes.flatMap((note) => wrapped('  ', note)), ''];
}

/** Inputs of a column, as the network counts them. */
function inputsOf({ kind }: Input): number {
  return (kind.values?.length ?? 1) + (kind.other ? 1 : 0) + (kind.missing ? 1 : 0);
}

/** Lines of words, the first one after `head`, the others as far to the right. */
function wrapped(head: string, text: string): string[] {
  const indent = ' '.repeat(head.length || 2);
  const lines: string[] = [];
  let line = head;
  for (const word of text.split(' ')) {
    const isEmpty = line === head || line === indent;
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent;
    }
    line += line === head || line === indent ? word : ` ${word}`;
  }
  return [...lines, line].map((full) => cut(full, WIDTH));
}

/** The name of a column; files may have columns without one. */
function named(column: string): string {
  return clean(column) || '(no name)';
}

/** Without line ends and other control characters, which would break the table or do things to a terminal. */
function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
