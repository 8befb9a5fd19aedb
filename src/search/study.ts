/** The result of a search, as a table and as CSV. */
import { tableOf } from '../foundation/table.js';
import type { Network } from '../index.js';
import type { Hint } from '../training/history.js';
import { compareScores } from './scores.js';
import type { Score, Study, TrialResult } from './types.js';

/** Trials that the table shows. */
const SHOWN = 10;

export class FinishedStudy implements Study {
  readonly #score: Score;

  constructor(
    readonly best: TrialResult,
    readonly trials: readonly TrialResult[],
    readonly network: Network,
    readonly hints: readonly Hint[],
    score: Score,
  ) {
    this.#score = score;
  }

  toString(): string {
    const hints = this.hints.map(({ code, message }) => `${code}: ${message}`);
    return [tableOfTrials(this.trials, this.#score, SHOWN), ...hints].join('\n');
  }

  toCsv(): string {
    return csvOfTrials(this.trials);
  }
}

/** A line for each trial, with a column for each parameter. */
export function csvOfTrials(trials: readonly TrialResult[]): string {
  const names = namesOf(trials);
  const header = ['trial', 'score', ...names, 'epochs', 'seconds', 'state', 'error'];
  const lines = trials.map(({ number, state, score, epochs, seconds, parameters, error }) => [
    number,
    score,
    ...names.map((name) => parameters[name]),
    epochs,
    seconds?.toFixed(3),
    state,
    error?.message,
  ]);
  return `${[header, ...lines].map((line) => line.map(csvCell).join()).join('\r\n')}\r\n`;
}

/** The best trials, and how many ended in which way. */
export function tableOfTrials(trials: readonly TrialResult[], score: Score, most: number): string {
  const scored = trials.filter((trial) => trial.score !== undefined);
  const best = scored.toSorted(
    (a, b) => compareScores(score, a.score as number, b.score as number) || a.number - b.number,
  );
  const names = namesOf(trials);
  const title = typeof score === 'string' ? score : 'score';
  const rows = best
    .slice(0, most)
    .map((trial) => [
      String(trial.number),
      (trial.score as number).toPrecision(4),
      ...names.map((name) => textOf(trial.parameters[name])),
      String(trial.epochs ?? ''),
      trial.state,
    ]);
  const lines = fitting([['trial', title, ...names, 'epochs', 'state'], ...rows], names);
  const counted = (['completed', 'stopped', 'failed'] as const)
    .map((state) => ({ state, count: trials.filter((trial) => trial.state === state).length }))
    .filter(({ count }) => count > 0);
  const codes = [...new Set(trials.flatMap(({ error }) => error?.code ?? []))];
  const why = codes.length > 0 ? ` (${codes.join(', ')})` : '';
  lines.push(`${counted.map(({ state, count }) => `${count} ${state}`).join(', ')}${why}`);
  return lines.join('\n');
}

/** Columns that a terminal has. */
const WIDTH = 80;

/** Columns before those of the parameters. */
const BEFORE = 2;

/** The lines of a table, without those of the parameters for which there is no room. */
function fitting(rows: readonly (readonly string[])[], names: readonly string[]): string[] {
  for (let shown = names.length; ; shown--) {
    const cut = rows.map((row) => [...row.slice(0, BEFORE + shown), ...row.slice(BEFORE + names.length)]);
    const lines = tableOf(cut, 1);
    if (shown > 0 && lines.some((line) => line.length > WIDTH)) continue;
    if (shown < names.length) lines.push(...missingText(names.slice(shown)));
    return lines;
  }
}

/** Says where the columns are for which there is no room, in lines that fit. */
function missingText(names: readonly string[]): string[] {
  const words = `toCsv() also has the column${names.length === 1 ? '' : 's'} ${names.join(', ')}.`.split(' ');
  const lines = [''];
  for (const word of words) {
    const line = lines.at(-1) as string;
    if (line === '' || line.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines.slice(1);
}

/** In the order in which they are drawn: what the first trials did not draw follows what others drew before it. */
function namesOf(trials: readonly TrialResult[]): string[] {
  const names: string[] = [];
  for (const { parameters } of trials) {
    let after = -1;
    for (const name of Object.keys(parameters)) {
      const found = names.indexOf(name);
      if (found < 0) names.splice(++after, 0, name);
      else after = found;
    }
  }
  return names;
}

function textOf(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > 20 ? `${text.slice(0, 19)}…` : text;
}

/** RFC 4180. */
function csvCell(value: unknown): string {
  const text = value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
