/** Turns what `fit` noticed into one line of advice, in the words of the page's controls. Knows no page. */
import { percent } from './numbers.js';

/** What to do about each hint. Others keep the library's words. @type {Record<string, string>} */
const ADVICE = {
  RATE_TOO_LARGE: 'The learning rate is too large: the loss does not fall. Make it smaller, and restart.',
  RATE_TOO_SMALL: 'The learning rate is too small: the loss hardly falls. Make it larger.',
  DEAD_UNITS:
    'Most relu units are 0 everywhere, and learn nothing. Try leakyRelu or a smaller learning rate, and restart.',
  SATURATED_UNITS:
    'Most units are at an end of their range, and hardly learn. Make the learning rate smaller, and restart.',
  CONSTANT_OUTPUT:
    'The network answers nearly the same everywhere. Give it more units, more epochs, or a larger learning rate.',
  UNBALANCED_CLASSES: 'One class is rare and hardly found. Brush more points of it.',
  OVERFITTING:
    'The validation loss rises while the training loss falls: it learns by heart. Try L2, fewer units, or a larger share of training.',
};

/** A straight line is no good where the accuracy stays below this. */
const GOOD = 0.95;
/** Epochs before the page says that. */
const PATIENCE = 20;
/** With a rate that is too large, nothing else can be judged. */
const FIRST = ['RATE_TOO_LARGE'];
const STRAIGHT = 'Without a bend, the boundary is a straight line. Add a hidden layer with tanh, or extra inputs.';

/** What to try where spirals are no news. @type {Partial<Record<import('./settings.js').Settings['data'], string>>} */
const NEXT = { spirals: 'fewer units, or more noise', own: 'fewer units, or brush points that are harder' };

/** @typedef {Pick<import('./session.js').Session, 'hints' | 'settled' | 'last' | 'isTrained'>} Coached */

/**
 * @param {Coached} session
 * @param {string} [task] What the visitor has taken on. Advice comes before it.
 * @returns {string} Nothing where there is nothing to say.
 */
export function coachOf(session, task = '') {
  return adviceOf(session) || task || (session.last === undefined ? beginningOf(session) : praiseOf(session));
}

/** @param {Coached} session */
function adviceOf({ hints, settled, last }) {
  const [hint] = hints;
  const { data, layers, activation, extra } = settled;
  const isLine = data !== 'digits' && extra.length === 0 && (layers.length === 0 || activation === 'linear');
  const isPoor = last !== undefined && last.epoch > PATIENCE && (last.validationAccuracy ?? 1) < GOOD;
  if (isLine && isPoor && !FIRST.includes(hint?.code ?? '')) {
    return layers.length === 0 ? STRAIGHT : STRAIGHT.replace('Add a hidden layer with tanh', 'Choose tanh');
  }
  return hint === undefined ? '' : (ADVICE[hint.code] ?? hint.message);
}

/** What to do first. @param {Coached} session */
function beginningOf({ settled, isTrained }) {
  if (isTrained) return '';
  if (settled.data === 'digits') return 'Press Start: the network learns to read digits. Then draw one.';
  return 'Press Start: the plane takes the colours of its points.';
}

/** What it can do now, and what to try next. @param {Coached} session */
function praiseOf({ settled, last }) {
  const accuracy = last?.validationAccuracy ?? 0;
  if (last === undefined || last.epoch <= PATIENCE || accuracy < GOOD) return '';
  const right = percent(Math.floor(1000 * accuracy) / 1000);
  if (settled.data === 'digits') return `It reads ${right} of new digits right. Draw one on the sheet.`;
  const next = NEXT[settled.data] ?? 'fewer units, more noise, or spirals';
  return `It answers ${right} of new points right. Now try ${next}.`;
}
