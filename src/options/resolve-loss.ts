/** Checks a loss against the output layer. */

import { codedError } from '../foundation/errors.js';
import { checkName, unsupported } from '../foundation/more-checks.js';
import { defaultLoss, LOSS_TRAITS, LOSSES } from './losses.js';
import type { Activation, Loss } from './types.js';

export function resolveLoss(value: unknown, activation: Activation): Loss {
  if (value === undefined) return defaultLoss(activation);
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
