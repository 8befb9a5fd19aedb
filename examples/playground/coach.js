/** Turns what `fit` noticed into one line of advice, in the words of the page's controls. Knows no page. */

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
    'The validation loss rises while the training loss falls: it learns by heart. Try L2, fewer units, or more points.',
};

/** A network without hidden layers whose accuracy is below this cannot draw the boundary. */
const GOOD = 0.95;

/**
 * @param {Pick<import('./session.js').Session, 'hints' | 'settled' | 'last'>} session
 * @returns {string} Nothing where there is nothing to say.
 */
export function coachOf({ hints, settled: settings, last }) {
  const [hint] = hints;
  if (hint !== undefined) return ADVICE[hint.code] ?? hint.message;
  const isLinear = settings.layers.length === 0 || settings.activation === 'linear';
  const isPoor = last !== undefined && last.epoch > 20 && (last.validationAccuracy ?? 1) < GOOD;
  if (isLinear && isPoor && settings.extra.length === 0) {
    return 'Without a bend, the boundary is a straight line. Add a hidden layer with tanh, or extra inputs.';
  }
  return '';
}
