/** What `predict` writes for a row: the answer, and the probabilities of classes, as cells of a CSV file. */
import type { Network } from 'wasmlp';
import { answersYesOrNo } from './threshold.js';

/** The names of the columns that are added, and how the outputs of a row become their cells. */
export interface AnswerColumns {
  readonly names: readonly string[];
  /** The cells of the row whose outputs begin at `at`. They are not quoted yet. */
  cells(outputs: Float32Array, at: number): string[];
}

/** `threshold`: of two classes, the probability from which on the second one is named. `decimal`: what stands before decimals. */
export function answerColumns(network: Network, threshold: number, decimal: '.' | ','): AnswerColumns {
  const { outputs: width, target } = network;
  const write = decimal === '.' ? (text: string): string => text : (text: string): string => text.replace('.', ',');
  const activation = network.layers.at(-1)?.activation;
  const labels = labelsOf(network);
  const named = (name: string): string => `p(${name})`;
  if (answersYesOrNo(network)) {
    const [no, yes] = labels as [string, string];
    return {
      names: ['predicted', named(no), named(yes)],
      cells(outputs, at) {
        const p = outputs[at] as number;
        return [p >= threshold ? yes : no, write(share(1 - p)), write(share(p))];
      },
    };
  }
  const shares = (outputs: Float32Array, at: number): string[] =>
    labels.map((_, i) => write(share(outputs[at + i] as number)));
  if (activation === 'softmax') {
    return {
      names: ['predicted', ...labels.map(named)],
      cells: (outputs, at) => [labels[likeliest(outputs, at, width)] as string, ...shares(outputs, at)],
    };
  }
  if (activation === 'sigmoid') {
    return {
      names: ['predicted', ...labels.map(named)],
      cells: (outputs, at) => [
        labels.filter((_, i) => (outputs[at + i] as number) >= threshold).join(' '),
        ...shares(outputs, at),
      ],
    };
  }
  const targets = Array.isArray(target) ? (target as readonly string[]) : labels;
  return {
    names: width === 1 ? ['predicted'] : targets.map((name) => `predicted(${name})`),
    cells: (outputs, at) => Array.from({ length: width }, (_, i) => write(rounded(outputs[at + i] as number))),
  };
}

/** Names of the outputs; their indexes where the network has none. */
function labelsOf({ labels, outputs }: Network): readonly string[] {
  return labels ?? Array.from({ length: Math.max(outputs, 2) }, (_, i) => `${i}`);
}

function likeliest(outputs: Float32Array, at: number, width: number): number {
  let best = 0;
  for (let i = 1; i < width; i++) if ((outputs[at + i] as number) > (outputs[at + best] as number)) best = i;
  return best;
}

/** A probability with six decimals; a small one with four digits. Twice as fast as toPrecision for all. */
function share(p: number): string {
  return p < 0.001 ? rounded(p, 4) : `${Math.round(p * 1e6) / 1e6}`;
}

/** As many digits as float32 has. */
function rounded(value: number, digits = 7): string {
  return `${Number(value.toPrecision(digits))}`;
}
