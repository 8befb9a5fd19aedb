/** Who trains and predicts against whom: wasmlp, its pure TypeScript engine, and plain loops. All start equal. */
import type { Network } from 'wasmlp';
import { type Block, kernelContender, plainContender } from './blocks.js';
import { type Case, createNetwork, dataOf, LEARNING_RATE, nameOf, parametersOf } from './cases.js';
import { createPlainNetwork, type PlainNetwork } from './plain.js';

/** What is measured; plain data, so that it can be sent to a thread. */
export type Job =
  | {
      /** For tables: `784-128-10, per sample`. */
      readonly work: string;
      readonly kind: 'training' | 'prediction';
      readonly case: Case;
      /** Samples per step, or rows per call. */
      readonly rows: number;
    }
  | { readonly work: string; readonly kind: 'block'; readonly block: Block };

export type NetworkJob = Extract<Job, { case: Case }>;

/** A contender, ready to run. */
export interface Contender {
  /** What it computes, to be compared with the others: the losses of the first two epochs, or its numbers. */
  readonly result: readonly number[];
  /** Samples or rows that one run takes. */
  readonly work: number;
  readonly run: () => Promise<unknown> | undefined;
}

export const WASM = 'wasmlp';
export const TYPESCRIPT = 'wasmlp, pure TypeScript';
export const PLAIN = 'plain loops';

/** Runs last some milliseconds, so that the timer and handing over the data are lost in the work. */
const EPOCHS = { [WASM]: 20, [TYPESCRIPT]: 2, [PLAIN]: 2 };
const PREDICTED_ROWS = 256;

/** The contenders of a job. Plain loops know one hidden layer only. */
export function contendersOf(job: Job): string[] {
  if (job.kind === 'block') return [WASM, PLAIN];
  const { widths } = job.case;
  return widths.length === 3 ? [WASM, TYPESCRIPT, PLAIN] : [WASM, TYPESCRIPT];
}

export function trainingJob(benchCase: Case, batchSize: number): NetworkJob {
  const work = `${nameOf(benchCase)}, ${batchSize === 1 ? 'per sample' : `batch ${batchSize}`}`;
  return { work, kind: 'training', case: benchCase, rows: batchSize };
}

export function predictionJob(benchCase: Case, rows: number): NetworkJob {
  const work = `${nameOf(benchCase)}, ${rows === 1 ? '1 row' : `${rows} rows`}`;
  return { work, kind: 'prediction', case: benchCase, rows };
}

export function blockJob(block: Block): Job {
  const [B, I, O] = block.size;
  const size = O === 1 ? `${I}` : `${B} x ${I} x ${O}`;
  return { work: `${block.kernel}, ${size}`, kind: 'block', block };
}

export async function createContender(job: Job, name: string): Promise<Contender> {
  if (job.kind === 'block') {
    return name === WASM ? kernelContender(job.block) : plainContender(job.block);
  }
  return job.kind === 'training' ? trainer(job, name) : predictor(job, name);
}

async function trainer({ case: benchCase, rows: batchSize }: NetworkJob, name: string): Promise<Contender> {
  const { inputs, targets } = dataOf(benchCase);
  const { samples } = benchCase;
  const epochs = EPOCHS[name as keyof typeof EPOCHS];
  if (name === PLAIN) {
    const plain = await plainNetwork(benchCase);
    const run = (): undefined => {
      for (let epoch = 0; epoch < epochs; epoch++) plain.epoch(inputs, targets, samples, batchSize);
    };
    const result = [0, 1].map(() => plain.epoch(inputs, targets, samples, batchSize));
    return { result, work: samples * epochs, run };
  }
  const network = await engineNetwork(benchCase, name);
  const train = (count: number) => network.fit(inputs, targets, { epochs: count, batchSize, shuffle: false });
  const first = await train(2);
  return { result: first.epochs.map(({ loss }) => loss), work: samples * epochs, run: () => train(epochs) };
}

async function predictor({ case: benchCase, rows }: NetworkJob, name: string): Promise<Contender> {
  const [I = 0] = benchCase.widths;
  const inputs = dataOf(benchCase).inputs.slice(0, rows * I);
  const predict = await predictFunction(benchCase, name, rows);
  const calls = Math.ceil(PREDICTED_ROWS / rows);
  const run = (): undefined => {
    for (let call = 0; call < calls; call++) predict(inputs);
  };
  return { result: Array.from(predict(inputs)), work: rows * calls, run };
}

async function predictFunction(
  benchCase: Case,
  name: string,
  rows: number,
): Promise<(inputs: Float32Array) => Float32Array> {
  if (name !== PLAIN) {
    const network = await engineNetwork(benchCase, name);
    return (inputs) => network.predict(inputs);
  }
  const plain = await plainNetwork(benchCase);
  const [I = 0, , O = 0] = benchCase.widths;
  return (inputs) => {
    const outputs = new Float32Array(rows * O);
    for (let row = 0; row < rows; row++) outputs.set(plain.predict(inputs, row * I), row * O);
    return outputs;
  };
}

function engineNetwork(benchCase: Case, name: string): Promise<Network> {
  return createNetwork(benchCase, { engine: name === WASM ? 'wasm' : 'js' });
}

async function plainNetwork(benchCase: Case): Promise<PlainNetwork> {
  const [I = 0, H = 0, O = 0] = benchCase.widths;
  return createPlainNetwork(I, H, O, LEARNING_RATE, parametersOf(await createNetwork(benchCase, { engine: 'js' })));
}
