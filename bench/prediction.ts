/** Predictions of trained size: one row as a page or a service asks for it, and 256 rows at once. */
import { CASES, type Case, createNetwork, dataOf, LEARNING_RATE, nameOf, parametersOf } from './cases.js';
import { type Contender, type Effort, takeTurns } from './measure.js';
import { createPlainNetwork } from './plain.js';
import type { Row } from './report.js';

const ROWS = [1, 256];
/** How far apart the answers may lie: float32 against float64 sums. */
const AGREEMENT = 1e-6;
/** Calls per run, so that the timer is lost in the work. */
const CALLS = 100;

/** Rows per second of every case that `filter` lets through. */
export async function measurePrediction(effort: Effort, filter: (work: string) => boolean): Promise<Row[]> {
  const rows: Row[] = [];
  for (const benchCase of CASES) {
    for (const count of ROWS) {
      const work = `${nameOf(benchCase)}, ${count === 1 ? '1 row' : `${count} rows`}`;
      if (!filter(work)) continue;
      const contenders = await predictionContenders(benchCase, count);
      rows.push({ work, unit: 'rows/s', contenders: await takeTurns(contenders, effort) });
    }
  }
  return rows;
}

async function predictionContenders(benchCase: Case, count: number): Promise<Contender[]> {
  const { widths } = benchCase;
  const [I, H, O] = widths;
  const inputs = dataOf(benchCase).inputs.slice(0, count * (I as number));
  const contenders: Contender[] = [];
  const answers: Float32Array[] = [];
  const repeat = (name: string, calls: number, predict: () => Float32Array): void => {
    answers.push(predict().slice());
    const run = (): undefined => {
      for (let call = 0; call < calls; call++) predict();
    };
    contenders.push({ name, work: count * calls, run });
  };
  const wasm = await createNetwork(benchCase, 'wasm');
  const js = await createNetwork(benchCase, 'js');
  const calls = Math.ceil(CALLS / count);
  repeat('wasmlp', calls, () => wasm.predict(inputs));
  repeat('wasmlp, pure TypeScript', calls, () => js.predict(inputs));
  if (widths.length === 3 && I !== undefined && H !== undefined && O !== undefined) {
    const plain = createPlainNetwork(I, H, O, LEARNING_RATE, parametersOf(wasm));
    repeat('plain loops', calls, () => {
      const outputs = new Float32Array(count * O);
      for (let row = 0; row < count; row++) outputs.set(plain.predict(inputs, row * I), row * O);
      return outputs;
    });
  }
  const [expected, ...others] = answers as [Float32Array, ...Float32Array[]];
  for (const other of others) {
    if (
      other.length !== expected.length ||
      other.some((value, i) => !(Math.abs(value - (expected[i] as number)) <= AGREEMENT))
    ) {
      throw new Error(`${nameOf(benchCase)}: predictions of ${count} rows differ`);
    }
  }
  return contenders;
}
