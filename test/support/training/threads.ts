/** Fits on several threads, with the built library: random courses of training, and what the team of a fit does meanwhile. */
import type { Worker } from 'node:worker_threads';
import * as abi from '../../../assembly/abi.js';
import type { HelpMessage } from '../../../src/engine/wasm/threads/helper.js';
import type { FitOptions, History, LayerOptions, NetworkOptions } from '../../../src/index.js';
import { digestOf } from '../networks.js';
import type { SeededRandom } from '../seeded.js';
import { Network, type Trained } from './background.js';

/** A network that gains by threads, its samples, and how it is trained. */
export interface Course {
  readonly label: string;
  readonly network: NetworkOptions;
  readonly inputs: Float32Array;
  readonly targets: Float32Array | Uint8Array;
  readonly fit: FitOptions;
  /** Samples in each batch of a stream; undefined for `fit`. */
  readonly streamed: readonly number[] | undefined;
}

/** The helpers of the last fit that had some, what the last of them was told, and how many fits had some. */
export const team: { workers: Worker[]; message: HelpMessage | undefined; fits: number } = {
  workers: [],
  message: undefined,
  fits: 0,
};

// Teams of up to seven threads, on machines with fewer cores too: a fit takes no more threads than there are cores.
process.getBuiltinModule('node:os').availableParallelism = () => 8;

const { prototype } = process.getBuiltinModule('node:worker_threads').Worker;
const { postMessage } = prototype;
// Not by a worker of another class: teams outlive tests, and with them the class.
prototype.postMessage = function (this: Worker, message: HelpMessage, transfer): void {
  if (message.kind === 'help') {
    if (message.index === 1) {
      team.workers = [];
      team.fits++;
    }
    team.workers.push(this);
    team.message = message;
  }
  postMessage.call(this, message, transfer);
};

/** Makes all that the last fit left in its memory NaN, so that a fit which takes it for its own shows. */
export function soilMemory(): void {
  if (team.message === undefined) return;
  // As much as small networks and their samples take. The room for a stream is 128 MiB.
  new Uint8Array(team.message.memory.buffer).fill(0xff, abi.TEAM_ADDRESS + abi.TEAM_BYTES, 2 ** 22);
}

/** The record of the team that the last fit had. */
export function recordOfTeam(): { active: number; done: number; threads: number } {
  const { memory } = team.message as HelpMessage;
  const words = new Int32Array(memory.buffer, abi.TEAM_ADDRESS, abi.TEAM_BYTES / 4);
  return {
    active: words[abi.TEAM_ACTIVE / 4] as number,
    done: Atomics.load(words, abi.TEAM_DONE / 4),
    threads: words[abi.TEAM_THREAD_COUNT / 4] as number,
  };
}

const HIDDEN = ['tanh', 'relu', 'gelu', 'sigmoid', 'leakyRelu'] as const;

function randomLayers(random: SeededRandom, outputs: number, isClasses: boolean): LayerOptions[] {
  const layers: LayerOptions[] = Array.from({ length: random.integer(1, 2) }, () => ({
    units: random.integer(48, 110),
    activation: random.pick(HIDDEN),
    dropout: random.chance(0.25) ? 0.3 : 0,
    l1: random.chance(0.15) ? 0.001 : 0,
    l2: random.chance(0.25) ? 0.01 : 0,
    bias: random.chance(0.9),
  }));
  layers.push({ units: outputs, activation: isClasses ? 'softmax' : 'linear' });
  return layers;
}

const OPTIMIZERS = [
  'sgd',
  'sgd',
  { type: 'sgd', learningRate: 0.02, momentum: 0.9 },
  { type: 'sgd', learningRate: 0.02, momentum: 0.9, nesterov: true, weightDecay: 0.001 },
  'adam',
  { type: 'adamw', learningRate: 0.003, weightDecay: 0.01 },
  'rmsprop',
  'adagrad',
] as const;

/** The batches of a stream: small ones, large ones, or both in turn. */
function randomBatches(random: SeededRandom, count: number): number[] {
  const sizes: number[] = [];
  for (let left = count; left > 0; left -= sizes.at(-1) as number) {
    sizes.push(Math.min(left, random.pick([random.integer(1, 8), random.integer(40, 90), random.integer(257, 400)])));
  }
  return sizes;
}

/** A random course. Its numbers do not depend on the number of threads, which is no part of it. */
export function randomCourse(index: number, random: SeededRandom): Course {
  const isClasses = random.chance(0.5);
  const outputs = random.integer(2, 12);
  const inputs = random.integer(250, 600);
  const count = random.integer(90, 420);
  const batchSize = random.pick([
    random.pick([1, 2]),
    random.integer(30, 64),
    random.integer(65, 256),
    random.integer(65, 420),
  ]);
  const optimizer = random.pick(OPTIMIZERS);
  const rows = random.floats(count * inputs);
  const validates = random.pick([undefined, 0.2, { last: 0.25 }, 'given'] as const);
  const isStream = random.chance(0.35);
  const targets = isClasses
    ? Uint8Array.from({ length: count }, () => random.integer(0, outputs - 1))
    : random.floats(count * outputs);
  const given = { inputs: rows.slice(0, 9 * inputs), targets: targets.slice(0, 9 * (isClasses ? 1 : outputs)) };
  const fit: FitOptions = {
    epochs: random.integer(2, 3),
    batchSize: isStream && random.chance(0.5) ? undefined : batchSize,
    validation: validates === 'given' || (isStream && validates !== undefined) ? given : validates,
    clipNorm: random.chance(0.2) ? 0.5 : undefined,
    clipValue: random.chance(0.15) ? 0.05 : undefined,
    earlyStopping: random.chance(0.25) ? { patience: 1 } : undefined,
    classWeights: isClasses && random.chance(0.2) ? Array.from({ length: outputs }, (_, c) => 1 + c / 4) : undefined,
    learningRate: random.chance(0.2) ? { type: 'cosine' } : undefined,
  } as FitOptions;
  const network = {
    inputs,
    layers: randomLayers(random, outputs, isClasses),
    optimizer,
    normalize: random.chance(0.3) ? 'standard' : false,
    normalizeTargets: !isClasses && random.chance(0.3) ? 'minMax' : false,
    seed: index,
    wideVectors: false,
  } as NetworkOptions;
  const streamed = isStream ? randomBatches(random, count) : undefined;
  const units = network.layers.map((layer) => layer.units).join('-');
  const shown = JSON.stringify({ optimizer, ...fit, validation: validates, streamed });
  return {
    label: `course ${index}: ${inputs}-${units}, ${count} samples, ${shown}`,
    network,
    inputs: rows,
    targets,
    fit,
    streamed,
  };
}

/** The samples of a course as a stream. */
export function* batchesOf({ inputs, targets, network, streamed }: Course) {
  const width = network.inputs as number;
  const depth = targets.length / (inputs.length / width);
  let from = 0;
  for (const size of streamed ?? []) {
    const to = from + size;
    yield { inputs: inputs.slice(from * width, to * width), targets: targets.slice(from * depth, to * depth) };
    from = to;
  }
}

/** Trains as the course says. `options` come on top of its own. */
export async function trainOn(network: Trained, course: Course, options: FitOptions = {}): Promise<History> {
  const { inputs, targets, fit, streamed } = course;
  return streamed === undefined
    ? await network.fit(inputs, targets, { ...fit, ...options })
    : await network.fitStream(() => batchesOf(course), { ...fit, ...options });
}

/** Everything that training leaves, with the optimizer state. */
export function digestOfAll(network: Trained): string {
  const bytes = network.saveCheckpoint();
  return digestOf(Float32Array.from(bytes));
}

/** A result without the numbers that depend on a clock. */
export function figures({ epochs, bestEpoch, stopped, hints }: History): string {
  return JSON.stringify({ epochs: epochs.map((epoch) => ({ ...epoch, seconds: 0 })), bestEpoch, stopped, hints });
}

export interface Outcome {
  readonly numbers: string;
  readonly figures: string;
  /** Whether several threads shared phases. */
  readonly isShared: boolean;
}

/** What a course leads to on so many threads. */
export async function outcomeOf(course: Course, threads: number | 'auto', options: FitOptions = {}): Promise<Outcome> {
  const network = await Network.create({ ...course.network, threads });
  soilMemory();
  const { fits } = team;
  let isShared = false;
  const onEpoch = (): void => {
    isShared ||= team.fits > fits && recordOfTeam().active > 1;
  };
  // Some diverge, at the same batch.
  const told = await trainOn(network, course, { ...options, onEpoch }).then(figures, ({ code, message }) => {
    if (code !== 'ERR_DIVERGED') throw new Error(message);
    return message as string;
  });
  const outcome = { numbers: digestOfAll(network), figures: told, isShared };
  network.dispose();
  return outcome;
}

/** What is wrong where an outcome differs from the one of a single thread. */
export function difference(name: string, actual: Outcome, expected: Outcome): string | undefined {
  if (actual.numbers !== expected.numbers) return `${name}: other numbers than one thread`;
  if (actual.figures !== expected.figures) return `${name}: ${actual.figures}, expected ${expected.figures}`;
  return undefined;
}
