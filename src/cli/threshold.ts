/** From which probability on the answer is yes: chosen on the rows that validate, or given. Figures of answers at a threshold. */
import type { Network, Row } from 'wasmlp';
import { bestThreshold } from 'wasmlp/report';
import { textOf } from '../columns/cells.js';
import type { Option } from './args.js';
import { figure, printable } from './terminal.js';
import { readNumber } from './values.js';

/** Figures of a yes-or-no answer at a threshold. */
export interface AtThreshold {
  readonly threshold: number;
  /** The class that counts as yes: the second label. */
  readonly label: string;
  readonly accuracy: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

const isThreshold = (p: number): boolean => p > 0 && p < 1;
const HELP = 'of two classes: the probability from which on the second is named';

/** The option of `train`. */
export const CHOSEN_THRESHOLD: Option<number | 'f1'> = {
  value: 'f1|<p>',
  help: `${HELP}; f1: the one with the best F1 on the rows that validate. Default 0.5`,
  read: (where, given) =>
    given === 'f1' ? 'f1' : readNumber(where, given, 'f1, or a number above 0 and below 1', isThreshold),
};

/** The option of commands that use a model. */
export const THRESHOLD: Option<number> = {
  value: '<p>',
  help: `${HELP}. Default 0.5`,
  read: (where, given) => readNumber(where, given, 'a number above 0 and below 1', isThreshold),
};

/** Whether the network answers yes or no: one sigmoid output. */
export function answersYesOrNo({ outputs, layers }: Network): boolean {
  return outputs === 1 && layers.at(-1)?.activation === 'sigmoid';
}

/** The name of the class that counts as yes. */
export function positiveOf({ labels }: Network): string {
  return labels?.[1] ?? '1';
}

/** The probabilities of the second class, and whether it is the true one. */
export interface Answers {
  readonly probabilities: readonly number[];
  readonly positives: readonly boolean[];
}

/** The answers of a network that knows its target. */
export function answersOf(network: Network, rows: readonly Row[]): Answers {
  const [label, target] = [positiveOf(network), network.target as string];
  return {
    probabilities: network.predict(rows).map(([p]) => p as number),
    positives: rows.map((row) => textOf(row[target]) === label),
  };
}

export function chosenThreshold({ probabilities, positives }: Answers): number {
  return bestThreshold(probabilities, positives).threshold;
}

export function figuresAt(threshold: number, label: string, { probabilities, positives }: Answers): AtThreshold {
  let [hits, named, right] = [0, 0, 0];
  for (const [row, p] of probabilities.entries()) {
    const isYes = p >= threshold;
    if (isYes) named++;
    if (isYes && positives[row]) hits++;
    if (isYes === positives[row]) right++;
  }
  const all = positives.filter(Boolean).length;
  return {
    threshold,
    label,
    accuracy: right / probabilities.length,
    precision: named > 0 ? hits / named : all > 0 ? 0 : Number.NaN,
    recall: hits / all,
    f1: all > 0 ? (2 * hits) / (named + all) : Number.NaN,
  };
}

export function thresholdText({ threshold, label, accuracy, precision, recall, f1 }: AtThreshold): string {
  const figures = Object.entries({ precision, recall, f1, accuracy }).map(
    ([name, value]) => `${name} ${figure(value)}`,
  );
  return `${printable(label)} from a probability of ${figure(threshold)} on: ${figures.join(', ')}.`;
}
