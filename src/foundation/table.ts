/** Tables of text. Knows no figures. */

/**
 * The lines of a table: columns as wide as their cells, with two blanks between. The first `left` of them begin at the left, the others end
 * at the right.
 */
export function tableOf(rows: readonly (readonly string[])[], left: number): string[] {
  const widths = (rows[0] as readonly string[]).map((_, column) =>
    rows.reduce((most, row) => Math.max(most, (row[column] as string).length), 0),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell[column < left ? 'padEnd' : 'padStart'](widths[column] as number))
      .join('  ')
      .trimEnd(),
  );
}
