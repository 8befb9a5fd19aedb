/** Says that the samples of a fit lie far from those that the scaling of its network was learned from. What is stale is measured in data/. */
import type { StaleColumn } from '../../data/stale-columns.js';
import { describe } from '../../foundation/errors.js';
import type { Hint, History } from '../history.js';
import { figure, hint } from './hint.js';

/** The history with the hint first: nothing else that is said of this fit matters before the scaling suits. */
export function withStaleScaling(history: History, stale: readonly StaleColumn[]): History {
  return { ...history, hints: Object.freeze([staleScaling(stale), ...history.hints]) };
}

function staleScaling(stale: readonly StaleColumn[]): Hint {
  const worst = stale.reduce((most, next) => (next.deviations > most.deviations ? next : most));
  const { samples, column, name, value, shift, scale, deviations, count, rows } = worst;
  const where = name === undefined ? `column ${column} (counted from 0) of ${samples}` : `column ${describe(name)}`;
  const came =
    scale === 0
      ? `${where} was always ${figure(shift)} when the scaling was learned, and is ${figure(value)} now: the network does not see that`
      : `${where} has ${figure(value)}, ${figure(deviations)} deviations from ${figure(shift)}, around which the scaling was learned`;
  const others = stale.length > 1 ? `, and in ${stale.length - 1} more of the columns` : '';
  const mend = 'Fit with relearnScaling: true, or create a new network and fit it on all samples.';
  return hint(
    'STALE_SCALING',
    `The scaling was learned from other samples: ${came} (${count} of ${rows} rows${others}). ${mend}`,
  );
}
