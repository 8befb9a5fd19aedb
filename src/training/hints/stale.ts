/** Says that the samples of a fit lie far from those that the scaling of its network was learned from. What is stale is measured in data/. */
import type { StaleColumn } from '../../data/stale-columns.js';
import { describe } from '../../foundation/errors.js';
import type { NetworkSpec } from '../../options/spec.js';
import type { Hint, HintCode, History } from '../history.js';
import { figure, hint } from './hint.js';

/** What a network that hardly learned is told. */
const FAILURES: ReadonlySet<HintCode> = new Set([
  'RATE_TOO_LARGE',
  'RATE_TOO_SMALL',
  'DEAD_UNITS',
  'SATURATED_UNITS',
  'CONSTANT_OUTPUT',
]);

/** So many deviations away, a new network learns sooner than one that begins with what it knew. */
const FAR = 30;

/**
 * The history with the hint first: nothing else that is said of this fit matters before the scaling suits. Columns that moved as a whole
 * are named only where the network hardly learned.
 */
export function withStaleScaling(
  history: History,
  stale: readonly StaleColumn[],
  spec: Pick<NetworkSpec, 'normalize' | 'normalizeTargets'>,
): History {
  const numbers = stale.filter(({ kind }) => kind === 'numbers');
  const failed = history.hints.some(({ code }) => FAILURES.has(code));
  const columns = numbers.length > 0 ? numbers : failed ? stale : [];
  if (columns.length === 0) return history;
  // After a scaling that was learned anew, the others are what comes of it, and their mends are not its mend.
  const isRelearned = columns.some(({ kind }) => kind === 'relearned');
  const others = isRelearned ? history.hints.filter(({ code }) => !FAILURES.has(code)) : history.hints;
  return { ...history, hints: Object.freeze([staleScaling(columns, spec), ...others]) };
}

function staleScaling(
  stale: readonly StaleColumn[],
  { normalize, normalizeTargets }: Pick<NetworkSpec, 'normalize' | 'normalizeTargets'>,
): Hint {
  const worst = stale.reduce((most, next) => (next.deviations > most.deviations ? next : most));
  const { kind, samples, column, name, value, spread, shift, scale, deviations, count, rows } = worst;
  const where = name === undefined ? `column ${column} (counted from 0) of ${samples}` : `column ${describe(name)}`;
  const others = stale.length > 1 ? `, and in ${stale.length - 1} more of the columns` : '';
  const fitAnew = 'create a new network and fit it on all samples';
  if (kind === 'relearned') {
    const came = `${where} lay around ${figure(shift)} with a deviation of ${figure(scale)} before, now around ${figure(value)} with ${figure(spread as number)}${others}`;
    const why =
      'The parameters were rewritten so that predictions stay, and so far away the network hardly learns from there';
    return hint(
      'STALE_SCALING',
      `The scaling was learned anew, far from the one before: ${came}. ${why}. Instead, ${fitAnew}.`,
    );
  }
  const isGiven = (samples === 'inputs' ? normalize : normalizeTargets) === 'given';
  const learned = `the scaling was ${isGiven ? 'given' : 'learned'} around ${figure(shift)}`;
  const came =
    scale === 0
      ? `${where} was always ${figure(shift)} when the scaling was learned, and is ${figure(value)} now: the network does not see that (${count} of ${rows} rows${others})`
      : kind === 'column'
        ? `${where} lies around ${figure(value)} with a deviation of ${figure(spread as number)}, and ${learned} with ${figure(scale)}${others}`
        : `${where} has ${figure(value)}, and ${learned}: that is ${figure(deviations)} deviations away (${count} of ${rows} rows${others})`;
  const option = samples === 'inputs' ? 'normalize' : 'normalizeTargets';
  if (isGiven) {
    const mend = `Create a new network whose ${option} suits these samples, or with ${option}: 'standard', which learns it.`;
    return hint('STALE_SCALING', `The scaling was given for other samples: ${came}. ${mend}`);
  }
  const relearn = 'fit with relearnScaling: true';
  const [first, second] = deviations > FAR && scale > 0 ? [fitAnew, relearn] : [relearn, fitAnew];
  const mend = `${first[0]?.toUpperCase()}${first.slice(1)}, or ${second}.`;
  return hint('STALE_SCALING', `The scaling was learned from other samples: ${came}. ${mend}`);
}
