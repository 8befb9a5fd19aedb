/** A validation loss that rises while the training loss falls. */
import type { EngineSamples } from '../../engine/engine.js';
import { log } from '../../foundation/math.js';
import type { NetworkSpec } from '../../options/spec.js';
import { bestEpochOf, type EpochResult, type Hint, scoreOf } from '../history.js';
import type { Evidence } from './evidence.js';
import { targetOf } from './explained.js';
import { columnOf, figure, hint } from './hint.js';

/** How far the loss rises: as a share of the best one, and of what always answering the mean costs. */
const RISE = 0.2;
const RISE_OF_CONSTANT = 0.1;
/** The last epochs are averaged: one alone may be bad by chance. */
const LAST_EPOCHS = 3;

export function overfitting({ run: { spec }, sample, epochs }: Evidence): Hint | undefined {
  const last = epochs[epochs.length - 1];
  const number = bestEpochOf(epochs);
  const best = epochs.find(({ epoch }) => epoch === number);
  if (last?.validationLoss === undefined || best?.validationLoss === undefined) return undefined;
  const ending = epochs.slice(-LAST_EPOCHS);
  const end = ending.reduce((sum, epoch) => sum + scoreOf(epoch), 0) / ending.length;
  const rise = end - best.validationLoss;
  if (ending.includes(best as EpochResult) || last.loss >= best.loss) return undefined;
  if (rise < RISE * best.validationLoss || rise < RISE_OF_CONSTANT * lossOfMean(spec, sample)) return undefined;
  const came = `The validation loss was lowest in epoch ${number}, ${figure(best.validationLoss)}, and rose to ${figure(last.validationLoss)} in epoch ${last.epoch}`;
  const fell = `the training loss fell from ${figure(best.loss)} to ${figure(last.loss)}`;
  const mend =
    'Stop there with earlyStopping: { patience: 10 }, which restores the best weights; or use dropout, l2, fewer units or more samples.';
  return hint('OVERFITTING', `${came}, while ${fell}. ${mend}`);
}

/** The loss of always answering the mean of the targets. */
function lossOfMean({ loss, outputs: width }: NetworkSpec, sample: EngineSamples): number {
  const { count } = sample;
  let sum = 0;
  for (let column = 0; column < width; column++) {
    const target = (row: number): number => targetOf(sample, row, column, width);
    const { mean, deviation } = columnOf(count, target);
    if (loss === 'categoricalCrossEntropy') sum += entropy(mean) * width;
    else if (loss === 'binaryCrossEntropy') sum += entropy(mean) + entropy(1 - mean);
    else if (loss === 'meanSquaredError') sum += deviation ** 2;
    else for (let row = 0; row < count; row++) sum += Math.abs(target(row) - mean) / count;
  }
  return sum / width;
}

function entropy(probability: number): number {
  return probability > 0 ? -probability * log(probability) : 0;
}
