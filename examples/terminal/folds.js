/** Shows a cross-validation in the terminal: a line for each fold when it is done. */
import { bar } from './progress.js';

/**
 * Shows each fold with a bar, and returns all of them.
 * @template {{ number: number }} Fold
 * @param {AsyncIterable<Fold>} folds
 * @param {(fold: Fold) => { share: number, text: string }} rate `share`: how much of the bar, from 0 to 1
 */
export async function showFolds(folds, rate) {
  const shown = [];
  for await (const fold of folds) {
    const { share, text } = rate(fold);
    console.log(`  fold ${String(fold.number).padStart(2)}  ${bar(share, 24)}  ${text}`);
    shown.push(fold);
  }
  return shown;
}
