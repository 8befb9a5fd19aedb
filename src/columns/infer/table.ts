/** Prints what was decided, for terminals of 80 columns. Knows decisions, and no rows. */
import type { Ignored, Input } from './decision.js';
import { nameOf, runsOf, seenIn } from './runs.js';
import type { Target } from './targets.js';

const WIDTH = 80;
const NAME = 24;

/** Lines of columns, and of those that are left out. */
const SHOWN = 100;

export function tableOf(
  rows: number,
  targets: readonly string[],
  target: Target | undefined,
  columns: readonly Input[],
  ignored: readonly Ignored[],
  leaks: readonly string[],
): string {
  const kept = runsOf(columns, alike).slice(0, SHOWN);
  const out = runsOf(ignored, ({ why }) => why).slice(0, SHOWN);
  const name = Math.min(NAME, Math.max(6, ...[...kept, ...out].map((run) => named(nameOf(run)).length)));
  const inputsIn = (some: readonly Input[]): number => some.reduce((sum, column) => sum + inputsOf(column), 0);
  const line = (column: string, kind: string, count: string, seen: string): string =>
    cut(
      `${cut(named(column), name).padEnd(name)}  ${kind.padEnd(8)}  ${count.padStart(6)}  ${clean(seen)}`,
      WIDTH,
    ).trimEnd();
  const lines = [
    ...targetLines(targets, target),
    line('column', 'kind', 'inputs', `what ${rows} rows have`),
    ...kept.map((run) =>
      line(nameOf(run), run[0].kind.type, String(inputsIn(run)), seenIn(run.map(({ seen }) => seen))),
    ),
    ...more(columns.length - kept.flat().length),
    `${' '.repeat(name + 12)}${String(inputsIn(columns)).padStart(6)}`,
  ];
  if (ignored.length > 0) lines.push('', 'Left out:');
  for (const run of out) {
    lines.push(...wrapped(`${cut(named(nameOf(run)), name).padEnd(name)}  `, clean(run[0].why)));
  }
  lines.push(...more(ignored.length - out.flat().length));
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

/** What is said of columns that have no line. */
function more(columns: number): string[] {
  return columns === 0 ? [] : [`and ${columns} more columns`];
}

/** What columns of numbers, or of yes and no, have in common. Others have values of their own. */
function alike({ kind: { type, values, missing } }: Input): string | undefined {
  return values === undefined ? `${type} ${missing === true}` : undefined;
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
