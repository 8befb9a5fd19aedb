/** Writes the rows of threads as a table: rates, how many times faster than one thread, and whether that is enough. */
import { type Measurement, rate } from '../report.js';
import { FREE_ENOUGH } from './load.js';
import type { MeasuredRow } from './measure.js';

/**
 * `| 784-128-10, batch 32 | 98,000 | 165,000, 1.68x | 1.60x | yes | 0.02 |`. The last column is the cores that other programs took. Below
 * it, a warning if they took too much, except on a machine that is kept busy.
 */
export function threadsTable(title: string, rows: readonly MeasuredRow[], isBusy = false): string {
  const names = [...new Set(rows.flatMap(({ contenders }) => contenders.map(({ name }) => name)))];
  const cells = [
    [`${title}, samples/s`, ...names, 'at least', 'reached', 'other programs, cores'],
    ['---', ...names.map(() => '---:'), '---:', '---', '---:'],
    ...rows.map((row) => cellsOf(row, names)),
  ];
  const lines = cells.map((line) => `| ${line.join(' | ')} |`);
  const most = Math.max(0, ...rows.map(({ others }) => others ?? 0));
  if (!isBusy && most > FREE_ENOUGH) {
    const warning = `Other programs took up to ${most.toFixed(2)} cores: these are not the figures of free cores.`;
    lines.push('', warning);
  }
  return lines.join('\n');
}

function cellsOf(row: MeasuredRow, names: readonly string[]): string[] {
  const ratios = ratiosOf(row);
  const figures = names.map((name) => {
    const contender = row.contenders.find((candidate) => candidate.name === name) as Measurement | undefined;
    if (contender === undefined) return '';
    const ratio = ratios.get(name);
    return ratio === undefined ? rate(contender.median) : `${rate(contender.median)}, ${times(ratio)}`;
  });
  const others = row.others === undefined ? 'unknown' : row.others.toFixed(2);
  return [row.work, ...figures, times(row.atLeast), isReached(row) ? 'yes' : 'no', others];
}

/** Whether every number of threads that this is asked of is fast enough. */
export function isReached(row: MeasuredRow): boolean {
  const ratios = ratiosOf(row);
  return row.asked.every((name) => (ratios.get(name) ?? 0) >= row.atLeast);
}

/** By name, the speed as a multiple of the first contender's. */
function ratiosOf({ contenders }: MeasuredRow): Map<string, number> {
  const [first, ...others] = contenders as readonly Measurement[];
  return new Map(others.map(({ name, median }) => [name, median / (first as Measurement).median]));
}

function times(value: number): string {
  return `${value.toFixed(2)}x`;
}
