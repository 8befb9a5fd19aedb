/**
 * How good predictions are: the figures of scikit-learn, from outputs and targets, and a table of them. Knows no network.
 *
 * Figures of classes follow scikit-learn 1.5 to 1.7 for float64: log_loss clips probabilities at 2^-52, brier_score_loss has one side for two
 * classes and all sides for more. Where scikit-learn warns and says 0, a figure is 0 if the class has samples, else NaN.
 */
import { float64From } from '../foundation/memory.js';

export interface ClassReport {
  kind: 'classes';
  samples: number;
  /** Names of the classes; their indexes, where the network has no labels. */
  labels: readonly string[];
  /** How many samples of each class, [true class][predicted class]. */
  confusion: readonly (readonly number[])[];
  /** A figure that does not exist is NaN: all but precision for a class without samples. */
  classes: readonly {
    label: string;
    precision: number;
    recall: number;
    f1: number;
    support: number;
    rocAuc: number;
  }[];
  accuracy: number;
  /** The mean recall of classes that have samples. */
  balancedAccuracy: number;
  /** The mean f1 of classes that targets or predictions name. */
  macroF1: number;
  /** The mean f1 of samples. */
  weightedF1: number;
  /** Area under the curve of the second of two classes; of more classes, the mean, each against the rest. */
  rocAuc: number;
  logLoss: number;
  brier: number;
  /** What naming the commonest class always would score. */
  baseline: { label: string; accuracy: number };
}

export interface NumberReport {
  kind: 'numbers';
  samples: number;
  outputs: readonly {
    r2: number;
    rmse: number;
    mae: number;
    medianError: number;
    /** What answering the mean of these targets always would score. */
    baseline: { rmse: number; mae: number };
  }[];
}

export type Report = ClassReport | NumberReport;

export type Numbers = ArrayLike<number>;

/**
 * The report of `width` probabilities for each sample, end to end, and of its true classes. A single probability is that of the second
 * class. Outputs that are no probabilities still rank the classes; they have no logLoss and no brier.
 */
export function reportOfClasses(
  outputs: Numbers,
  width: number,
  truth: Numbers,
  names: readonly string[] | undefined,
  areProbabilities = true,
): ClassReport {
  const samples = truth.length;
  const count = Math.max(width, 2);
  const p = width > 1 ? outputs : float64From(Array.from(outputs, (second) => [1 - second, second]).flat());
  const labels = Array.from({ length: count }, (_, c) => names?.[c] ?? `${c}`);
  const confusion = labels.map(() => labels.map(() => 0));
  let logLoss = 0;
  let brier = 0;
  for (let row = 0; row < samples; row++) {
    const at = row * count;
    const right = truth[row] as number;
    // Half is enough for the second class of a single output, as for classify.
    let predicted = Number(width === 1 && (p[at + 1] as number) >= 0.5);
    for (let c = 0; c < count; c++) {
      if ((p[at + c] as number) > (p[at + predicted] as number)) predicted = c;
      if (count > 2 || c === 1) brier += ((p[at + c] as number) - Number(c === right)) ** 2;
    }
    logLoss -= Math.log(Math.min(Math.max(p[at + right] as number, Number.EPSILON), 1 - Number.EPSILON));
    ((confusion[right] as number[])[predicted] as number)++;
  }
  const classes = labels.map((label, c) => {
    const support = sum(confusion[c] as number[]);
    const predicted = sum(confusion.map((row) => row[c] as number));
    const hits = (confusion[c] as number[])[c] as number;
    return {
      label,
      precision: predicted > 0 ? hits / predicted : support > 0 ? 0 : Number.NaN,
      recall: hits / support,
      f1: support > 0 ? (2 * hits) / (support + predicted) : Number.NaN,
      support,
      // The two areas of two classes are the same.
      rocAuc: areaUnderRoc(p, count, count > 2 ? c : 1, truth),
    };
  });
  const found = classes.filter(({ support }) => support > 0);
  const common = found.reduce((best, next) => (next.support > best.support ? next : best));
  const named = classes.filter(({ precision }) => !Number.isNaN(precision));
  const figures = {
    accuracy: sum(confusion.map((row, c) => row[c] as number)) / samples,
    baseline: { accuracy: common.support / samples, label: common.label },
    balancedAccuracy: sum(found.map(({ recall }) => recall)) / found.length,
    macroF1: sum(found.map(({ f1 }) => f1)) / named.length,
    weightedF1: sum(found.map(({ f1, support }) => f1 * support)) / samples,
    rocAuc: sum(classes.map(({ rocAuc }) => rocAuc)) / count,
    logLoss: areProbabilities ? logLoss / samples : Number.NaN,
    brier: areProbabilities ? brier / samples : Number.NaN,
  };
  return withText<ClassReport>(
    { kind: 'classes', samples, labels, confusion, classes, ...figures },
    classes,
    25,
    figures,
  );
}

/** The share of pairs of a sample of the class and one of another in which the first has the larger probability. Equal ones count half. */
function areaUnderRoc(p: Numbers, count: number, index: number, truth: Numbers): number {
  const scoresOf = (isOne: boolean): Float64Array =>
    float64From(
      Array.from(truth).flatMap((c, row) => ((c === index) === isOne ? (p[row * count + index] as number) : [])),
    ).sort();
  const [ones, others] = [scoresOf(true), scoresOf(false)];
  let below = 0;
  let upTo = 0;
  let pairs = 0;
  for (const score of ones) {
    while ((others[below] as number) < score) below++;
    while ((others[upTo] as number) <= score) upTo++;
    pairs += below + upTo;
  }
  return pairs / (2 * ones.length * others.length);
}

export function sum(values: readonly number[] | Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/**
 * The report, with a text that JSON and copies leave out: a table of `rows`, then the other figures. It fits 80 columns: no key of a row
 * has more than 13 characters, and `first` is the width of the first column.
 */
export function withText<T extends Report>(report: T, rows: readonly object[], first: number, figures: object): T {
  const text = (): string => {
    const table = rows.map(figuresOf);
    const keys = (table[0] as Figure[]).map(([key]) => key);
    const line = (cells: readonly unknown[]): string =>
      cells
        .map(textOf)
        .map((cell, column) =>
          column === 0 ? cell.padEnd(first) : cell.padStart(Math.max(10, (keys[column] as string).length) + 1),
        )
        .join('');
    return [
      line(keys),
      ...table.map((figures) => line(figures.map(([, value]) => value))),
      '',
      ...figuresOf(figures).map(([key, value]) => `${key.padEnd(first)} ${textOf(value)}`),
    ].join('\n');
  };
  return Object.defineProperty(report, 'toString', { value: text });
}

type Figure = readonly [key: string, value: unknown];

/** The properties of an object, and in place of an object among them, its properties. */
function figuresOf(figures: object): Figure[] {
  return Object.entries(figures).flatMap(([key, value]) =>
    typeof value === 'object' ? figuresOf(value).map(([inner, v]): Figure => [`${key} ${inner}`, v]) : [[key, value]],
  );
}

function textOf(value: unknown): string {
  if (typeof value === 'number') return Number.isNaN(value) ? '-' : `${Number(value.toPrecision(4))}`;
  const text = String(value);
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}
