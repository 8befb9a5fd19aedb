/** The best trials of a search as a table of lines, as wide as there is room. Knows no terminal. */
import type { TrialStanding } from 'wasmlp/search';
import { tableOf } from '../foundation/table.js';
import { figure } from './terminal.js';

/** What is better: a lower loss, or a higher accuracy. */
export type Score = 'loss' | 'accuracy';

interface Column {
  readonly head: string;
  readonly cell: (trial: TrialStanding) => string;
}

const NONE = '-';

/** By what trials draw, the most important first: columns for which there is no room are left out from the end. */
const DRAWN: Readonly<Record<string, Column>> = {
  layers: { head: 'layers', cell: ({ parameters: { units1, units2 } }) => [units1, units2].filter(Boolean).join() },
  learningRate: { head: 'rate', cell: ({ parameters }) => shown(parameters.learningRate) },
  activation: { head: 'activation', cell: ({ parameters }) => shown(parameters.activation) },
  l2: { head: 'l2', cell: ({ parameters }) => shown(parameters.l2) },
  dropout: { head: 'dropout', cell: ({ parameters }) => shown(parameters.dropout) },
  batchSize: { head: 'batch', cell: ({ parameters }) => shown(parameters.batchSize) },
};

/** The best first, wherever they stopped or stand. Failed ones have no place. */
export function ranked<T extends TrialStanding>(trials: readonly T[], score: Score): T[] {
  const sign = score === 'accuracy' ? -1 : 1;
  return trials
    .filter((trial) => trial.score !== undefined)
    .toSorted((a, b) => sign * ((a.score as number) - (b.score as number)) || a.number - b.number);
}

/** A line of heads, and one for each of at most `most` trials, none longer than `width`. */
export function trialsTable(trials: readonly TrialStanding[], score: Score, most: number, width: number): string[] {
  const drawn = Object.keys(DRAWN).filter((name) => trials.some(({ parameters }) => name in parameters));
  const columns: Column[] = [
    { head: 'trial', cell: ({ number }) => `${number}` },
    { head: score, cell: ({ score }) => scoreText(score as number) },
    ...drawn.map((name) => DRAWN[name] as Column),
    { head: 'epochs', cell: ({ epochs }) => `${epochs ?? NONE}` },
  ];
  const rows = ranked(trials, score).slice(0, most);
  for (;;) {
    const cells = [columns.map(({ head }) => head), ...rows.map((trial) => columns.map(({ cell }) => cell(trial)))];
    const lines = tableOf(cells, 0);
    if (columns.length <= 1 || lines.every((line) => line.length <= width)) {
      return lines.map((line) => line.slice(0, width));
    }
    columns.pop();
  }
}

/** Four digits each, so that they stand below each other. */
function scoreText(score: number): string {
  const size = Math.abs(score);
  return size >= 0.001 && size < 1000 ? score.toPrecision(4) : figure(score);
}

function shown(value: unknown): string {
  if (value === undefined) return NONE;
  return typeof value === 'number' ? `${Number(value.toPrecision(3))}` : `${value}`;
}
