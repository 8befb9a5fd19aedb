/**
 * The course of a batch when a team of threads trains it: which phases, in which order, how many threads for each. Only the leader runs this
 * file. Computes what train/ computes with one thread, bit for bit.
 *
 * Weights stay with their thread: the forward pass of a layer is shared by its units where it has enough of them, and so is its step, so no
 * weight travels from cache to cache. What is small for each row goes by rows, without a wait between layers: the small layers, all
 * activations, the deltas. The loss is summed by the leader, in the order of the rows.
 */
import {
  OPTIMIZER_PLAIN, PANEL, PHASE_BLOCK_FORWARD, PHASE_BLOCK_STEP, PHASE_GRADIENTS, PHASE_PREPARE, PHASE_ROWS_BACKWARD, PHASE_ROWS_FORWARD,
  PHASE_STEP, PHASE_UNITS_FORWARD, PHASE_UPDATE, TILE_ROWS, WORK_OF_ACTIVATION, WORK_OF_COPY, WORK_OF_STEP,
} from '../../abi';
import { tilesOf } from '../../kernels/dense/panel';
import { Dataset, Layer, Network, Team } from '../../records';
import { addLoss } from '../batch';
import { moves } from '../momentum';
import { beginUpdate, prepareBiases } from '../update';
import { share } from './claims';
import { ACTIVATE, CLEAR, doChunk, GATHER, GRAM, GRAM_BIAS, UPDATE } from './parts';

/** The work of a chunk, 10 microseconds: who is late leaves less to wait for than that. Only where a thread has more chunks are they larger. */
const CHUNK_WORK: i64 = 200000;
const CHUNKS_EACH: i32 = 4;
const PARTS_EACH: i32 = 16;
/** Tiles of units for each thread that would work on rows, from which on a layer is shared by units. */
const LEAST_TILES: i32 = 2;
/** Into how many splits a part goes at most. Fewer rows than these in a split would read its weights too often. */
const MOST_SPLITS: i32 = 4;
const SPLIT_ROWS: i32 = 32;
/** Fewer rows in a chunk would read the weights of large layers too often. */
const LEAST_ROWS: i32 = 16;

// @ts-ignore: decorator
@inline
function teamOf(network: Network): Team {
  return changetype<Team>(network.team);
}

/** One pass over samples, by rows alone: no weight changes, so every thread may keep all of them in its cache. Adds to the network's sums. */
export function evaluatePassTogether(network: Network, dataset: Dataset, from: i32, rows: i32): void {
  network.firstRow = from;
  rowsForward(network, dataset, rows, GATHER, 0, network.layerCount);
  addLoss(network, rows);
}

/** Trains on one batch, as trainPass and trainAccumulated do. Returns its loss sum. Takes no step if that is not finite. */
export function trainTogether(
  network: Network, dataset: Dataset, from: i32, batch: i32, learningRate: f32, lowest: i32,
): f64 {
  return network.optimizer == OPTIMIZER_PLAIN && batch <= network.passRows
    ? trainPassTogether(network, dataset, from, batch, learningRate, lowest)
    : trainAccumulatedTogether(network, dataset, from, batch, learningRate, lowest);
}

/** As trainPass of train/batch.ts. */
function trainPassTogether(
  network: Network, dataset: Dataset, from: i32, batch: i32, learningRate: f32, lowest: i32,
): f64 {
  const loss = forwardTogether(network, dataset, from, batch);
  if (!isFinite(loss)) return loss;
  rowsBackward(network, batch, batch, lowest);
  unitsOfAll(network, PHASE_STEP, batch, lowest, learningRate, 0);
  return loss;
}

/** As trainAccumulated of train/train.ts: the gradients of all passes of a batch, then the step. */
function trainAccumulatedTogether(
  network: Network, dataset: Dataset, from: i32, batch: i32, learningRate: f32, lowest: i32,
): f64 {
  // A step that needs no more than its own gradients is taken right after them.
  const fuses = network.clipNorm == Infinity && lowest < network.layerCount;
  let loss: f64 = 0;
  for (let done = 0; done < batch; ) {
    const rows = min(batch - done, network.passRows);
    loss += forwardTogether(network, dataset, from + done, rows);
    rowsBackward(network, rows, batch, lowest);
    let flags = done == 0 ? CLEAR : 0;
    done += rows;
    if (fuses && done == batch) {
      if (!isFinite(loss)) return loss;
      beginUpdate(network, learningRate, 0);
      flags |= UPDATE;
    }
    unitsOfAll(network, PHASE_GRADIENTS, rows, lowest, learningRate, flags);
  }
  if (fuses || !isFinite(loss)) return loss;
  unitsOfAll(network, PHASE_PREPARE, 0, lowest, learningRate, 0);
  beginUpdate(network, learningRate, squareSumOf(network, lowest));
  unitsOfAll(network, PHASE_UPDATE, 0, lowest, learningRate, 0);
  return loss;
}

/** Adds what PHASE_PREPARE left, in the order of train/update.ts. */
function squareSumOf(network: Network, lowest: i32): f64 {
  const sums = teamOf(network).partialSums;
  let squares: f64 = 0;
  for (let l = lowest; l < network.layerCount; l++) {
    const layer = network.layer(l);
    if (layer.trainable == 0) continue;
    const panels = (layer.units + PANEL - 1) / PANEL;
    for (let panel = 0; panel < panels; panel++) squares += f64.load(sums + (<usize>(layer.firstPanel + panel) << 3));
    // Where there are none, nobody cleared their gradients.
    if (layer.hasBias) squares += prepareBiases(network, layer, 0, layer.rowBytes);
  }
  return squares;
}

/** Runs samples forward, layer by layer, and adds loss and metric. Returns the loss sum of these rows. */
function forwardTogether(network: Network, dataset: Dataset, from: i32, rows: i32): f64 {
  network.firstRow = from;
  let flags = GATHER;
  let first = 0;
  for (let l = 0; l < network.layerCount; l++) {
    const layer = network.layer(l);
    const threads = threadsFor(teamOf(network), <i64>rows * layer.inputs * layer.units);
    if (threads < 2 || !goesByUnits(tilesOf(layer.units), rows, threads)) continue;
    rowsForward(network, dataset, rows, flags, first, l);
    unitsOfLayer(network, PHASE_UNITS_FORWARD, l, rows, 0);
    flags = ACTIVATE;
    first = l + 1;
  }
  rowsForward(network, dataset, rows, flags, first, network.layerCount);
  return addLoss(network, rows);
}

/**
 * Whether a layer is shared by its units, in `tiles` tiles, and not by rows. By units weights stay where they are. By rows more threads may come
 * to work, where there are more of them than tiles; and 10 units, which are two tiles, would not come out even.
 */
function goesByUnits(tiles: i32, rows: i32, threads: i32): bool {
  return tiles >= LEAST_TILES * min(threads, max(rows / LEAST_ROWS, 2));
}

/** Writes what a phase works on: `rows` rows, and the layers `first` to `last` - 1, or back from the top to `last`. No helper is at work now. */
function begin(team: Team, network: Network, phase: i32, rows: i32, first: i32, last: i32, flags: i32): void {
  team.phase = phase;
  team.network = network;
  team.rows = rows;
  team.first = first;
  team.last = last;
  team.flags = flags;
}

/** Rows through the layers `first` to `last` - 1. */
function rowsForward(network: Network, dataset: Dataset, rows: i32, flags: i32, first: i32, last: i32): void {
  const team = teamOf(network);
  let work: i64 = 0;
  if ((flags & GATHER) != 0) work += WORK_OF_COPY * network.inputs;
  if ((flags & ACTIVATE) != 0) work += WORK_OF_ACTIVATION * network.layer(first - 1).units;
  for (let l = first; l < last; l++) work += workOfRow(network.layer(l));
  team.dataset = dataset;
  begin(team, network, PHASE_ROWS_FORWARD, rows, first, last, flags);
  byRows(team, rows, work * rows);
}

// @ts-ignore: decorator
@inline
function workOfRow(layer: Layer): i64 {
  return (<i64>layer.inputs + WORK_OF_ACTIVATION) * layer.units;
}

/** Deltas of all layers above `lowest`, and its own. */
function rowsBackward(network: Network, rows: i32, batch: i32, lowest: i32): void {
  const team = teamOf(network);
  let work: i64 = 0;
  for (let l = lowest + 1; l < network.layerCount; l++) work += workOfRow(network.layer(l));
  team.batch = batch;
  begin(team, network, PHASE_ROWS_BACKWARD, rows, 0, lowest, 0);
  byRows(team, rows, work * rows);
}

function byRows(team: Team, rows: i32, work: i64): void {
  const threads = min(threadsFor(team, work), (rows + TILE_ROWS - 1) / TILE_ROWS);
  run(team, threads, threads * min(max(rows / (threads * LEAST_ROWS), 1), CHUNKS_EACH));
}

/** A phase of the units of layer `l` alone. */
function unitsOfLayer(network: Network, phase: i32, l: i32, rows: i32, flags: i32): void {
  const team = teamOf(network);
  const layer = network.layer(l);
  begin(team, network, phase, rows, l, l + 1, flags);
  const mostSplits = phase == PHASE_BLOCK_STEP ? MOST_SPLITS : min(rows / SPLIT_ROWS, MOST_SPLITS);
  // With momentum, a block does everything for weights and for velocities.
  const tensors: i64 = phase != PHASE_UNITS_FORWARD && moves(network) ? 2 : 1;
  byUnits(team, tilesOf(layer.units), tensors * rows * layer.inputs * layer.units, mostSplits);
}

/** A phase of the units of all layers that learn. */
function unitsOfAll(network: Network, phase: i32, rows: i32, lowest: i32, learningRate: f32, flags: i32): void {
  const team = teamOf(network);
  let weights: i64 = 0;
  let tiles = 0;
  for (let l = lowest; l < network.layerCount; l++) {
    const layer = network.layer(l);
    if (layer.trainable == 0) continue;
    weights += <i64>layer.inputs * layer.units;
    tiles = max(tiles, tilesOf(layer.units));
  }
  if (tiles == 0) return;
  team.rate = learningRate;
  begin(team, network, phase, rows, lowest, network.layerCount, flags);
  // The sum of the squares of a panel is one sum.
  byUnits(team, tiles, weights * (rows + WORK_OF_STEP), phase == PHASE_PREPARE ? 1 : MOST_SPLITS);
}

/**
 * As trainBlock of train/blocks.ts begins: the weighted sums of layer `first`, and with `products` the inner products of its inputs, to which
 * `bias` adds 1, and with momentum the products of its velocities.
 */
export function blockForwardTogether(network: Network, first: i32, block: i32, products: bool, bias: f32): void {
  unitsOfLayer(network, PHASE_BLOCK_FORWARD, first, block, products ? (bias != 0 ? GRAM | GRAM_BIAS : GRAM) : 0);
}

/** As trainBlock ends: the weights of layer `first` times `factor`, then the steps of `rows` samples. Momentum needs the rate for that. */
export function blockStepTogether(network: Network, first: i32, rows: i32, factor: f64, learningRate: f32): void {
  const team = teamOf(network);
  team.factor = factor;
  team.rate = learningRate;
  unitsOfLayer(network, PHASE_BLOCK_STEP, first, rows, 0);
}

/**
 * Shares `tiles` tiles of units in parts of about CHUNK_WORK, and splits the parts where they are few: into `mostSplits` at most. A part that is
 * not split reads its weights once.
 */
function byUnits(team: Team, tiles: i32, work: i64, mostSplits: i32): void {
  const threads = min(threadsFor(team, work), tiles);
  const parts = min(tiles, max(threads, <i32>min(work / CHUNK_WORK, <i64>(threads * PARTS_EACH))));
  const most = min(mostSplits, threads * PARTS_EACH / parts);
  team.splits = threads > 1 ? <i32>max(min(work / (CHUNK_WORK * parts), <i64>most), 1) : 1;
  run(team, threads, parts * team.splits);
}

/** How many threads pay for this work: each must have enough to do that it is worth the wait for the others. */
function threadsFor(team: Team, work: i64): i32 {
  return <i32>max(min(work / team.leastWork, <i64>team.threadCount), 1);
}

function run(team: Team, threads: i32, chunks: i32): void {
  if (threads > 1) share(team, chunks, threads);
  else doChunk(team, team.phase, 0, 1, 0);
}
