/** Says in a sentence how far a training is. Knows no page. */
import { digits, grouped, percent } from './numbers.js';

/**
 * @param {Pick<import('./session.js').Session, 'last' | 'loaded' | 'network'>} session
 * @param {{ steps: number, loss: number }} single Steps on single samples since the last epoch, and the loss before the last of them.
 */
export function summaryOf({ last, loaded, network }, { steps, loss }) {
  const parts = [];
  if (last !== undefined) {
    const validation = ratingOf(last.validationAccuracy, last.validationLoss ?? last.loss);
    parts.push(`Epoch ${grouped(last.epoch)}, training loss ${digits(last.loss)}, validation ${validation}`);
  } else if (network !== undefined && loaded !== undefined) {
    const epoch = network.epochs > 0 ? `, epoch ${grouped(network.epochs)}` : '';
    const accuracy = loaded.accuracy === undefined ? '' : `, accuracy ${percent(loaded.accuracy)}`;
    parts.push(`As loaded${epoch}: validation loss ${digits(loaded.loss)}${accuracy}`);
  }
  if (steps > 0) {
    const taken = steps === 1 ? '1 step' : `${grouped(steps)} steps`;
    parts.push(`${taken}, loss of the last sample ${digits(loss)}`);
  }
  return parts.length === 0 ? 'Not trained yet.' : `${parts.join('; then ')}.`;
}

/** Values have no accuracy. @param {number | undefined} accuracy @param {number} loss */
function ratingOf(accuracy, loss) {
  return accuracy === undefined ? `loss ${digits(loss)}` : `accuracy ${percent(accuracy)}`;
}
