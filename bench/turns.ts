/** Trains 784-128-10 sample by sample, one turn at a time. The same program runs in Node and in a page. */
import { CASES, type Case, createNetwork, dataOf } from './cases.js';

/** Returns a function that trains for so many seconds, and returns the samples per second. */
export async function createTurns(): Promise<(seconds: number) => Promise<number>> {
  const benchCase = CASES.find(({ widths }) => widths.join('-') === '784-128-10') as Case;
  const network = await createNetwork(benchCase, { engine: 'wasm' });
  const { inputs, targets } = dataOf(benchCase);
  return async (seconds) => {
    const started = performance.now();
    let samples = 0;
    let elapsed = 0;
    while (elapsed < seconds) {
      await network.fit(inputs, targets, { epochs: 20, batchSize: 1 });
      samples += 20 * benchCase.samples;
      elapsed = (performance.now() - started) / 1000;
    }
    return samples / elapsed;
  };
}
