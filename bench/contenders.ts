/**
 * The contenders: wasmlp with its defaults and with options that only some hosts have, its pure TypeScript engine, and plain loops.
 * All begin with the same weights.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Network, NetworkOptions } from 'wasmlp';
import { type Block, kernelContender, plainContender } from './blocks.js';
import { type Case, createNetwork, dataOf, LEARNING_RATE, type Library, nameOf, parametersOf } from './cases.js';
import { createDeepNetwork } from './deep.js';
import type { Participant } from './measure.js';
import { VARIATIONS, variationContender } from './options.js';
import { createPeak } from './peak.js';
import { createPlainNetwork, type PlainNetwork } from './plain.js';
import { startProcess } from './process.js';
import { predictingContender, trainingContender } from './runs.js';
import type { Contender } from './timing.js';

/** What is measured, as plain data, so that it can be sent to a process. */
export type Job = {
  /** The name of the row: `784-128-10, per sample`. */
  readonly work: string;
  /** The folder of another checkout, whose build is measured. */
  readonly checkout?: string;
} & (
  | {
      readonly kind: 'training' | 'prediction';
      readonly case: Case;
      /** Samples per step, or rows per call. */
      readonly rows: number;
    }
  | { readonly kind: 'options'; readonly of: Case; readonly batchSize: number }
  | { readonly kind: 'block'; readonly block: Block }
);

export type NetworkJob = Extract<Job, { case: Case }>;

export const WASM = 'wasmlp';
export const RELAXED = 'wasmlp, relaxed';
export const WIDE = 'wasmlp, wide vectors';
export const RELAXED_WIDE = 'wasmlp, relaxed and wide';
export const TYPESCRIPT = 'wasmlp, pure TypeScript';
export const PLAIN = 'plain loops';

/** The name of a contender that uses two threads instead of one. */
export function twoThreads(name: string): string {
  return `${name}, 2 threads`;
}

/** In the order of the columns. The first is compared with all others. */
export const CONTENDERS = [WASM, RELAXED, WIDE, RELAXED_WIDE, TYPESCRIPT, PLAIN] as const;

/** The options of each contender that is a network. */
export const OPTIONS: Readonly<Record<string, Partial<NetworkOptions>>> = {
  [WASM]: { engine: 'wasm' },
  [RELAXED]: { engine: 'wasm', relaxed: true },
  [WIDE]: { engine: 'wasm', wideVectors: true },
  [RELAXED_WIDE]: { engine: 'wasm', relaxed: true, wideVectors: true },
  [TYPESCRIPT]: { engine: 'js' },
};

/** The builds of assembly/ that the contenders run. */
const BUILDS = { [WASM]: 'simd', [RELAXED]: 'relaxed', [WIDE]: 'wide', [RELAXED_WIDE]: 'relaxedWide' } as const;

/** Why this host cannot run a contender; undefined if it can. */
export function missing(name: string): string | undefined {
  if (name === RELAXED && !WebAssembly.validate(readFileSync('build/kernels/relaxed.wasm'))) {
    return 'relaxed SIMD needs Node 21 or later';
  }
  if (
    (name === WIDE || name === RELAXED_WIDE) &&
    (Number.parseInt(process.versions.node, 10) < 24 || process.arch !== 'x64')
  ) {
    return 'wide vectors need Node 24 or later on x64';
  }
  return undefined;
}

/** The contenders of a job that this host can run. */
export function contendersOf(job: Job): string[] {
  if (job.kind === 'options') return Object.keys(VARIATIONS);
  return CONTENDERS.filter(
    (name) => missing(name) === undefined && (job.kind !== 'block' || name === PLAIN || name in BUILDS),
  );
}

/** Each runs in its own process: V8's flag for wide vectors belongs to a process, and so does what V8 has learned about typed arrays. */
export function startContender(job: Job, name: string): Participant {
  return startProcess(name, process.execPath, ['build/bench/bench/worker.js', JSON.stringify(job), name]);
}

export function trainingJob(benchCase: Case, batchSize: number): NetworkJob {
  const work = `${nameOf(benchCase)}, ${batchSize === 1 ? 'per sample' : `batch ${batchSize}`}`;
  return { work, kind: 'training', case: benchCase, rows: batchSize };
}

/** Training with one option at a time. */
export function optionsJob(of: Case, batchSize: number): Job {
  const work = `${nameOf(of)}, ${batchSize === 1 ? 'per sample' : `batch ${batchSize}`}`;
  return { work, kind: 'options', of, batchSize };
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
  if (job.kind === 'options') return variationContender(await libraryOf(job), job.of, job.batchSize, name);
  if (job.kind === 'block') {
    if (name === PLAIN) return plainContender(job.block);
    return kernelContender(job.checkout ?? '.', job.block, BUILDS[name as keyof typeof BUILDS]);
  }
  if (job.kind === 'prediction') return predictor(job, name);
  const contender = await trainer(job, name);
  if (!(name in BUILDS)) return contender;
  // After the network, which sets V8's flag: V8 does not widen what it has compiled before.
  const peak = await createPeak(name === RELAXED || name === RELAXED_WIDE);
  return { ...contender, peak: (seconds) => peak(seconds) / operationsOf(job.case) };
}

/** Operations in the matrix products of one sample: forward, weight gradients, and input gradients of all layers but the first. */
function operationsOf({ widths }: Case): number {
  return widths
    .slice(1)
    .reduce((sum, units, layer) => sum + (layer === 0 ? 4 : 6) * units * (widths[layer] as number), 0);
}

async function trainer(job: NetworkJob, name: string): Promise<Contender> {
  const { case: benchCase, rows: batchSize } = job;
  const { inputs, targets } = dataOf(benchCase);
  const { samples } = benchCase;
  if (name === PLAIN) {
    const plain = await plainNetwork(job);
    const train = (epochs: number): number => {
      let loss = Number.NaN;
      for (let epoch = 0; epoch < epochs; epoch++) loss = plain.epoch(inputs, targets, samples, batchSize);
      return loss;
    };
    return trainingContender(train, samples);
  }
  const network = await networkOf(job, name);
  const train = async (epochs: number): Promise<number> => {
    const history = await network.fit(inputs, targets, { epochs, batchSize, shuffle: false });
    return history.epochs.at(-1)?.loss ?? Number.NaN;
  };
  return trainingContender(train, samples);
}

async function predictor(job: NetworkJob, name: string): Promise<Contender> {
  const { case: benchCase, rows } = job;
  const I = benchCase.widths[0] as number;
  const inputs = dataOf(benchCase).inputs.slice(0, rows * I);
  if (name !== PLAIN) {
    const network = await networkOf(job, name);
    return predictingContender(() => network.predict(inputs), rows);
  }
  const plain = await plainNetwork(job);
  const O = benchCase.widths.at(-1) as number;
  const predict = (): Float32Array => {
    const outputs = new Float32Array(rows * O);
    for (let row = 0; row < rows; row++) outputs.set(plain.predict(inputs, row * I), row * O);
    return outputs;
  };
  return predictingContender(predict, rows);
}

async function networkOf(job: NetworkJob, name: string): Promise<Network> {
  return createNetwork(job.case, OPTIONS[name], await libraryOf(job));
}

async function libraryOf({ checkout }: Job): Promise<Library> {
  if (checkout === undefined) return await import('wasmlp');
  return (await import(pathToFileURL(path.resolve(checkout, 'dist/index.js')).href)) as Library;
}

async function plainNetwork(job: NetworkJob): Promise<PlainNetwork> {
  const start = parametersOf(await networkOf(job, TYPESCRIPT));
  const [I = 0, H = 0, O = 0, ...more] = job.case.widths;
  return more.length === 0
    ? createPlainNetwork(I, H, O, LEARNING_RATE, start)
    : createDeepNetwork(LEARNING_RATE, start);
}
