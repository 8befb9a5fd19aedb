/**
 * Finds out why a network learned little. A chunk of its own: fits after which a network has learned do not load it.
 *
 * Everything is measured on a sample of what the fit trained on, and on its losses; no cause is guessed from the options. The messages
 * have the figures. What tries other learning rates (rates.ts) trains a second network: nobody ever sees this one in another state.
 */
import type { EarlyStopping } from '../fit-options.js';
import type { Hint, HintCode } from '../history.js';
import { constantOutput, unbalancedClasses } from './answers.js';
import type { Evidence } from './evidence.js';
import { explained, LEARNED } from './explained.js';
import { neighboursExplain } from './neighbours.js';
import { overfitting } from './overfitting.js';
import { unsuitedRate } from './rates.js';
import { unscaledInputs, unscaledTargets } from './scales.js';
import { deadUnits, saturatedUnits } from './units.js';

/** A network that explains less than this has learned nothing. */
const NOTHING = 0.1;
/** How much more than the network the nearest neighbours have to explain for the network to be at fault, and not the data. */
const MARGIN = 0.1;

/** Hints come in this order: causes before what they cause. */
const IMPORTANCE: readonly HintCode[] = [
  'STALE_SCALING',
  'UNSCALED_TARGETS',
  'UNSCALED_INPUTS',
  'RATE_TOO_LARGE',
  'DEAD_UNITS',
  'SATURATED_UNITS',
  'RATE_TOO_SMALL',
  'UNBALANCED_CLASSES',
  'CONSTANT_OUTPUT',
  'OVERFITTING',
];

export async function findHints(evidence: Evidence): Promise<readonly Hint[]> {
  const { run, sample, outputs } = evidence;
  const { spec } = run;
  const power = spec.loss === 'meanAbsoluteError' || spec.loss === 'huber' ? 1 : 2;
  const share = explained(sample, outputs, power);
  const possible = (): number => neighboursExplain(spec.inputs, sample, power, evidence.budget.differences);
  const hasLearned = share >= LEARNED || (share >= NOTHING && share >= possible() - MARGIN);
  const found: (Hint | undefined)[] = [];
  if (!hasLearned) {
    const targets = unscaledTargets(evidence);
    found.push(targets, unscaledInputs(evidence), deadUnits(evidence), saturatedUnits(evidence));
    // A rate that does not suit unscaled targets may suit scaled ones; where unscaled inputs made units die, nothing is left to ask.
    const isClear = found.filter((hint) => hint !== undefined).length > 1;
    if (targets === undefined && !isClear) found.push(await unsuitedRate(evidence, share));
    const hasCause = found.some((hint) => hint !== undefined);
    if (share < NOTHING) found.push(constantOutput(evidence, targets !== undefined, hasCause));
  }
  if (share < LEARNED) found.push(unbalancedClasses(evidence));
  if (!restoresBest(run.options.earlyStopping)) found.push(overfitting(evidence));
  const hints = found.filter((hint) => hint !== undefined);
  hints.sort((a, b) => IMPORTANCE.indexOf(a.code) - IMPORTANCE.indexOf(b.code));
  return Object.freeze(hints);
}

function restoresBest(earlyStopping: unknown): boolean {
  return earlyStopping !== undefined && (earlyStopping as EarlyStopping).restoreBest !== false;
}
