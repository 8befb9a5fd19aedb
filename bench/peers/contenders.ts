/** Which contender takes part in which row: whether this machine has it, what it can do, and on how many samples. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { missing, type NetworkJob, RELAXED_WIDE, TYPESCRIPT, twoThreads, WASM, WIDE } from '../contenders.js';
import type { Participant } from '../measure.js';
import { startProcess } from '../process.js';
import { versionOf } from './packages.js';

/** A command to which the benchmark adds `<training | prediction> <rows> <problem file>`. */
type Program = readonly [command: string, ...words: string[]];

/** How this machine runs a contender. */
export type Found = { readonly program: Program; readonly version?: string } | { readonly missing: string };

export interface Contender {
  readonly name: string;
  readonly find: () => Found;
  /** The loss that it trains with, if it has no mean squared error. */
  readonly loss?: 'binaryCrossEntropy';
  readonly remark?: string;
  /** How much its losses may differ, if its steps are not exactly the same. */
  readonly agreement?: number;
  /** The rows that it is in; all, if it does not say. */
  readonly isIn?: (job: NetworkJob) => boolean;
  /** Threads, if not one. */
  readonly threads?: number;
  /** Why it does not take part in a row. */
  readonly cannot?: (job: NetworkJob) => string | undefined;
  /** The most samples of an epoch, if more would take too long. */
  readonly mostSamples?: (job: NetworkJob) => number;
}

const CROSS_ENTROPY =
  "a sigmoid output has only the gradient of cross-entropy, which takes one multiplication less per output than that of mean squared error. wasmlp's figure is for mean squared error. Checked against wasmlp trained with binaryCrossEntropy";

function javascript(name: string, packages: readonly string[], rest: Partial<Contender> = {}): Contender {
  const find = (): Found => {
    const version = packages[0] === undefined ? {} : { version: versionOf(packages[0]) };
    return { program: [process.execPath, 'build/bench/bench/peers/worker.js', name], ...version };
  };
  return { name, find, ...rest };
}

/** The number of weights, which decides how long a sample takes. */
function weightsOf({ case: { widths } }: NetworkJob): number {
  return widths.slice(1).reduce((sum, units, layer) => sum + units * (widths[layer] as number), 0);
}

function withoutBatches({ kind, rows }: NetworkJob): string | undefined {
  return kind === 'training' && rows > 1 ? 'no mini-batches, every sample is a step.' : undefined;
}

function synapticCannot(job: NetworkJob): string | undefined {
  // It takes 38 seconds to build, and then trains 1.9 samples a second.
  if (weightsOf(job) > 300_000) return 'left out: an epoch of 256 samples takes two minutes.';
  return withoutBatches(job);
}

/** Networks of 100,000 weights take 90 ms a sample. */
function synapticSamples(job: NetworkJob): number {
  return weightsOf(job) > 50_000 ? 8 : Number.POSITIVE_INFINITY;
}

/** A step of TensorFlow.js and of jax-js takes 1 ms or so, however small the network, and up to 30 ms for the largest. */
function tensorflowSamples(job: NetworkJob): number {
  if (job.kind === 'prediction' || job.rows > 1) return Number.POSITIVE_INFINITY;
  return weightsOf(job) > 300_000 ? 16 : 64;
}

/** Plain float64 loops take 5 ms a sample for the largest network. */
function loopSamples(job: NetworkJob): number {
  return weightsOf(job) > 300_000 ? Math.max(32, job.rows) : Number.POSITIVE_INFINITY;
}

/** In the order of the columns. The first is compared with all others. */
export const CONTENDERS: readonly Contender[] = [
  javascript(WASM, []),
  { ...javascript(WIDE, []), find: () => findOwn(WIDE) },
  { ...javascript(RELAXED_WIDE, []), find: () => findOwn(RELAXED_WIDE) },
  onTwoThreads(javascript(twoThreads(WASM), [])),
  onTwoThreads({ ...javascript(twoThreads(RELAXED_WIDE), []), find: () => findOwn(RELAXED_WIDE, twoThreads) }),
  javascript(TYPESCRIPT, []),
  javascript('brain.js', ['brain.js'], { cannot: withoutBatches, mostSamples: loopSamples }),
  javascript('synaptic', ['synaptic'], {
    loss: 'binaryCrossEntropy',
    agreement: 0.03,
    remark: `${CROSS_ENTROPY}; losses differ by up to 3%, because synaptic computes the hidden gradient from output weights that the same step has already changed.`,
    cannot: synapticCannot,
    mostSamples: synapticSamples,
  }),
  javascript('ConvNetJS', ['convnetjs'], { mostSamples: loopSamples }),
  javascript('TensorFlow.js cpu', ['@tensorflow/tfjs-core'], { mostSamples: tensorflowSamples }),
  javascript('TensorFlow.js wasm', ['@tensorflow/tfjs-core'], { mostSamples: tensorflowSamples }),
  javascript('jax-js', ['@jax-js/jax'], { mostSamples: tensorflowSamples }),
  javascript('onnxruntime-web', ['onnxruntime-web'], { isIn: ({ kind }) => kind === 'prediction' }),
  { name: 'FANN', find: findFann },
  { name: 'KANN', find: findKann },
  { name: 'PyTorch', find: findTorch },
  onTwoThreads({ name: twoThreads('PyTorch'), find: findTorch }),
  {
    name: 'scikit-learn',
    find: () => findPython('sklearn', 'scikit_learn.py', 'python3-sklearn'),
    loss: 'binaryCrossEntropy',
    remark: `${CROSS_ENTROPY}.`,
  },
];

export function start(contender: Contender, program: Program, job: NetworkJob, file: string): Participant {
  const [command, ...words] = program;
  return startProcess(contender.name, command, [...words, job.kind, String(job.rows), file], contender.threads);
}

/** wasmlp with options that only some hosts have; `rename` gives the name of the contender in worker.ts. */
function findOwn(name: string, rename = (own: string): string => own): Found {
  const why = missing(name);
  return why === undefined ? javascript(rename(name), []).find() : { missing: why };
}

/** The same contender with two threads, in the trainings that are large enough for them. */
function onTwoThreads(contender: Contender): Contender {
  return {
    ...contender,
    threads: 2,
    isIn: (job) => job.kind === 'training' && job.rows > 1 && weightsOf(job) > 50_000,
    find: () => {
      if (os.availableParallelism() < 2) return { missing: 'this machine has one core' };
      const found = contender.find();
      // The version is that of the contender with one thread.
      return 'program' in found ? { program: found.program } : found;
    },
  };
}

function findTorch(): Found {
  return findPython('torch', 'pytorch.py', 'python3-torch');
}

/** Compiles the program, with the system's library. */
function findFann(): Found {
  const program = 'build/bench/fann';
  mkdirSync('build/bench', { recursive: true });
  const compiled = outputOf('gcc', ['-O2', '-o', program, 'bench/peers/fann.c', '-lfloatfann', '-lm']);
  if (compiled === undefined) return { missing: 'gcc with floatfann.h (Debian: gcc, libfann-dev) not found' };
  const version = outputOf('pkg-config', ['--modversion', 'fann']);
  return { program: [program], version: version ?? 'of unknown version' };
}

/** Compiles the program with the source that the variable KANN names: no system has it as a package. */
function findKann(): Found {
  const { KANN } = process.env;
  if (KANN === undefined)
    return { missing: 'KANN does not name a folder with kann.c (github.com/attractivechaos/kann)' };
  const program = 'build/bench/kann';
  mkdirSync('build/bench', { recursive: true });
  const files = ['bench/peers/kann.c', `${KANN}/kann.c`, `${KANN}/kautodiff.c`];
  const compiled = outputOf('gcc', ['-O3', '-march=native', '-I', KANN, '-o', program, ...files, '-lm']);
  if (compiled === undefined) return { missing: `gcc, or ${KANN}/kann.c, not found` };
  const version = /KANN_VERSION "(\w+)"/.exec(readFileSync(`${KANN}/kann.h`, 'utf8'))?.[1];
  return { program: [program], version: version ?? 'of unknown version' };
}

/** Tries the Python of the shell first, then the system's: the shell's may not see the system's packages. */
function findPython(module: string, script: string, debian: string): Found {
  for (const python of ['python3', '/usr/bin/python3']) {
    const version = outputOf(python, ['-c', `import ${module}; print(${module}.__version__)`]);
    if (version !== undefined) return { program: [python, `bench/peers/${script}`], version };
  }
  return { missing: `no python3 with ${module} (Debian: ${debian})` };
}

function outputOf(command: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}
