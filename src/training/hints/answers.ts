/** Networks whose answers hardly depend on the inputs, or never name a rare class. */
import { entriesOf } from '../../data/sparse-values.js';
import type { EngineSamples } from '../../engine/engine.js';
import type { Hint } from '../history.js';
import type { Evidence } from './evidence.js';
import { targetOf } from './explained.js';
import { columnOf, figure, hint, percent } from './hint.js';

/** The spread of the answers, as a share of that of the targets. */
const HARDLY = 0.1;
/** The spread of the answers, as a share of their size. */
const EXACTLY = 1e-3;
/** A class is rare up to this share of the samples, if another is at least `TIMES` as common. */
const RARE = 0.12;
const TIMES = 4;
/** In a sample, fewer samples of a class say little. */
const FEWEST = 3;
/** The share of a rare class that may be found without its being forgotten. */
const FORGOTTEN = 0.1;

/**
 * `isFar`: the answers are far from all the targets, so that only equal answers count as constant. `hasCause`: another hint says what to
 * do about it.
 */
export function constantOutput(
  { run: { spec }, sample, outputs }: Evidence,
  isFar: boolean,
  hasCause: boolean,
): Hint | undefined {
  const { count } = sample;
  const width = spec.outputs;
  if (count < 2) return undefined;
  let [lowest, highest, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (let column = 0; column < width; column++) {
    const answers = columnOf(count, (row) => outputs[row * width + column] as number);
    const targets = columnOf(count, (row) => targetOf(sample, row, column, width));
    const isConstant = answers.deviation <= EXACTLY * Math.abs(answers.mean);
    if (!isConstant && (isFar || answers.deviation > HARDLY * targets.deviation)) return undefined;
    if (answers.highest - answers.lowest < most) continue;
    most = answers.highest - answers.lowest;
    [lowest, highest] = [answers.lowest, answers.highest];
  }
  const unit = spec.normalizeTargets === false ? '' : ' (scaled)';
  const range = `from ${figure(lowest)} to ${figure(highest)}${unit}`;
  const came = `The answer is nearly the same for every input: over ${count} samples ${width === 1 ? 'it' : 'the output that varies most'} reaches ${range}`;
  const same = areAllSame(sample, spec.inputs);
  const unknown =
    "Train for more epochs, with a larger learningRate or optimizer: 'adam', or with more hidden units; and check that each row of inputs has its own target.";
  const known = 'Such a network has learned nothing of its inputs: do what the other hints say.';
  const mend = same ? 'The inputs themselves are all the same: look at your data.' : hasCause ? known : unknown;
  return hint('CONSTANT_OUTPUT', `${came}. ${mend}`);
}

/** Whether each sample has the inputs of the first one. Of sparse rows, the entries. */
function areAllSame({ inputs }: EngineSamples, width: number): boolean {
  const entries = entriesOf(inputs);
  if (entries === undefined) return inputs.every((value, index) => value === inputs[index % width]);
  const { starts, columns } = entries;
  const length = starts[1] as number;
  return (
    starts.every((start, row) => start === row * length) &&
    inputs.every((value, at) => value === inputs[at % length] && columns[at] === columns[at % length])
  );
}

/** Classes without weights of their own, of which a rare one is never the answer. */
export function unbalancedClasses({ run: { spec }, sample, outputs, epochs }: Evidence): Hint | undefined {
  const { count, metric, weights } = sample;
  const width = spec.outputs;
  const isWeighted = weights?.some((weight) => weight !== weights[0]) ?? false;
  if (isWeighted || metric === 'none' || (metric === 'threshold' && width > 1)) return undefined;
  const targetClass = (row: number): number => classOf(width, (column) => targetOf(sample, row, column, width));
  const answerClass = (row: number): number => classOf(width, (column) => outputs[row * width + column] as number);
  const classes = Math.max(width, 2);
  const counts = new Array<number>(classes).fill(0);
  const found = new Array<number>(classes).fill(0);
  for (let row = 0; row < count; row++) {
    const index = targetClass(row);
    counts[index] = (counts[index] as number) + 1;
    if (answerClass(row) === index) found[index] = (found[index] as number) + 1;
  }
  const common = Math.max(...counts);
  const forgotten = (number: number, index: number): boolean =>
    number >= FEWEST &&
    number <= RARE * count &&
    number * TIMES <= common &&
    (found[index] as number) <= FORGOTTEN * number;
  const rare = counts.findIndex(forgotten);
  if (rare < 0) return undefined;
  const number = counts[rare] as number;
  const name = (index: number): string => (spec.labels === undefined ? `class ${index}` : `"${spec.labels[index]}"`);
  const commonest = counts.indexOf(common);
  const accuracy = epochs[epochs.length - 1]?.accuracy;
  const right = accuracy === undefined ? '' : ` An accuracy of ${percent(accuracy)} says little`;
  const beside = right && `${right}: always answering ${name(commonest)} has ${percent(common / count)}.`;
  const came = `${percent(number / count)} of the samples are ${name(rare)}, and the network finds ${found[rare]} of ${number}`;
  const weight = Math.round(common / number);
  const mend = `Train with classWeights: { ${JSON.stringify(spec.labels?.[rare] ?? String(rare))}: ${weight} }.`;
  return hint('UNBALANCED_CLASSES', `${came}.${beside} ${mend}`);
}

/** The class of a row of numbers: the largest, or the side of a half for a single one. */
function classOf(width: number, at: (column: number) => number): number {
  if (width === 1) return Number(at(0) >= 0.5);
  let largest = 0;
  for (let column = 1; column < width; column++) if (at(column) > at(largest)) largest = column;
  return largest;
}
