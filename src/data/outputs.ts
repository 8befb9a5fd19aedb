/** Checks what a network answers: users never get NaN or infinity without an error. */
import { codedError, rowAt } from '../foundation/errors.js';
import { allFinite } from '../foundation/finite.js';

/** Throws ERR_NON_FINITE for the first row of outputs, end to end, that is not finite. */
export function checkOutputs(call: string, outputs: Float32Array, width: number): void {
  if (allFinite(outputs)) return;
  const bad = outputs.findIndex((value) => !Number.isFinite(value));
  throw notFinite(`${call}: the output`, outputs[bad] as number, Math.floor(bad / width));
}

/** The error for a number that a network gives for a row. */
export function notFinite(what: string, value: number, row: number): Error {
  const mend = 'The weights are too large for this row: use a smaller learningRate, or scale the inputs.';
  return codedError('ERR_NON_FINITE', `${what} for ${rowAt(row)} is ${value}. ${mend}`);
}
