/** Finds out what stands between the cells of a table, by its first rows. Knows no columns. */

/** In the order of preference where several fit: commas are also in numbers and in texts. */
const CANDIDATES = ['\t', ';', '|', ','] as const;

/** Rows that are looked at. */
const ROWS = 100;
/** Characters to look at, where there are so many. */
export const SAMPLE_CHARACTERS = 2 ** 16;

/**
 * The delimiter of a text: of the candidates outside quotes the one of which most rows have equally many, and at least one. A comma where
 * there is none. With decimal commas a comma is no candidate: a semicolon then. `isEnd` says that the text is all there is; else its last row may be cut.
 */
export function findDelimiter(text: string, isEnd: boolean, decimal: '.' | ','): string {
  const counts = countsOf(text.slice(0, SAMPLE_CHARACTERS), isEnd && text.length <= SAMPLE_CHARACTERS);
  let [best, share] = [decimal === ',' ? ';' : ',', 0];
  for (const [place, candidate] of CANDIDATES.entries()) {
    if (candidate === decimal) continue;
    const found = shareOfCommonest(counts.map((row) => row[place] as number));
    if (found > share) [best, share] = [candidate, found];
  }
  return best;
}

/** What Excel writes above a table, and reads there. */
const SAID = /^"?sep=([^"\r\n\w+.\-\uFFFD\uD800-\uDFFF])"?(?:\r\n|\n|\r|$)/i;

/** The delimiter that a first line `sep=;` says, as Excel writes it, and the length of that line; undefined where there is none. */
export function saidDelimiter(text: string): { readonly delimiter: string; readonly length: number } | undefined {
  const [line, delimiter] = SAID.exec(text) ?? [];
  return line === undefined || delimiter === undefined ? undefined : { delimiter, length: line.length };
}

/** How many of each candidate every row has, outside quotes. Lines of blanks are no rows. */
function countsOf(text: string, isEnd: boolean): number[][] {
  const rows: number[][] = [];
  let row = CANDIDATES.map(() => 0);
  let [isQuoted, isBlank] = [false, true];
  for (const character of isEnd ? `${text}\n` : text) {
    if (character === '"') isQuoted = !isQuoted;
    const place = isQuoted ? -1 : (CANDIDATES as readonly string[]).indexOf(character);
    if (place !== -1) row[place] = (row[place] as number) + 1;
    if (!isQuoted && (character === '\n' || character === '\r')) {
      if (!isBlank) rows.push(row);
      if (rows.length === ROWS) return rows;
      row = CANDIDATES.map(() => 0);
      isBlank = true;
    } else if (place !== -1 || character.trim() !== '') isBlank = false;
  }
  // A first row that is longer than the sample is all there is.
  return rows.length === 0 && !isBlank ? [row] : rows;
}

/** The share of rows that have the commonest count above 0, and 0 where the first row has none: it is as wide as all others. */
function shareOfCommonest(counts: readonly number[]): number {
  if (counts[0] === 0) return 0;
  const rowsBy = new Map<number, number>();
  for (const count of counts) if (count > 0) rowsBy.set(count, (rowsBy.get(count) ?? 0) + 1);
  return Math.max(0, ...rowsBy.values()) / counts.length;
}
