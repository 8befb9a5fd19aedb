/** Chooses which samples train and which validate: at random, by the seed, and each class in proportion; or the last ones. */
import { checkNumber } from '../foundation/checks.js';
import { codedError } from '../foundation/errors.js';
import { uint8, withinMemory } from '../foundation/memory.js';
import { identity, Random } from '../foundation/random.js';
import type { Share } from './pack.js';

export interface Split {
  /** Sample indexes, ascending. */
  readonly training: Uint32Array;
  readonly validation: Uint32Array;
}

/**
 * Splits a share of `count` samples off. Of a fraction, each class gives its share, rounded down; the classes with the largest remainders give one
 * more, so that the total is round(count fraction).
 */
export function splitValidation(share: Share, count: number, seed: number, classes?: Uint32Array): Split {
  const number = typeof share === 'number' ? share : checkLast(share);
  const size = number < 1 ? Math.round(count * number) : Math.min(number, count);
  if (size < 1 || size >= count) {
    const given = typeof share === 'number' ? `${share}` : `{ last: ${share.last} }`;
    const leaves = `${size} of ${count} samples to validate with and ${count - size} to train on`;
    throw codedError('ERR_INVALID_OPTION', `fit: validation: ${given} leaves ${leaves}. Both need at least 1.`);
  }
  const indexes = identity(count);
  if (typeof share !== 'number') {
    return { training: indexes.subarray(0, count - size), validation: indexes.subarray(count - size) };
  }
  const quotas = quotasOf(classes, count, size);
  const shuffled = identity(count);
  new Random(seed, 'split').shuffle(shuffled);
  const isValidation = uint8(count);
  for (let i = 0; i < count; i++) {
    const sample = shuffled[i] as number;
    const key = classes?.[sample] ?? 0;
    const quota = quotas.get(key) as number;
    if (quota === 0) continue;
    quotas.set(key, quota - 1);
    isValidation[sample] = 1;
  }
  return withinMemory('the split of the samples', () => ({
    training: indexes.filter((sample) => isValidation[sample] === 0),
    validation: indexes.filter((sample) => isValidation[sample] === 1),
  }));
}

function checkLast({ last, inputs, targets }: { readonly [key: string]: unknown }): number {
  if (inputs !== undefined || targets !== undefined) {
    const mend = 'Give one of them: the last samples of the fit, or samples of their own.';
    throw codedError('ERR_INVALID_OPTION', `fit: validation has last as well as inputs or targets. ${mend}`);
  }
  const expected = 'a whole number of samples, or a fraction above 0 and below 1';
  const isShare = (value: number): boolean => value > 0 && (value < 1 || Number.isInteger(value));
  return checkNumber('fit: validation.last', last, expected, isShare);
}

/** How many samples of each class validate. Without classes, all samples are of class 0. */
function quotasOf(classes: Uint32Array | undefined, count: number, size: number): Map<number, number> {
  const counts = new Map<number, number>();
  if (classes === undefined) counts.set(0, count);
  else for (let i = 0; i < count; i++) counts.set(classes[i] as number, (counts.get(classes[i] as number) ?? 0) + 1);
  const shares = [...counts].map(([key, members]) => ({ key, exact: (members * size) / count }));
  let missing = size - shares.reduce((sum, { exact }) => sum + Math.floor(exact), 0);
  const quotas = new Map<number, number>();
  for (const { key, exact } of shares.sort((a, b) => (b.exact % 1) - (a.exact % 1) || a.key - b.key)) {
    quotas.set(key, Math.floor(exact) + (missing-- > 0 ? 1 : 0));
  }
  return quotas;
}
