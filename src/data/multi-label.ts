/**
 * Samples of several classes each: from lists of names to targets, and from outputs to all likely classes. A chunk of its own: only
 * networks with several sigmoid outputs load it.
 */
import { checkNumber, checkObject } from '../foundation/checks.js';
import { codedError, describe } from '../foundation/errors.js';
import { float32, withinMemory } from '../foundation/memory.js';
import type { NetworkSpec } from '../options/spec.js';
import type { Classification } from './classification.js';
import { indexOf } from './named-classes.js';
import type { Shape } from './samples.js';

export interface ClassifyAllOptions {
  /** Default 0.5. The lowest probability of a class that is named, from 0 to 1. */
  threshold?: number | undefined;
}

/** Targets of 0 and 1, (samples, outputs), from lists of names; undefined where the targets are none. `where` is for messages. */
export function fromNames(where: string, targets: unknown, { labels, outputs }: NetworkSpec): Float32Array | undefined {
  if (!isLists(targets)) return undefined;
  if (labels === undefined) {
    const mend = 'Create the network with labels: [...], or give rows of 0 and 1.';
    throw codedError('ERR_INVALID_OPTION', `${where} holds lists of names, but the network has no labels. ${mend}`);
  }
  const indexes = new Map(labels.map((label, index) => [label, index]));
  const values = float32(targets.length * outputs);
  for (let row = 0; row < targets.length; row++) {
    const names = targets[row];
    if (!Array.isArray(names)) {
      const expected = 'a list with the names of its classes, which is empty where it has none';
      throw codedError('ERR_INVALID_TYPE', `${where}[${row}] is ${describe(names)}, expected ${expected}.`);
    }
    for (let i = 0; i < names.length; i++) {
      const index = indexOf(() => `${where}[${row}][${i}]`, names[i], labels, indexes);
      values[row * outputs + index] = 1;
    }
  }
  return values;
}

/** Whether it is an array of lists of names. The first list that is not empty decides. */
function isLists(targets: unknown): targets is readonly unknown[] {
  if (!Array.isArray(targets) || targets.length === 0) return false;
  const first = targets.find((list) => !Array.isArray(list) || list.length > 0);
  return first === undefined || (Array.isArray(first) && first.some((name) => typeof name === 'string'));
}

export function thresholdOf(given: unknown): number {
  if (given === undefined) return 0.5;
  const { threshold = 0.5 } = checkObject('classifyAll: options', given, ['threshold']);
  return checkNumber('classifyAll: threshold', threshold, 'a probability from 0 to 1', (p) => p >= 0 && p <= 1);
}

/** All classes of each sample whose outputs are at least `threshold`, likeliest first: one list for one sample, an array for several. */
export function allClassesOf(
  { values, shape }: { readonly values: Float32Array; readonly shape: Shape },
  { outputs, labels }: NetworkSpec,
  threshold: number,
): Classification[] | Classification[][] {
  // As float32 holds it: an output of 0.7 is the threshold 0.7.
  const least = Math.fround(threshold);
  const answers = withinMemory('the classes', () =>
    Array.from({ length: values.length / outputs }, (_, row) => {
      const classes: Classification[] = [];
      for (let index = 0; index < outputs; index++) {
        const probability = values[row * outputs + index] as number;
        if (probability < least) continue;
        const label = labels?.[index];
        classes.push(label === undefined ? { index, probability } : { index, label, probability });
      }
      return classes.sort((a, b) => b.probability - a.probability);
    }),
  );
  return shape === 'rows' || answers.length > 1 ? answers : (answers[0] as Classification[]);
}

export function noReportError(): Error {
  const mend = 'Use evaluate; where each sample has one class, give class indexes in a Uint8Array.';
  return codedError('ERR_UNSUPPORTED', `report: a sample may have several classes here. ${mend}`);
}
