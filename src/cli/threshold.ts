/** From which probability on the answer is yes: the options that say it, and the choice by the rows that validate. */
import type { Network, Row } from 'wasmlp';
import { bestThreshold } from 'wasmlp/report';
import { textOf } from '../columns/cells.js';
import type { Option } from './args.js';
import { readNumber } from './values.js';
import { WrongUse } from './wrong-use.js';

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

/** Refuses a threshold for a model of other answers. */
export function checkThreshold(network: Network, threshold: number | undefined): void {
  if (threshold === undefined || answersYesOrNo(network)) return;
  throw new WrongUse('--threshold is for a network that tells two classes apart, which this one does not.');
}

/** Of rows with their target: whether they are of the second class, which counts as yes. */
export function positivesOf({ labels, target }: Network, rows: readonly Row[]): boolean[] {
  return rows.map((row) => textOf(row[target as string]) === labels?.[1]);
}

/** The threshold with the best F1, to six digits: as it is printed, it gives the same answers. */
export function chosenThreshold(network: Network, rows: readonly Row[]): number {
  const probabilities = network.predict(rows).map(([p]) => p as number);
  const { threshold } = bestThreshold(probabilities, positivesOf(network, rows));
  return Number(threshold.toPrecision(6));
}
