/** Checks of what is judged beside a report: probabilities of yes-or-no answers, and numbers. Knows no figure. */
import { codedError, counted, describe, rowAt } from '../foundation/errors.js';
import type { Numbers } from './report.js';

/** For each sample, whether it is of the positive class: 1 or true, 0 or false. */
export type Positives = ArrayLike<number | boolean>;

/** Both lists have one entry for each sample, and there is a sample. */
export function checkLengths(where: string, given: ArrayLike<unknown>, truth: ArrayLike<unknown>, name: string): void {
  if (given.length !== truth.length || truth.length === 0) {
    const came = `${counted(given.length, 'answer')} and ${truth.length} ${name}`;
    throw codedError('ERR_SHAPE', `${where}: ${came}, expected equally many, at least 1. Give one of each per sample.`);
  }
}

/** As checkLengths, and the answers are probabilities, the truth yes or no. */
export function checkAnswers(where: string, probabilities: Numbers, positives: Positives): void {
  checkLengths(where, probabilities, positives, 'positives');
  for (let row = 0; row < positives.length; row++) {
    const [p, positive] = [probabilities[row] as number, positives[row] as number | boolean];
    if (!(p >= 0 && p <= 1)) {
      const message = `${where}: ${rowAt(row)} has the probability ${describe(p)}, expected a number from 0 to 1.`;
      throw codedError('ERR_INVALID_OPTION', `${message} Give what a sigmoid or softmax output predicts.`);
    }
    if (Number(positive) !== 0 && Number(positive) !== 1) {
      const message = `${where}: ${rowAt(row)} of positives is ${describe(positive)}, expected 1 or true, 0 or false.`;
      throw codedError('ERR_INVALID_OPTION', `${message} Compare the class with the positive one: label === "yes".`);
    }
  }
}
