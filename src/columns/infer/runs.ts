/**
 * Columns that are called and look alike, as pixels do: a table says of a run of them what it would say of each. Knows names and texts, and no
 * cells.
 */

/** Where there are fewer columns, each has a line of its own. */
const MANY = 20;
/** Fewer columns in a row are no run. */
const LEAST = 4;

/** Columns in a row: one, or several that are alike and whose numbers follow each other. */
export type Run<C> = readonly [C, ...C[]];

/** `alike` says what columns of a run have in common. */
export function runsOf<C extends { readonly column: string }>(
  columns: readonly C[],
  alike: (column: C) => string | undefined,
): Run<C>[] {
  if (columns.length <= MANY) return columns.map((column) => [column]);
  const runs: [C, ...C[]][] = [];
  let next: string | undefined;
  for (const column of columns) {
    const [, stem, number] = /^(.*?)(\d{1,9})$/.exec(column.column) ?? [];
    const common = alike(column);
    const placed = (at: number): string => JSON.stringify([stem, common, at]);
    const isNumbered = stem !== undefined && common !== undefined;
    if (isNumbered && placed(Number(number)) === next) runs.at(-1)?.push(column);
    else runs.push([column]);
    next = isNumbered ? placed(Number(number) + 1) : undefined;
  }
  return runs.flatMap((run): Run<C>[] => (run.length < LEAST ? run.map((column) => [column]) : [run]));
}

/** `pixel1 … pixel23`. */
export function nameOf(run: Run<{ readonly column: string }>): string {
  const [{ column: first }, ...others] = run;
  const last = others.at(-1)?.column;
  return last === undefined ? first : `${first} … ${last}`;
}

const RANGE = /^(whole, )?(\S+) to (\S+)$/;

/** What all say, or the range of all their ranges; empty where they have none. */
export function seenIn(texts: readonly string[]): string {
  const [first = ''] = texts;
  if (texts.every((text) => text === first)) return first;
  const ranges = texts.map((text) => RANGE.exec(text));
  if (!ranges.every((range) => range !== null)) return '';
  const [low] = ranges.map(([, , text = '']) => text).sort(byNumber);
  const high = ranges
    .map(([, , , text = '']) => text)
    .sort(byNumber)
    .at(-1);
  return `${ranges.every(([, whole]) => whole) ? 'whole, ' : ''}${low} to ${high}`;
}

function byNumber(a: string, b: string): number {
  return Number(a) - Number(b);
}
