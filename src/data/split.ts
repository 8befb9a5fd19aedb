/** Chooses which samples train and which validate: seeded, shuffled, and in proportion of the classes where there are any. */
import { codedError } from '../errors.js';
import { Random } from '../random.js';

export interface Split {
  /** Sample indexes, ascending. */
  readonly training: Uint32Array;
  readonly validation: Uint32Array;
}

/**
 * Splits `fraction` of `count` samples off. Each class gives its share, rounded so that the total is round(count fraction):
 * the classes with the largest remainders give one more.
 */
export function splitValidation(fraction: number, count: number, seed: number, classes?: Uint32Array): Split {
  const size = Math.round(count * fraction);
  if (size < 1 || size >= count) {
    const leaves = `${size} of ${count} samples to validate with and ${count - size} to train on`;
    throw codedError('ERR_INVALID_OPTION', `fit: validation: ${fraction} leaves ${leaves}. Both need at least 1.`);
  }
  const shuffled = Uint32Array.from({ length: count }, (_, i) => i);
  new Random(seed, 'split').shuffle(shuffled);
  const groups = new Map<number, number[]>();
  for (const sample of shuffled) {
    const key = classes?.[sample] ?? 0;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [sample]);
    else group.push(sample);
  }
  const shares = [...groups.values()].map((group) => ({ group, exact: (group.length * size) / count }));
  const byRemainder = [...shares].sort((a, b) => (b.exact % 1) - (a.exact % 1));
  let missing = size - shares.reduce((sum, { exact }) => sum + Math.floor(exact), 0);
  const isValidation = new Uint8Array(count);
  for (const { group, exact } of byRemainder) {
    const extra = missing > 0 ? 1 : 0;
    missing -= extra;
    for (const sample of group.slice(0, Math.floor(exact) + extra)) isValidation[sample] = 1;
  }
  const indexes = Uint32Array.from({ length: count }, (_, i) => i);
  return {
    training: indexes.filter((sample) => isValidation[sample] === 0),
    validation: indexes.filter((sample) => isValidation[sample] === 1),
  };
}
