/**
 * Cuts work into chunks for several threads: who works, on which rows, units and inputs. The same arithmetic and the same constants as in
 * assembly/train/team/course.ts and parts.ts. Knows no phase.
 */
import { LEAST_WORK } from '../../src/engine/wasm/threads/rule.js';

/** From the first to before the last. */
export type Range = readonly [from: number, to: number];

/** One call of a kernel. For a kernel that has no inputs, that range is empty. */
export interface Piece {
  readonly kernel: Kernel;
  readonly layer: number;
  readonly rows: Range;
  readonly units: Range;
  readonly inputs: Range;
}

export type Kernel =
  | 'copy'
  | 'forward'
  | 'activation'
  | 'loss'
  | 'lossGradient'
  | 'inputGradient'
  | 'step'
  | 'biasStep'
  | 'products'
  | 'samples'
  | 'blockStep';

/** As in assembly/train/team/course.ts and parts.ts. A test compares them. */
export const CONSTANTS = {
  PARTS_EACH: 4,
  CHUNK_WORK: 200000,
  MOST_SPLITS: 4,
  LEAST_ROWS: 16,
  ACTIVATION_WORK: 16,
  COPY_WORK: 2,
  STEP_WORK: 4,
  TILE_ROWS: 4,
  TILE_INPUTS: 8,
} as const;
const { PARTS_EACH, CHUNK_WORK, MOST_SPLITS, LEAST_ROWS, ACTIVATION_WORK, COPY_WORK } = CONSTANTS;
const { TILE_ROWS, TILE_INPUTS } = CONSTANTS;
/** Two panels of 8. */
export const PAIR_UNITS = 16;

export interface Layer {
  readonly index: number;
  readonly inputs: number;
  readonly units: number;
}

/** What all functions here need to know. */
export interface Plan {
  readonly layers: readonly Layer[];
  readonly rows: number;
  readonly threads: number;
  /** That share the step, and so have changed the weights. */
  readonly owners: number;
}

/** A part of the units, and a split of what else there is. */
export interface Part {
  readonly part: number;
  readonly parts: number;
  readonly split: number;
  readonly splits: number;
}

export interface Cut {
  readonly threads: number;
  /** Thread t begins with share t of them. */
  readonly chunks: readonly (readonly Piece[])[];
}

export function cutByRows(plan: Plan, work: number, pieces: (rows: Range) => readonly Piece[]): Cut {
  const { rows } = plan;
  const threads = Math.min(threadsFor(plan, work), Math.floor((rows + 3) / TILE_ROWS));
  const each = Math.floor(rows / (threads * LEAST_ROWS));
  const count = threads > 1 ? threads * Math.min(Math.max(each, 1), PARTS_EACH) : 1;
  const chunks = Array.from({ length: count }, (_, chunk) => pieces(rowsOf(rows, chunk, count)).filter(isWork));
  return { threads, chunks };
}

export function cutByUnits(
  plan: Plan,
  layers: readonly Layer[],
  work: number,
  pieces: (part: Part) => readonly Piece[],
): Cut {
  const pairs = Math.max(...layers.map(pairsOf));
  const threads = threadsOfUnits(plan, layers, work);
  const parts = threads > 1 ? Math.min(pairs, threads * PARTS_EACH) : 1;
  const most = Math.min(Math.floor(work / (CHUNK_WORK * parts)), MOST_SPLITS);
  const splits = threads > 1 ? Math.max(most, 1) : 1;
  const chunks = Array.from({ length: parts * splits }, (_, chunk) => {
    const part = Math.floor(chunk / splits);
    return pieces({ part, parts, split: chunk - part * splits, splits }).filter(isWork);
  });
  return { threads, chunks };
}

function isWork({ kernel, rows, units, inputs }: Piece): boolean {
  const needsInputs = kernel === 'step' || kernel === 'blockStep';
  return lengthOf(rows) > 0 && lengthOf(units) > 0 && !(needsInputs && lengthOf(inputs) === 0);
}

/** What a piece costs, in multiplications with addition: only to tell which thread has most to do. */
function workOf({ kernel, rows, units, inputs }: Piece): number {
  const each = kernel === 'copy' ? COPY_WORK : kernel === 'products' ? lengthOf(rows) : ACTIVATION_WORK;
  return lengthOf(rows) * lengthOf(units) * Math.max(lengthOf(inputs), each);
}

/** The chunks that the thread with most to do begins with, if all are equally fast. Of equals it is the last. */
export function largestShare({ threads, chunks }: Cut): readonly Piece[] {
  const shares = Array.from({ length: threads }, (_, thread) => {
    const [from, to] = share(chunks.length, thread, threads);
    return chunks.slice(from, to).flat();
  });
  const work = shares.map((pieces) => sum(pieces.map(workOf)));
  return shares[work.lastIndexOf(Math.max(...work))] as readonly Piece[];
}

export function threadsOfUnits(plan: Pick<Plan, 'threads'>, layers: readonly Layer[], work: number): number {
  return Math.min(threadsFor(plan, work), Math.max(...layers.map(pairsOf)));
}

export function threadsFor({ threads }: Pick<Plan, 'threads'>, work: number): number {
  return Math.max(Math.min(Math.floor(work / LEAST_WORK), threads), 1);
}

export function pairsOf({ units }: Layer): number {
  return Math.ceil(units / PAIR_UNITS);
}

export function rowsOf(rows: number, chunk: number, chunks: number): Range {
  return tiled(rows, TILE_ROWS, chunk, chunks);
}

export function unitsOf({ units }: Layer, { part, parts }: Part): Range {
  return tiled(units, PAIR_UNITS, part, parts);
}

export function inputsOf({ inputs }: Layer, { split, splits }: Part): Range {
  return tiled(inputs, TILE_INPUTS, split, splits);
}

export function productRows({ rows }: Plan, { part, parts, split, splits }: Part): Range {
  return tiled(rows, 2, part * splits + split, parts * splits);
}

/** Share `chunk` of `chunks`, in whole tiles. */
function tiled(count: number, tile: number, chunk: number, chunks: number): Range {
  const [from, to] = share(Math.ceil(count / tile), chunk, chunks);
  return [Math.min(from * tile, count), Math.min(to * tile, count)];
}

function share(count: number, part: number, parts: number): Range {
  return [Math.floor((count * part) / parts), Math.floor((count * (part + 1)) / parts)];
}

export function lengthOf([from, to]: Range): number {
  return to - from;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
