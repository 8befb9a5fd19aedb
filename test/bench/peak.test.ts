/** The loops of the peak do all operations that we count, and a turn reports its peak. */
import { describe, expect, it } from 'vitest';
import { compileLoops, FACTORS, LAYOUT, LOOPS, nameOf } from '../../bench/loops.js';
import { measurementOf } from '../../bench/measure.js';

/** With fused multiply-add, if this host has it. */
const variants = [false, true]
  .map((fused) => [fused, compileLoops(fused)] as const)
  .filter(([, bytes]) => WebAssembly.validate(bytes));

describe.each(variants)('loops, fused: %s', (_, bytes) => {
  it.each(LOOPS.map((loop) => [nameOf(loop), loop] as const))('%s', async (name, loop) => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const floats = new Float32Array(memory.buffer);
    const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
    // Sums of small whole numbers are exact, fused or not.
    const at = (offset: number, vector: number): number => (offset + 16 * vector) >> 2;
    const factor = (n: number): number => (n % FACTORS) + 1;
    const value = [2, 3, 5, 7];
    for (let n = 0; n < FACTORS; n++) floats.fill(factor(n), at(LAYOUT.factors, n), at(LAYOUT.factors, n + 1));
    value.forEach((v, n) => {
      const chained = n === 0 ? 1 : 3;
      floats.fill(loop.shared === 0 ? chained : v, at(LAYOUT.values, n), at(LAYOUT.values, n + 1));
    });
    const { accumulators, shared, repeats } = loop;
    const iterations = 3;
    (instance.exports[name] as (address: number, iterations: number) => void)(0, iterations);
    const expected = new Array<number>(accumulators).fill(0);
    for (let n = 0; n < accumulators * repeats; n++) {
      const product =
        shared === 0 ? 3 : factor(Math.floor(n / shared)) * (value[shared === 1 ? 0 : n % shared] as number);
      expected[n % accumulators] = (expected[n % accumulators] as number) + iterations * product;
    }
    const came = Array.from({ length: accumulators }, (_, i) => floats[at(LAYOUT.accumulators, i) + 3]);
    expect(came).toEqual(expected);
  });
});

describe('measurementOf', () => {
  it('takes medians of rates, peaks and their quotients, turn by turn', () => {
    const turns = [
      [10, 20],
      [30, 40],
      [24, 30],
    ];
    const expected = { name: 'a', median: 24, low: 10, high: 30, peak: 30, ofPeak: 0.75 };
    expect(measurementOf('a', turns)).toEqual(expected);
  });

  it('has no peak if a turn has none', () => {
    expect(measurementOf('a', [[3], [1], [2]])).toEqual({ name: 'a', median: 2, low: 1, high: 3 });
  });
});
