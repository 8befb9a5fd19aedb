/** Checks what a network answers: users never get NaN or infinity without an error. */
import { codedError, rowAt } from '../foundation/errors.js';
import { allFinite } from '../foundation/finite.js';

const MEND = 'The weights are too large for these inputs: train with a smaller learningRate, or scale the inputs.';

/** Throws ERR_NON_FINITE for the first row of outputs, end to end, that is not finite. */
export function checkOutputs(call: string, outputs: Float32Array, width: number): void {
  if (allFinite(outputs)) return;
  const bad = outputs.findIndex((value) => !Number.isFinite(value));
  const where = rowAt(Math.floor(bad / width), bad % width);
  throw codedError('ERR_NON_FINITE', `${call}: the output for ${where} is ${outputs[bad]}. ${MEND}`);
}

/** Throws ERR_NON_FINITE for a loss that is not finite. `lossOf` gives that of one row. */
export function checkLoss(call: string, loss: number, rows: number, lossOf: (row: number) => number): void {
  if (Number.isFinite(loss)) return;
  let row = 0;
  while (row < rows - 1 && Number.isFinite(lossOf(row))) row++;
  throw codedError('ERR_NON_FINITE', `${call}: the loss is ${loss}, from ${rowAt(row)} on. ${MEND}`);
}
