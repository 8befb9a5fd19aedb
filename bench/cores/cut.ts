/**
 * Cuts work into chunks for several threads: who works, on which rows, units and inputs. The same arithmetic and the same constants as in
 * assembly/train/team/course.ts and parts.ts. Knows no phase.
 */
import { PANEL, TILE_ROWS, WORK_OF_ACTIVATION, WORK_OF_COPY } from '../../assembly/abi.js';
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
  CHUNK_WORK: 200000,
  CHUNKS_EACH: 4,
  PARTS_EACH: 16,
  LEAST_TILES: 2,
  MOST_SPLITS: 4,
  SPLIT_ROWS: 32,
  LEAST_ROWS: 16,
  TILE_INPUTS: 8,
} as const;
const { CHUNK_WORK, CHUNKS_EACH, PARTS_EACH, LEAST_TILES, MOST_SPLITS, SPLIT_ROWS, LEAST_ROWS, TILE_INPUTS } =
  CONSTANTS;
/** Of the builds without wide vectors: one panel. */
export const TILE_UNITS = PANEL;

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
  const threads = Math.min(threadsFor(plan, work), Math.ceil(rows / TILE_ROWS));
  const each = Math.floor(rows / (threads * LEAST_ROWS));
  const count = threads > 1 ? threads * Math.min(Math.max(each, 1), CHUNKS_EACH) : 1;
  const chunks = Array.from({ length: count }, (_, chunk) => pieces(rowsOf(rows, chunk, count)).filter(isWork));
  return { threads, chunks };
}

export function cutByUnits(
  plan: Plan,
  layers: readonly Layer[],
  work: number,
  mostSplits: number,
  pieces: (part: Part) => readonly Piece[],
): Cut {
  const tiles = Math.max(...layers.map(tilesOf));
  const threads = threadsOfUnits(plan, layers, work);
  const wanted = Math.min(Math.floor(work / CHUNK_WORK), threads * PARTS_EACH);
  const parts = threads > 1 ? Math.min(tiles, Math.max(threads, wanted)) : 1;
  const most = Math.min(
    mostSplits,
    Math.floor((threads * PARTS_EACH) / parts),
    Math.floor(work / (CHUNK_WORK * parts)),
  );
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
  const each = kernel === 'copy' ? WORK_OF_COPY : kernel === 'products' ? lengthOf(rows) : WORK_OF_ACTIVATION;
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
  return Math.min(threadsFor(plan, work), Math.max(...layers.map(tilesOf)));
}

export function threadsFor({ threads }: Pick<Plan, 'threads'>, work: number): number {
  return Math.max(Math.min(Math.floor(work / LEAST_WORK), threads), 1);
}

export function tilesOf({ units }: Layer): number {
  return Math.ceil(units / TILE_UNITS);
}

/** Whether a layer is shared by its units, and not by rows. */
export function goesByUnits(layer: Layer, rows: number, threads: number): boolean {
  return tilesOf(layer) >= LEAST_TILES * Math.min(threads, Math.max(Math.floor(rows / LEAST_ROWS), 2));
}

/** Into how many splits a part goes at most: of weights, or of so many rows. */
export function splitsOf(rows?: number): number {
  return rows === undefined ? MOST_SPLITS : Math.min(Math.floor(rows / SPLIT_ROWS), MOST_SPLITS);
}

export function rowsOf(rows: number, chunk: number, chunks: number): Range {
  return tiled(rows, TILE_ROWS, chunk, chunks);
}

export function unitsOf({ units }: Layer, { part, parts }: Part): Range {
  return tiled(units, TILE_UNITS, part, parts);
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
