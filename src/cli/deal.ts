/** Deals rows out for the test and for validation. Knows no network. A program that `train --code` prints has the same function as text. */
import type { Row } from '../columns/types.js';

/**
 * Returns the other rows, and `share` of the rows, both in their order. The seed decides which. With `group`, each group gives its part:
 * rows are sorted by it, then by chance, and every so manyth is dealt out.
 */
export function deal<R>(
  rows: readonly R[],
  share: number,
  seed: number,
  group: (row: R) => string = () => '',
): [rest: R[], dealt: R[]] {
  let state = ((seed * 69621 + 1) % 2147483646) + 1;
  const drawn = rows.map((row, index) => {
    // The generator of Park and Miller: exact in doubles, and no number comes twice.
    state = (state * 48271) % 2147483647;
    return { index, group: group(row), chance: state };
  });
  drawn.sort((a, b) => (a.group === b.group ? a.chance - b.chance : a.group < b.group ? -1 : 1));
  const dealt = new Set(
    drawn.filter((_, i) => Math.floor((i + 1) * share) > Math.floor(i * share)).map(({ index }) => index),
  );
  return [rows.filter((_, i) => !dealt.has(i)), rows.filter((_, i) => dealt.has(i))];
}

/** The class of a row: rows are dealt out by it. */
export function groupBy(target: string): (row: Row) => string {
  return (row) => String(row[target]);
}

/** The text of `deal` for a program, with the class of a row where there is one. */
export function dealCode(target: string | undefined): string {
  const group = target === undefined ? '' : `, group: String(row[${JSON.stringify(target)}])`;
  const order =
    target === undefined
      ? 'a.chance - b.chance'
      : '(a.group === b.group ? a.chance - b.chance : a.group < b.group ? -1 : 1)';
  return `/** The other rows, and a share of the rows${target === undefined ? '' : ', of each class in proportion'}. The seed decides which. */
function deal(rows, share, seed) {
  let state = ((seed * 69621 + 1) % 2147483646) + 1;
  const drawn = rows.map((${target === undefined ? '_' : 'row'}, index) => {
    state = (state * 48271) % 2147483647;
    return { index${group}, chance: state };
  });
  drawn.sort((a, b) => ${order});
  const isDealt = (_, i) => Math.floor((i + 1) * share) > Math.floor(i * share);
  const dealt = new Set(drawn.filter(isDealt).map(({ index }) => index));
  return [rows.filter((_, i) => !dealt.has(i)), rows.filter((_, i) => dealt.has(i))];
}
`;
}
