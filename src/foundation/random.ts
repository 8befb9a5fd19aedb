/**
 * Seeded random numbers. They need only 32-bit integers and IEEE doubles, so the same seed gives the same numbers on every
 * engine. Each purpose draws from its own stream: reading more of one never shifts another.
 */
import { uint32 } from './memory.js';

/** What random numbers are drawn for. */
export type Stream =
  | 'initialize'
  | 'shuffle'
  | 'split'
  | 'dropout'
  | 'batchDropout'
  | 'sample'
  | 'trial'
  | 'parameter'
  | 'folds';

const STREAM_CODES: Record<Stream, number> = {
  initialize: 1,
  shuffle: 2,
  split: 3,
  dropout: 4,
  batchDropout: 5,
  sample: 6,
  trial: 7,
  parameter: 8,
  folds: 9,
};

/** The numbers 0 to count - 1: the order before the first shuffle. */
export function identity(count: number): Uint32Array {
  const order = uint32(count);
  for (let i = 0; i < count; i++) order[i] = i;
  return order;
}

/** Uniform random numbers, by xoshiro128** 1.1, D. Blackman and S. Vigna, 2018. model/rare-weights.ts turns them into normal ones. */
export class Random {
  readonly #state = uint32(4);

  /** `coordinate` numbers the streams of one purpose, by layer or epoch. */
  constructor(seed: number, stream: Stream, coordinate = 0) {
    // splitmix32 (G. Steele et al. 2014, with the finalizer of murmur3) fills the state, as Vigna advises.
    let mixed = seed >>> 0;
    const next = (): number => {
      mixed = (mixed + 0x9e3779b9) >>> 0;
      let z = mixed;
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      return (z ^ (z >>> 16)) >>> 0;
    };
    mixed = next() ^ STREAM_CODES[stream];
    mixed = next() ^ coordinate;
    for (let i = 0; i < 4; i++) this.#state[i] = next();
  }

  /** A uniform number in [0, 1), a multiple of 2^-32. */
  uniform(): number {
    return this.word() / 4294967296;
  }

  /** 32 random bits. */
  word(): number {
    const s = this.#state;
    const s1 = s[1] as number;
    const scrambled = Math.imul(s1, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const s2 = (s[2] as number) ^ (s[0] as number);
    const s3 = (s[3] as number) ^ s1;
    s[1] = s1 ^ s2;
    s[0] = (s[0] as number) ^ s3;
    s[2] = s2 ^ (s1 << 9);
    s[3] = (s3 << 11) | (s3 >>> 21);
    return result;
  }

  /** Shuffles in place; every order is equally likely. The method of Fisher and Yates, as R. Durstenfeld wrote it in 1964. */
  shuffle(items: Uint32Array): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = Math.floor(this.uniform() * (i + 1));
      const swapped = items[i] as number;
      items[i] = items[j] as number;
      items[j] = swapped;
    }
  }
}
