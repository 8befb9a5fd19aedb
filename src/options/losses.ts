/** Losses by name: which targets they take, which output activation they need, and which loss is the default. Knows no formula. */
import type { Activation, Loss } from './types.js';

/** When a prediction counts as correct. */
export type Metric = 'none' | 'argmax' | 'threshold';

interface LossTraits {
  /**
   * Which targets the loss takes, by how answers are judged: any numbers ('none'), a probability for each output ('threshold'), or a row
   * of probabilities that sum to 1 ('argmax').
   */
  readonly metric: Metric;
  /**
   * The only output activation that the loss allows; left out where all are allowed. Together, the derivatives of the two are
   * outputs - targets, with no division by a tiny probability: both engines rely on that.
   */
  readonly activation?: Activation;
}

export const LOSS_TRAITS: Readonly<Record<Loss, LossTraits>> = {
  meanSquaredError: { metric: 'none' },
  binaryCrossEntropy: { metric: 'threshold', activation: 'sigmoid' },
  categoricalCrossEntropy: { metric: 'argmax', activation: 'softmax' },
  meanAbsoluteError: { metric: 'none' },
  huber: { metric: 'none' },
};

export const LOSSES = Object.keys(LOSS_TRAITS) as readonly Loss[];

/** The loss that needs this output activation, else the mean squared error. */
export function defaultLoss(activation: Activation): Loss {
  return LOSSES.find((loss) => LOSS_TRAITS[loss].activation === activation) ?? 'meanSquaredError';
}
