/**
 * The phases of a batch that a team of threads trains, as in assembly/train/team/course.ts, for networks without frozen layers that learn by
 * plain descent. Pure arithmetic: says what there is to do and what travels between caches, not how long it takes.
 */
import { BLOCK_ROWS, WORK_OF_ACTIVATION, WORK_OF_COPY, WORK_OF_STEP } from '../../assembly/abi.js';
import {
  type Cut,
  cutByRows,
  cutByUnits,
  goesByUnits,
  inputsOf,
  type Kernel,
  type Layer,
  type Part,
  type Piece,
  type Plan,
  productRows,
  type Range,
  rowsOf,
  splitsOf,
  sum,
  threadsFor,
  threadsOfUnits,
  tilesOf,
  unitsOf,
} from './cut.js';

const FLOAT_BYTES = 4;

/** What the threads do until they wait for each other. A phase of one thread is the leader's alone. */
export interface Phase extends Cut {
  readonly name: string;
  /** Bytes that a thread reads and others have written: they come from other caches. */
  readonly received: number;
}

/** The phases of a batch of `rows` samples, or for a batch of one those of a block of samples. */
export function courseOf(widths: readonly number[], rows: number, threads: number): Phase[] {
  const layers = widths.slice(1).map((units, index) => ({ index, inputs: widths[index] as number, units }));
  if (rows === 1) return courseOfBlock({ layers, rows: BLOCK_ROWS, threads, owners: threads });
  const work = sum(layers.map(({ inputs, units }) => inputs * units)) * (rows + WORK_OF_STEP);
  const owners = threadsOfUnits({ threads }, layers, work);
  const plan = { layers, rows, threads, owners };
  const ahead = forward(plan);
  const back = rowsBackward(plan);
  return [...ahead.phases, lossOf(plan), back, step(plan, work, ahead, back.threads)];
}

/** Samples of a course. */
export function samplesOf(batchSize: number): number {
  return batchSize === 1 ? BLOCK_ROWS : batchSize;
}

interface Ahead {
  readonly phases: readonly Phase[];
  /** The layers whose inputs every thread has read. */
  readonly byUnits: ReadonlySet<number>;
  /** Threads that wrote the rows of the last layers. */
  readonly writers: number;
}

function forward(plan: Plan): Ahead {
  const phases: Phase[] = [];
  const byUnits = new Set<number>();
  let [first, writers] = [0, 1];
  const goByRows = (last: number): void => {
    const phase = rowsForward(plan, first, last, writers);
    phases.push(phase);
    writers = phase.threads;
  };
  for (const layer of plan.layers) {
    const work = plan.rows * layer.inputs * layer.units;
    const threads = threadsFor(plan, work);
    if (threads < 2 || !goesByUnits(layer, plan.rows, threads)) continue;
    goByRows(layer.index);
    phases.push(unitsForward(plan, layer, work, writers));
    byUnits.add(layer.index);
    writers = threads;
    first = layer.index + 1;
  }
  goByRows(plan.layers.length);
  return { phases, byUnits, writers };
}

/** Rows through the layers `first` to `last` - 1, after the copy of the samples or the activations of the layer below, by its writers. */
function rowsForward(plan: Plan, first: number, last: number, writers: number): Phase {
  const { layers } = plan;
  const own = layers.slice(first, last);
  const below = layers[first - 1];
  const begin = below === undefined ? WORK_OF_COPY * (layers[0] as Layer).inputs : WORK_OF_ACTIVATION * below.units;
  const work = plan.rows * (begin + sum(own.map(workOfRow)));
  const { threads, chunks } = cutByRows(plan, work, (rows) => [
    below === undefined ? copyOf(plan, rows) : piece('activation', below, rows),
    ...own.flatMap((layer) => [piece('forward', layer, rows), piece('activation', layer, rows)]),
  ]);
  const sums = below === undefined ? 0 : ((below.units * plan.rows) / threads) * fromOthers(writers, threads);
  const received = (sums + weightsReceived(plan, own)) * FLOAT_BYTES;
  return { name: 'rows forward', threads, chunks, received };
}

function unitsForward(plan: Plan, layer: Layer, work: number, writers: number): Phase {
  const { threads, chunks } = cutByUnits(plan, [layer], work, splitsOf(plan.rows), (part) => [
    piece('forward', layer, rowsOf(plan.rows, part.split, part.splits), unitsOf(layer, part)),
  ]);
  const received = plan.rows * layer.inputs * fromOthers(writers, threads) * FLOAT_BYTES;
  return { name: 'units forward', threads, chunks, received };
}

function lossOf(plan: Plan): Phase {
  const chunks = [[piece('loss', topOf(plan), [0, plan.rows])]];
  return { name: 'loss', threads: 1, chunks, received: 0 };
}

function rowsBackward(plan: Plan): Phase {
  const { layers, rows } = plan;
  const upper = layers.slice(1);
  const { threads, chunks } = cutByRows(plan, rows * sum(upper.map(workOfRow)), (own) => [
    piece('lossGradient', topOf(plan), own),
    ...upper.map((layer) => piece('inputGradient', layer, own)).reverse(),
  ]);
  return { name: 'rows backward', threads, chunks, received: weightsReceived(plan, upper) * FLOAT_BYTES };
}

/** `deltaWriters`: threads that wrote the rows of the deltas. */
function step(plan: Plan, work: number, { byUnits, writers }: Ahead, deltaWriters: number): Phase {
  const { layers, rows } = plan;
  const { threads, chunks } = cutByUnits(plan, layers, work, splitsOf(), (part) =>
    layers.flatMap((layer) => stepPieces('step', layer, [0, rows], part)),
  );
  const received = layers.map(({ index, inputs, units }) => {
    const deltas = (units / threads) * fromOthers(deltaWriters, threads);
    return rows * (deltas + (byUnits.has(index) ? 0 : inputs * fromOthers(writers, threads)));
  });
  return { name: 'step', threads, chunks, received: sum(received) * FLOAT_BYTES };
}

/** Sample by sample: the products of a block are shared, its samples are the leader's. */
function courseOfBlock(plan: Plan): Phase[] {
  const first = plan.layers[0] as Layer;
  const all: Range = [0, plan.rows];
  const work = plan.rows * first.inputs * first.units;
  const forward = cutByUnits(plan, [first], work, splitsOf(plan.rows), (part) => {
    const rows = rowsOf(plan.rows, part.split, part.splits);
    return [piece('forward', first, rows, unitsOf(first, part)), piece('products', first, productRows(plan, part))];
  });
  const step = cutByUnits(plan, [first], work, splitsOf(), (part) => stepPieces('blockStep', first, all, part));
  const alone = (name: string, pieces: readonly Piece[]): Phase => ({
    name,
    threads: 1,
    chunks: [pieces],
    received: 0,
  });
  const fromLeader = (numbers: number, { threads }: Cut): number => numbers * fromOthers(1, threads) * FLOAT_BYTES;
  return [
    alone('copy', [copyOf(plan, all)]),
    { name: 'block forward', ...forward, received: fromLeader(plan.rows * first.inputs, forward) },
    alone('samples', [piece('samples', first, all), piece('biasStep', first, all)]),
    { name: 'block step', ...step, received: fromLeader((plan.rows * first.units) / step.threads, step) },
  ];
}

/** The first split of a part takes the step of its biases. In a block that is the leader's. */
function stepPieces(kernel: 'step' | 'blockStep', layer: Layer, rows: Range, part: Part): Piece[] {
  const units = unitsOf(layer, part);
  const weights: Piece = { kernel, layer: layer.index, rows, units, inputs: inputsOf(layer, part) };
  return kernel === 'blockStep' || part.split > 0 ? [weights] : [weights, piece('biasStep', layer, rows, units)];
}

function piece(kernel: Kernel, layer: Layer, rows: Range, units: Range = [0, layer.units]): Piece {
  const hasInputs = kernel === 'forward' || kernel === 'inputGradient';
  return { kernel, layer: layer.index, rows, units, inputs: [0, hasInputs ? layer.inputs : 0] };
}

function copyOf({ layers }: Plan, rows: Range): Piece {
  return { kernel: 'copy', layer: 0, rows, units: [0, (layers[0] as Layer).inputs], inputs: [0, 0] };
}

function workOfRow({ inputs, units }: Layer): number {
  return (inputs + WORK_OF_ACTIVATION) * units;
}

function topOf({ layers }: Plan): Layer {
  return layers[layers.length - 1] as Layer;
}

/** All weights of these layers, as far as others have changed them. */
function weightsReceived({ owners }: Plan, layers: readonly Layer[]): number {
  if (owners < 2) return 0;
  // A layer of one tile has one owner: all others have to fetch it.
  return sum(layers.map((layer) => layer.inputs * layer.units * fromOthers(Math.min(owners, tilesOf(layer)), owners)));
}

/** The part of what a reader reads that others have written, if each writer wrote an equal share. One writer is the leader, or the owner. */
function fromOthers(writers: number, readers: number): number {
  if (writers === 1) return readers === 1 ? 0 : 1;
  return (writers - 1) / writers;
}
