/**
 * How good predictions are: the figures of scikit-learn, from outputs and targets, and a table of them. Knows no network.
 *
 * Figures of classes follow scikit-learn 1.5 to 1.7 for float64: log_loss clips probabilities at 2^-52 (and at 1 - 2^-52, where -log is 2e-16;
 * here it is 0), brier_score_loss has one side for two classes and all sides for more. Where scikit-learn warns and says 0, a figure is 0 if
 * the class has samples, else NaN.
 */
import { float64, float64From } from '../foundation/memory.js';
import { tableOf } from '../foundation/table.js';

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
    averagePrecision: number;
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
  /** Of the second of two classes; of more classes, the mean. */
  averagePrecision: number;
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

export interface ReportOptions {
  /** For two classes, from 0 to 1: the second one is predicted where its output is at least that. Default: the likelier one is predicted. */
  threshold?: number | undefined;
}

export type Numbers = ArrayLike<number>;

/**
 * The report of `width` outputs for each sample, end to end, and of its true classes. A single output is the probability of the second class.
 * Outputs that are no probabilities still rank the classes; they have no logLoss and no brier. With a `threshold`, which is for two classes,
 * the second is predicted where its output is at least that.
 */
export function reportOfClasses(
  outputs: Numbers,
  width: number,
  truth: Numbers,
  names: readonly string[] | undefined,
  areProbabilities = true,
  // Half is enough for the second class of a single output, as for classify.
  threshold = width > 1 ? undefined : 0.5,
  // Its last bit differs between engines: what compares reports of several gives its own.
  log = Math.log,
): ClassReport {
  const samples = truth.length;
  const count = Math.max(width, 2);
  const p =
    width > 1
      ? outputs
      : float64(2 * samples).map((_, i) => (i % 2 > 0 ? (outputs[i >> 1] as number) : 1 - (outputs[i >> 1] as number)));
  const labels = Array.from({ length: count }, (_, c) => names?.[c] ?? `${c}`);
  const [confusion, namings, logs, squares] = judged(p, labels, truth, threshold, log);
  const classes = labels.map((label, c) => {
    const support = sum(confusion[c] as number[]);
    const predicted = namings[c] as number;
    const hits = (confusion[c] as number[])[c] as number;
    return {
      label,
      precision: support > 0 && predicted === 0 ? 0 : hits / predicted,
      recall: hits / support,
      // 0 / 0 is NaN.
      f1: (2 * hits) / (support > 0 ? support + predicted : 0),
      support,
      ...areasOf(p, count, c, truth),
    };
  });
  const found = classes.filter(({ support }) => support > 0);
  const common = found.reduce((best, next) => (next.support > best.support ? next : best));
  const named = classes.filter(({ precision }) => precision >= 0);
  const scored = count > 2 ? classes : classes.slice(1);
  const figures = {
    accuracy: sum(confusion.map((row, c) => row[c] as number)) / samples,
    baseline: { accuracy: common.support / samples, label: common.label },
    balancedAccuracy: mean(found.map(({ recall }) => recall)),
    macroF1: sum(found.map(({ f1 }) => f1)) / named.length,
    weightedF1: sum(found.map(({ f1, support }) => f1 * support)) / samples,
    rocAuc: mean(scored.map(({ rocAuc }) => rocAuc)),
    averagePrecision: mean(scored.map(({ averagePrecision }) => averagePrecision)),
    logLoss: mean(areProbabilities ? logs : []),
    brier: mean(areProbabilities ? squares : []),
  };
  return withText<ClassReport>(
    { kind: 'classes', samples, labels, confusion, classes, ...figures },
    classes.map(({ averagePrecision, ...row }) => row),
    figures,
    figures.accuracy > figures.baseline.accuracy ? [] : ['', `No more accurate than always "${common.label}".`],
  );
}

/** How often each class is named, in all and for each true class, and what the probabilities of each sample cost. */
function judged(
  p: Numbers,
  labels: readonly string[],
  truth: Numbers,
  threshold: number | undefined,
  log: (x: number) => number,
): readonly [confusion: number[][], namings: number[], logs: Float64Array, squares: Float64Array] {
  const count = labels.length;
  const namings = labels.map(() => 0);
  const confusion = labels.map(() => labels.map(() => 0));
  const [logs, squares] = [float64(truth.length), float64(truth.length)];
  for (let row = 0; row < truth.length; row++) {
    const at = row * count;
    const right = truth[row] as number;
    let predicted = 0;
    for (let c = 0; c < count; c++) {
      const output = p[at + c] as number;
      // The first class never reaches a threshold, unless it is 0: then the second one does.
      if (threshold === undefined ? output > (p[at + predicted] as number) : c * output >= threshold) predicted = c;
      if (count > 2 || c > 0) (squares[row] as number) += (output - Number(c === right)) ** 2;
    }
    logs[row] = -log(Math.max(p[at + right] as number, Number.EPSILON));
    ((confusion[right] as number[])[predicted] as number)++;
    (namings[predicted] as number)++;
  }
  return [confusion, namings, logs, squares];
}

/**
 * The area under the ROC curve: the share of pairs of a sample of the class and one of another in which the first has the larger output;
 * equal ones count half. And the average precision: at each sample of the class, the share of it among the samples with at least its output.
 */
function areasOf(
  p: Numbers,
  count: number,
  index: number,
  truth: Numbers,
): { rocAuc: number; averagePrecision: number } {
  const lists: [number[], number[]] = [[], []];
  for (let row = 0; row < truth.length; row++) {
    (lists[Number(truth[row] !== index)] as number[]).push(p[row * count + index] as number);
  }
  const [ones, others] = lists.map((list) => float64From(list).sort()) as [Float64Array, Float64Array];
  let first = 0;
  let below = 0;
  let upTo = 0;
  let pairs = 0;
  const precisions = ones.map((score, at) => {
    if (score > (ones[first] as number)) first = at;
    while ((others[below] as number) < score) below++;
    while ((others[upTo] as number) <= score) upTo++;
    pairs += below + upTo;
    const hits = ones.length - first;
    return hits / (hits + others.length - below);
  });
  return { rocAuc: pairs / (2 * ones.length * others.length), averagePrecision: mean(precisions) };
}

/** Compensated as by W. Kahan, 1965: a million terms are as exact as ten. */
export function sum(values: readonly number[] | Float64Array): number {
  let total = 0;
  let excess = 0;
  for (const value of values) {
    const term = value - excess;
    const next = total + term;
    excess = next - total - term;
    total = next;
  }
  return total;
}

/** NaN of no values. */
export function mean(values: readonly number[] | Float64Array): number {
  return sum(values) / values.length;
}

/** The report, with a text that JSON and copies leave out: a table of `rows`, then the other figures, then `remarks`. It fits 80 columns. */
export function withText<T extends Report>(
  report: T,
  rows: readonly object[],
  figures: object,
  remarks: readonly string[],
): T {
  const text = (): string => {
    const table = rows.map(figuresOf);
    const keys = (table[0] as Figure[]).map(([key]) => key);
    return [
      ...tableOf([keys, ...table.map((figures) => figures.map(([, value]) => value))], 1),
      '',
      ...tableOf(figuresOf(figures), 2),
      ...remarks,
    ].join('\n');
  };
  return Object.defineProperty(report, 'toString', { value: text });
}

type Figure = readonly [key: string, value: string];

/** The properties of an object as text, and in place of an object among them, its properties. */
function figuresOf(figures: object): Figure[] {
  return Object.entries(figures).flatMap(([key, value]) =>
    typeof value === 'object'
      ? figuresOf(value).map(([inner, v]): Figure => [`${key} ${inner}`, v])
      : [[key, textOf(value)]],
  );
}

function textOf(value: unknown): string {
  if (typeof value === 'number') return Number.isNaN(value) ? '-' : `${Number(value.toPrecision(4))}`;
  const text = String(value);
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}
