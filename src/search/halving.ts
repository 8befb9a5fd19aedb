/**
 * Successive halving in synchronous rungs: all trials of a rung are done before the next one begins, so that who goes on does not depend on
 * how many are trained at a time. See K. Jamieson and A. Talwalkar: Non-stochastic Best Arm Identification and Hyperparameter Optimization,
 * 2016.
 */

export interface Rung {
  /** Trials that train. */
  readonly trials: number;
  /** Up to this epoch, counted from the beginning of a trial. */
  readonly lastEpoch: number;
}

/** The rungs for so many trials and epochs. The last one trains all epochs. */
export function rungsOf(
  trials: number,
  epochs: number,
  { factor, minEpochs }: { readonly factor: number; readonly minEpochs: number | undefined },
): Rung[] {
  // As many rungs as leave about one trial.
  let divided = 1;
  while (divided * factor <= trials) divided *= factor;
  const first = Math.min(minEpochs ?? Math.max(Math.ceil(epochs / divided), 1), epochs);
  const rungs: Rung[] = [];
  // Multiplied, not raised to a power: that differs between engines.
  for (let grown = 1; ; grown *= factor) {
    const lastEpoch = Math.min(Math.round(first * grown), epochs);
    const left = Math.max(Math.floor(trials / grown), 1);
    if (rungs.at(-1)?.lastEpoch === lastEpoch) continue;
    rungs.push({ trials: left, lastEpoch });
    if (lastEpoch >= epochs) return rungs;
  }
}
