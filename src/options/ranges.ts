/** The range of an activation in words, for messages of networks with numbers as targets. */
import { OUTPUT_RANGES } from './activations.js';
import type { Activation } from './types.js';

export function rangeOf(activation: Activation): string {
  const [lowest, highest] = OUTPUT_RANGES[activation];
  return `${lowest} ${highest === Number.POSITIVE_INFINITY ? 'or more' : `to ${highest}`}, the range of a ${activation} output`;
}
