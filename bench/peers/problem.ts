/** What every contender gets, in a file that C and Python read too: the data and the first weights. */
import { readFileSync, writeFileSync } from 'node:fs';
import { type Case, createNetwork, dataOf, parametersOf } from '../cases.js';

export interface Layer {
  /** (units, inputs) row-major. */
  readonly weights: Float32Array;
  readonly biases: Float32Array;
}

export interface Problem {
  /** Layer widths, inputs first. */
  readonly widths: readonly number[];
  readonly samples: number;
  /** (samples, inputs) and (samples, outputs), rows end to end. */
  readonly inputs: Float32Array;
  readonly targets: Float32Array;
  readonly layers: readonly Layer[];
}

export async function problemOf(benchCase: Case): Promise<Problem> {
  const network = await createNetwork(benchCase);
  const layers = parametersOf(network);
  network.dispose();
  return { ...benchCase, ...dataOf(benchCase), layers };
}

/**
 * The file, little-endian, in 4 bytes each:
 *
 *   int32:    count of widths | widths | samples
 *   float32:  inputs | targets | weights and biases of each layer in turn
 */
export function writeProblem(file: string, { widths, samples, inputs, targets, layers }: Problem): void {
  const tensors = [inputs, targets, ...layers.flatMap(({ weights, biases }) => [weights, biases])];
  const parts = [Int32Array.of(widths.length, ...widths, samples), ...tensors];
  writeFileSync(file, Buffer.concat(parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength))));
}

export function readProblem(file: string): Problem {
  const bytes = Uint8Array.from(readFileSync(file)).buffer;
  const [count = 0] = new Int32Array(bytes, 0, 1);
  const widths = [...new Int32Array(bytes, 4, count)];
  const [samples = 0] = new Int32Array(bytes, 4 + 4 * count, 1);
  let at = 8 + 4 * count;
  const floats = (length: number): Float32Array => {
    const tensor = new Float32Array(bytes, at, length).slice();
    at += 4 * length;
    return tensor;
  };
  const I = widths[0] as number;
  const O = outputsOf(widths);
  const inputs = floats(samples * I);
  const targets = floats(samples * O);
  const layers = widths.slice(1).map((units, layer) => {
    const weights = floats(units * (widths[layer] as number));
    return { weights, biases: floats(units) };
  });
  return { widths, samples, inputs, targets, layers };
}

export function outputsOf(widths: readonly number[]): number {
  return widths[widths.length - 1] as number;
}

/** Views of the rows of a matrix, `width` numbers each. */
export function rowsOf(matrix: Float32Array, width: number): Float32Array[] {
  return Array.from({ length: matrix.length / width }, (_, row) => matrix.subarray(row * width, (row + 1) * width));
}
