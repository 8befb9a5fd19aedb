/** Learning rates that follow the epochs. A chunk of its own: only fits with a schedule load it. */
import { checkNumber, checkObject, checkRate } from '../foundation/checks.js';
import { codedError } from '../foundation/errors.js';
import { cosine } from '../foundation/math.js';
import { checkName } from '../foundation/more-checks.js';
import { checkCount, type LearningRate } from './fit-options.js';

/** What a schedule is resolved against. */
export interface Course {
  /** The optimizer's learning rate. */
  readonly learningRate: number;
  /** The last epoch of this fit, counted from 1 over all fits. */
  readonly lastEpoch: number;
}

const KEYS = {
  step: ['type', 'learningRate', 'every', 'factor'],
  exponential: ['type', 'learningRate', 'factor'],
  cosine: ['type', 'learningRate', 'epochs', 'minimum'],
  warmup: ['type', 'learningRate', 'epochs', 'after'],
} as const;

/** Limit for schedules inside schedules: one that contains itself would have no end. */
const MAX_DEPTH = 8;

/** Checks a schedule, or throws. Gives the learning rate of each epoch, counted from 1. `depth` counts the schedules around it. */
export function resolveSchedule(value: object, course: Course, where: string, depth = 0): LearningRate {
  if (depth >= MAX_DEPTH) {
    throw codedError(
      'ERR_INVALID_OPTION',
      `${where} is a schedule too deep inside others, expected at most ${MAX_DEPTH}.`,
    );
  }
  const names = Object.keys(KEYS) as (keyof typeof KEYS)[];
  const everyKey = [...new Set(Object.values(KEYS).flat())];
  const type = checkName(`${where}.type`, checkObject(where, value, everyKey).type, names);
  const o = checkObject(where, value, KEYS[type]);
  const start = o.learningRate === undefined ? course.learningRate : checkRate(`${where}.learningRate`, o.learningRate);
  const epochs = (fallback: number): number =>
    o.epochs === undefined ? fallback : checkCount(`${where}.epochs`, o.epochs);
  const factor = (fallback: number): number =>
    o.factor === undefined
      ? fallback
      : checkNumber(`${where}.factor`, o.factor, 'a number above 0 and at most 1', (v) => v > 0 && v <= 1);
  switch (type) {
    case 'step': {
      const every = o.every === undefined ? 10 : checkCount(`${where}.every`, o.every);
      const decay = factor(0.1);
      return (epoch) => start * power(decay, Math.floor((epoch - 1) / every));
    }
    case 'exponential': {
      const decay = factor(0.99);
      return (epoch) => start * power(decay, epoch - 1);
    }
    case 'cosine': {
      const last = epochs(course.lastEpoch);
      const minimum = o.minimum === undefined ? 0 : checkRate(`${where}.minimum`, o.minimum);
      return (epoch) => minimum + (start - minimum) * (0.5 + 0.5 * cosine(Math.min((epoch - 1) / last, 1)));
    }
    case 'warmup': {
      const rise = epochs(5);
      const after = resolveAfter(`${where}.after`, o.after, start, course.lastEpoch - rise, depth);
      return (epoch) => (epoch <= rise ? (start * epoch) / rise : after(epoch - rise));
    }
  }
}

/** What follows a warmup: by default the rate that it rose to, or a schedule, which starts from that rate and counts its own epochs. */
function resolveAfter(where: string, value: unknown, start: number, left: number, depth: number): LearningRate {
  if (value === undefined) return () => start;
  if (typeof value === 'object' && value !== null) {
    return resolveSchedule(value, { learningRate: start, lastEpoch: Math.max(1, left) }, where, depth + 1);
  }
  const rate = checkRate(where, value);
  return () => rate;
}

/** By multiplication: Math.pow differs between engines in the last bit. */
function power(base: number, exponent: number): number {
  let result = 1;
  for (let square = base, left = exponent; left > 0; left = Math.floor(left / 2), square *= square) {
    if (left % 2 === 1) result *= square;
  }
  return result;
}
