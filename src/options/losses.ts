/** Losses by name: which targets they take, which output activation they need, and which loss is the default. Knows no formula. */
import { checkName, unsupported } from '../foundation/checks.js';
import { codedError } from '../foundation/errors.js';
import type { Activation, Loss } from './types.js';

interface LossTraits {
  /** Any numbers; a probability for each output; or a row of probabilities that sum to 1. */
  readonly targets: 'numbers' | 'probabilities' | 'distribution';
  /**
   * The only output activation that the loss allows; left out where all are allowed. Together, the derivatives of the two are
   * outputs - targets, with no division by a tiny probability: both engines rely on that.
   */
  readonly activation?: Activation;
}

export const LOSS_TRAITS: Readonly<Record<Loss, LossTraits>> = {
  meanSquaredError: { targets: 'numbers' },
  binaryCrossEntropy: { targets: 'probabilities', activation: 'sigmoid' },
  categoricalCrossEntropy: { targets: 'distribution', activation: 'softmax' },
  meanAbsoluteError: { targets: 'numbers' },
  huber: { targets: 'numbers' },
};

export const LOSSES = Object.keys(LOSS_TRAITS) as readonly Loss[];

/** The default is the loss that needs this output activation, else the mean squared error. */
export function resolveLoss(value: unknown, activation: Activation): Loss {
  if (value === undefined) {
    return LOSSES.find((loss) => LOSS_TRAITS[loss].activation === activation) ?? 'meanSquaredError';
  }
  const loss = checkName('create: loss', value, LOSSES);
  const needed = LOSS_TRAITS[loss].activation;
  if (needed === undefined || needed === activation) return loss;
  if (loss === 'binaryCrossEntropy' && activation === 'softmax') {
    // Its derivative divides by 1 - y, which is 0 in float32 where the network is sure.
    throw unsupported(
      'create: loss binaryCrossEntropy on a softmax output layer',
      'Use categoricalCrossEntropy, or sigmoid.',
    );
  }
  const mend =
    loss === 'binaryCrossEntropy'
      ? 'It needs outputs between 0 and 1: give the output layer activation: "sigmoid".'
      : `Give the output layer activation: "${needed}".`;
  throw codedError('ERR_INVALID_OPTION', `create: loss ${loss} on a ${activation} output layer. ${mend}`);
}
