/** What `predict` writes behind a row: the answer, and the probabilities of classes, as cells of a CSV file. */
import type { Network } from 'wasmlp';
import { classAt } from '../data/classification.js';
import { CsvText } from './csv-text.js';
import { answersYesOrNo } from './threshold.js';

/** The names of the columns that are added. */
export function answerNames(network: Network): readonly string[] {
  const labels = labelsOf(network);
  if (isClassifier(network)) return ['predicted', ...labels.map((label) => `p(${label})`)];
  return network.outputs === 1 ? ['predicted'] : labels.map((name) => `predicted(${name})`);
}

/** Writes the cells behind a row: of the row whose outputs begin at `at`. */
export type WriteAnswer = (outputs: Float32Array, at: number) => string;

export interface AnswerFormat {
  readonly delimiter: string;
  /** What stands before decimals. */
  readonly decimal: '.' | ',';
  /** Of two classes, the probability from which on the second one is named. */
  readonly threshold: number;
}

/** Cells are joined as they are written: an array for each of a million rows would take as long as the network. */
export function answerWriter(network: Network, { delimiter, decimal, threshold }: AnswerFormat): WriteAnswer {
  const csv = new CsvText(delimiter);
  const labels = labelsOf(network).map((label) => csv.cell(label));
  const width = network.outputs;
  const point = `${decimal}`;
  // With a decimal comma between commas, numbers need quotes.
  const quote = decimal === delimiter ? '"' : '';
  const share = (p: number): string => quote + shareText(p, point) + quote;
  const number = (value: number): string => csv.cell(rounded(value).replace('.', point));
  if (answersYesOrNo(network)) {
    const [no, yes] = labels as [string, string];
    return (outputs, at) => {
      const p = outputs[at] as number;
      return `${p >= threshold ? yes : no}${delimiter}${share(1 - p)}${delimiter}${share(p)}`;
    };
  }
  const all = (write: (value: number) => string, outputs: Float32Array, at: number): string => {
    let text = write(outputs[at] as number);
    for (let i = 1; i < width; i++) text += delimiter + write(outputs[at + i] as number);
    return text;
  };
  if (!isClassifier(network)) return (outputs, at) => all(number, outputs, at);
  if (network.layers.at(-1)?.activation === 'softmax') {
    return (outputs, at) => labels[classAt(outputs, at, width)] + delimiter + all(share, outputs, at);
  }
  const named = (outputs: Float32Array, at: number): string =>
    csv.cell(
      labelsOf(network)
        .filter((_, i) => (outputs[at + i] as number) >= threshold)
        .join(' '),
    );
  return (outputs, at) => named(outputs, at) + delimiter + all(share, outputs, at);
}

function isClassifier(network: Network): boolean {
  const activation = network.layers.at(-1)?.activation;
  return activation === 'softmax' || activation === 'sigmoid';
}

/** Names of the outputs: labels, targets, or their indexes. One output of yes or no has two. */
function labelsOf(network: Network): readonly string[] {
  const { labels, outputs, target } = network;
  if (labels !== undefined) return labels;
  if (Array.isArray(target)) return target as readonly string[];
  return Array.from({ length: answersYesOrNo(network) ? 2 : outputs }, (_, i) => `${i}`);
}

/** 000 to 999. */
const THOUSAND = Array.from({ length: 1000 }, (_, i) => `${i}`.padStart(3, '0'));

/** A probability with nine decimals, as many as float32 has; a small one with four digits. By a table, in a quarter of the time of toFixed. */
function shareText(p: number, point: string): string {
  if (p < 1e-5) return rounded(p, 4).replace('.', point);
  const billionths = Math.round(p * 1e9);
  if (billionths >= 1e9) return '1';
  const thousands = Math.floor(billionths / 1000);
  const digits = (value: number): string => THOUSAND[value] as string;
  return `0${point}${digits((thousands / 1000) | 0)}${digits(thousands % 1000)}${digits(billionths % 1000)}`;
}

/** As many digits as float32 has. */
function rounded(value: number, digits = 7): string {
  return `${Number(value.toPrecision(digits))}`;
}
