/** Shared by the tables of refused inputs and of refused targets: the calls, a row, and the ends of messages. */
import type { ErrorCode, Labels, Network, Samples } from '../../../src/index.js';

export type Call = (network: Network, inputs: Samples, targets: Samples | Labels) => unknown;
export type Row = [title: string, value: unknown, code: ErrorCode, message: string];

export const TRAINING_CALLS: Record<string, Call> = {
  fit: (network, inputs, targets) => network.fit(inputs, targets, { epochs: 1 }),
  trainOnBatch: (network, inputs, targets) => network.trainOnBatch(inputs, targets),
  gradients: (network, inputs, targets) => network.gradients(inputs, targets),
  evaluate: (network, inputs, targets) => network.evaluate(inputs, targets),
};

export const KINDS = 'an array of numbers, an array of rows, or a Float32Array';
export const FINITE = 'Every number must be finite and within float32\\.$';
export const EMPTY = 'is empty \\(or its buffer was transferred away\\)\\. Give at least one row\\.$';
