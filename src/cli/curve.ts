/** Draws the losses of a fit with plain characters. Knows epochs, and no network. */
import { figure } from './terminal.js';

export interface Losses {
  readonly epoch: number;
  readonly loss: number;
  readonly validationLoss?: number | undefined;
}

const ROWS = 10;
const TRAINING = '.';
const VALIDATION = 'o';

/**
 * A chart of at most `width` characters: losses upwards, epochs to the right. A point is the mean of the epochs that share its place. An
 * outlier among the first epochs does not flatten the rest: the top is the loss that a tenth of the points exceed, or a little more.
 */
export function lossCurve(epochs: readonly Losses[], width: number): string {
  const series = [epochs.map(({ loss }) => loss), epochs.map(({ validationLoss }) => validationLoss)];
  const validates = series[1]?.some((loss) => loss !== undefined) ?? false;
  const columns = Math.min(width - 12, Math.max(epochs.length, 1));
  const [training = [], validation = []] = series.map((losses) => places(losses, columns));
  const all = [...training, ...validation].filter((loss) => loss !== undefined).sort((a, b) => a - b);
  if (all.length === 0) return '';
  const low = all[0] as number;
  const high = Math.min(all.at(-1) as number, low + 2 * ((all[Math.floor(0.9 * all.length)] as number) - low) || low);
  const rowOf = (loss: number): number =>
    high === low ? ROWS - 1 : Math.round((ROWS - 1) * Math.min(1, Math.max(0, (high - loss) / (high - low))));
  const canvas = Array.from({ length: ROWS }, () => Array<string>(columns).fill(' '));
  const draw = (losses: readonly (number | undefined)[], mark: string): void => {
    for (const [column, loss] of losses.entries()) {
      if (loss !== undefined) (canvas[rowOf(loss)] as string[])[column] = mark;
    }
  };
  draw(training, TRAINING);
  draw(validation, VALIDATION);
  const labels = canvas.map((_, row) => (row === 0 ? figure(high) : row === ROWS - 1 ? figure(low) : ''));
  const first = `${epochs[0]?.epoch}`;
  const last = `${epochs.at(-1)?.epoch}`;
  const legend = validates ? `${TRAINING} training  ${VALIDATION} validation` : `${TRAINING} training`;
  return [
    `${' '.repeat(10)}  loss by epoch   ${legend}`,
    ...canvas.map((row, i) => `${(labels[i] as string).padStart(10)} |${row.join('')}`.trimEnd()),
    `${' '.repeat(10)} +${'-'.repeat(columns)}`,
    `${' '.repeat(12)}${columns > first.length + last.length ? first.padEnd(columns - last.length) + last : last}`,
  ].join('\n');
}

/** The losses at so many places: means of as many epochs as share one. */
function places(losses: readonly (number | undefined)[], columns: number): (number | undefined)[] {
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * losses.length) / columns);
    const to = Math.max(from + 1, Math.floor(((column + 1) * losses.length) / columns));
    const some = losses.slice(from, to).filter((loss) => loss !== undefined);
    return some.length === 0 ? undefined : some.reduce((sum, loss) => sum + loss, 0) / some.length;
  });
}
