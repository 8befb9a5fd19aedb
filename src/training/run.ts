/** Gets a fit ready: proves what only some fits have, early stopping and schedules, and loads the code for it. */
import type { Patience, Watched } from './early-stopping.js';
import type { FitSpec, LearningRate } from './fit-options.js';

/** Where a fit begins. */
export interface Start {
  /** Epochs trained by earlier fits. */
  readonly epochsBefore: number;
  /** The optimizer's. */
  readonly learningRate: number;
}

export interface Prepared {
  readonly learningRate: LearningRate;
  /** Where it stops early. */
  readonly patience: Patience | undefined;
}

export async function prepare(
  call: string,
  { epochs, earlyStopping, learningRate }: Pick<FitSpec, 'epochs' | 'earlyStopping' | 'learningRate'>,
  start: Start,
  watched: Watched,
): Promise<Prepared> {
  let patience: Patience | undefined;
  if (earlyStopping !== undefined) {
    const { Patience } = await import('./early-stopping.js');
    patience = new Patience(call, earlyStopping, watched);
  }
  if (typeof learningRate === 'number') return { learningRate: () => learningRate, patience };
  if (typeof learningRate === 'function') return { learningRate, patience };
  const { resolveSchedule } = await import('./schedule.js');
  const course = { learningRate: start.learningRate, lastEpoch: start.epochsBefore + epochs };
  return { learningRate: resolveSchedule(learningRate, course, `${call}: learningRate`), patience };
}
