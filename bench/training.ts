/** Whole trainings: wasmlp against its own pure TypeScript engine and against plain loops. */
import type { Network } from '../src/index.js';
import { CASES, type Case, createNetwork, dataOf, LEARNING_RATE, nameOf, parametersOf } from './cases.js';
import { type Contender, type Effort, takeTurns } from './measure.js';
import { createPlainNetwork } from './plain.js';
import type { Row } from './report.js';

const BATCH_SIZES = [1, 32, 256];
/** How far apart the losses of the first epoch may lie, relatively: float32 against float64 sums. */
const AGREEMENT = 1e-4;
/** Epochs per run, so that handing over the data is lost in the training. */
const EPOCHS = { wasm: 20, js: 2, plain: 2 };

/** Samples per second of every case and batch size that `filter` lets through. */
export async function measureTraining(effort: Effort, filter: (work: string) => boolean): Promise<Row[]> {
  const rows: Row[] = [];
  for (const benchCase of CASES) {
    for (const batchSize of BATCH_SIZES) {
      const work = `${nameOf(benchCase)}, ${batchSize === 1 ? 'per sample' : `batch ${batchSize}`}`;
      if (!filter(work)) continue;
      const contenders = await trainingContenders(benchCase, batchSize);
      rows.push({ work, unit: 'samples/s', contenders: await takeTurns(contenders, effort) });
    }
  }
  return rows;
}

/** Contenders that were seen to compute the same loss over the first epoch. */
async function trainingContenders(benchCase: Case, batchSize: number): Promise<Contender[]> {
  const { inputs, targets } = dataOf(benchCase);
  const { samples, widths } = benchCase;
  const wasm = await createNetwork(benchCase, 'wasm');
  const js = await createNetwork(benchCase, 'js');
  const start = parametersOf(wasm);
  const train = async (network: Network, epochs: number): Promise<number> => {
    const history = await network.fit(inputs, targets, { epochs, batchSize, shuffle: false });
    return history.epochs[0]?.loss ?? Number.NaN;
  };
  const contenders: Contender[] = [
    { name: 'wasmlp', work: samples * EPOCHS.wasm, run: () => train(wasm, EPOCHS.wasm) },
    { name: 'wasmlp, pure TypeScript', work: samples * EPOCHS.js, run: () => train(js, EPOCHS.js) },
  ];
  const losses = [await train(wasm, 1), await train(js, 1)];
  const [I, H, O] = widths;
  if (widths.length === 3 && I !== undefined && H !== undefined && O !== undefined) {
    const plain = createPlainNetwork(I, H, O, LEARNING_RATE, start);
    const run = (): undefined => {
      for (let epoch = 0; epoch < EPOCHS.plain; epoch++) plain.epoch(inputs, targets, samples, batchSize);
    };
    losses.push(plain.epoch(inputs, targets, samples, batchSize));
    contenders.push({ name: 'plain loops', work: samples * EPOCHS.plain, run });
  }
  const expected = losses[0] ?? Number.NaN;
  if (losses.some((loss) => !(Math.abs(loss - expected) <= AGREEMENT * expected))) {
    throw new Error(`${nameOf(benchCase)}, batch ${batchSize}: losses differ: ${losses.join(', ')}`);
  }
  return contenders;
}
