/** Losses by name: what targets they take, which output activation they go with, and which one a network has by default. */
import { checkName, unsupported } from '../foundation/checks.js';
import { codedError } from '../foundation/errors.js';
import type { Activation, Loss } from './types.js';

interface LossTraits {
  /** Any numbers, a probability for each output, or a row of probabilities that sum to 1. */
  readonly targets: 'numbers' | 'probabilities' | 'distribution';
  /**
   * The one output activation that it goes with; left out where all do. The derivatives of the two cancel to outputs - targets, without
   * a division by a vanishing probability: both engines rely on that.
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

/** By default the loss that belongs to the output's activation, for most the squared error. */
export function resolveLoss(value: unknown, activation: Activation): Loss {
  if (value === undefined) {
    return LOSSES.find((loss) => LOSS_TRAITS[loss].activation === activation) ?? 'meanSquaredError';
  }
  const loss = checkName('create: loss', value, LOSSES);
  const needed = LOSS_TRAITS[loss].activation;
  if (needed === undefined || needed === activation) return loss;
  if (loss === 'binaryCrossEntropy' && activation === 'softmax') {
    // Its derivative divides by 1 - y, which float32 rounds to 0 where the network is sure.
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
