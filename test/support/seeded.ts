/**
 * Seeded random data for tests: the same on every machine and in every run, unless WASMLP_TEST_SEED asks for other numbers.
 *
 * Does not use the library's generator, so that a fault there cannot hide another fault.
 */

/** WASMLP_TEST_SEED, or 1. Messages of failures print it. */
export const SEED = Number(process.env.WASMLP_TEST_SEED ?? 1) >>> 0;

/** Tells in messages how to repeat a failure. */
export const REPRODUCE = `run again with WASMLP_TEST_SEED=${SEED}`;

/** Mulberry32, T. Ettinger, 2017: 32 bits of state are plenty for test data. */
export class SeededRandom {
  #state: number;

  /** Each `purpose` gets different numbers. */
  constructor(purpose: string) {
    this.#state = SEED;
    for (const character of purpose)
      this.#state = Math.imul(this.#state ^ (character.codePointAt(0) as number), 0x01000193);
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** An integer from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.integer(0, items.length - 1)] as T;
  }

  /** `count` float32 numbers, uniform in [-scale, scale). */
  floats(count: number, scale = 1): Float32Array {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) values[i] = (2 * this.uniform() - 1) * scale;
    return values;
  }

  /** 0 to count - 1 in random order. */
  order(count: number): Uint32Array {
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.integer(0, i);
      [order[i], order[j]] = [order[j] as number, order[i] as number];
    }
    return order;
  }
}
