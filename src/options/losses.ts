/** Losses by name: which targets they take, which output activation they need, and which loss is the default. Knows no formula. */
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

/** The loss that needs this output activation, else the mean squared error. */
export function defaultLoss(activation: Activation): Loss {
  return LOSSES.find((loss) => LOSS_TRAITS[loss].activation === activation) ?? 'meanSquaredError';
}
