/** Which samples judge a training, by numbers alone: every thread and machine splits alike. */
import { splitValidation } from '../data/split.js';
import { uint32 } from '../foundation/memory.js';
import { identity, Random } from '../foundation/random.js';

/** A part of the samples that is held out: a share of them, or a fold. */
export type Split =
  | { readonly kind: 'share'; readonly share: number | { readonly last: number }; readonly seed: number }
  | {
      readonly kind: 'fold';
      readonly folds: number;
      readonly fold: number;
      readonly repeat: number;
      readonly seed: number;
    };

/** Indexes of samples, ascending. */
export interface Parts {
  readonly training: Uint32Array;
  readonly heldOut: Uint32Array;
}

/** `classes`: the class of each sample, where samples have one. Every part then has its share of each. */
export function partsOf(split: Split, count: number, classes: Uint32Array | undefined): Parts {
  if (split.kind === 'share') {
    const { training, validation } = splitValidation(split.share, count, split.seed, classes);
    return { training, heldOut: validation };
  }
  const { folds, fold, repeat, seed } = split;
  const foldOf = dealt(count, folds, seed, repeat, classes);
  const indexes = identity(count);
  return {
    training: indexes.filter((sample) => foldOf[sample] !== fold),
    heldOut: indexes.filter((sample) => foldOf[sample] === fold),
  };
}

/** Deals shuffled samples like cards, one class after another: folds differ by at most one sample, and by at most one of each class. */
function dealt(count: number, folds: number, seed: number, repeat: number, classes?: Uint32Array): Uint32Array {
  const order = identity(count);
  new Random(seed, 'folds', repeat).shuffle(order);
  // Sorting keeps the order of equal ones, which is shuffled.
  if (classes !== undefined) order.sort((a, b) => (classes[a] as number) - (classes[b] as number));
  const foldOf = uint32(count);
  order.forEach((sample, place) => {
    foldOf[sample] = place % folds;
  });
  return foldOf;
}
