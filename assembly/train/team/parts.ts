/**
 * The work of a phase, chunk by chunk. A phase is a part of a batch whose chunks do not depend on each other: any thread may take any chunk, in
 * any order. Each number is computed by one thread, with the operations and in the order that a single thread has, so the number of threads
 * changes no bit. Knows neither threads nor which phase comes next.
 *
 * There are two kinds of phases. Those by rows: chunk c of C holds the rows from the share c / C of them to the share (c + 1) / C, in tiles of
 * four rows. Those by units: chunk c is split s = c mod S of part p = c / S, with P = C / S parts. A part holds the units from the share p / P
 * to the share (p + 1) / P of every layer; a split holds a share of the rows, or of the inputs where a weight needs all
 * rows. Those are the tiles of the kernels. As a part has the same units in every phase, a thread finds their weights in its own cache.
 */
import {
  LANES, PANEL, PHASE_BLOCK_FORWARD, PHASE_BLOCK_STEP, PHASE_GRADIENTS, PHASE_PREPARE, PHASE_ROWS_BACKWARD, PHASE_ROWS_FORWARD, PHASE_STEP,
  PHASE_UNITS_FORWARD, PHASE_UPDATE, SCRATCH_BYTES, TILE_ROWS,
} from '../../abi';
import { denseForward } from '../../kernels/dense/forward';
import { denseBackwardBiases, denseBackwardWeights, denseStepWeights } from '../../kernels/dense/backward-weights';
import { panelOffset, TILE_UNITS, tilesOf } from '../../kernels/dense/panel';
import { gramRows } from '../../kernels/gram';
import { Layer, Network, Team } from '../../records';
import { backwardRows } from '../batch';
import { biasesKept, decays, multiplyExactly, weightsKept } from '../decay';
import { momentumStepsOf, moves } from '../momentum';
import { activate, forwardRows, gatherRows } from '../pass';
import { prepareBiases, prepareWeights, updateBiases, updateWeights } from '../update';

/** For PHASE_ROWS_FORWARD: copy the samples first. */
export const GATHER: i32 = 1;
/** For PHASE_ROWS_FORWARD: activate the layer below `first` first; its weighted sums are there. */
export const ACTIVATE: i32 = 2;
/** For PHASE_GRADIENTS: set the gradients to 0 first. */
export const CLEAR: i32 = 1;
/** For PHASE_GRADIENTS: take the step of these weights too. */
export const UPDATE: i32 = 2;
/** For PHASE_BLOCK_FORWARD: inner products too, without a bias, or with one. */
export const GRAM: i32 = 1;
export const GRAM_BIAS: i32 = 2;

/** The most inputs that a tile of a kernel takes. */
const TILE_INPUTS: i32 = 8;

/**
 * Does chunk `chunk` of `chunks` of a phase in thread `thread`. Takes its code, and does not read it: src/ writes the code of the end there while helpers may
 * still work for a leader that was stopped.
 */
export function doChunk(team: Team, phase: i32, chunk: i32, chunks: i32, thread: i32): void {
  if (phase == PHASE_ROWS_FORWARD || phase == PHASE_ROWS_BACKWARD) {
    const from = rowOf(team.rows, chunk, chunks);
    const rows = rowOf(team.rows, chunk + 1, chunks) - from;
    if (rows == 0) return;
    if (phase == PHASE_ROWS_FORWARD) forwardOfRows(team, from, rows);
    else {
      const scratch = WIDE && team.scratch != 0 ? team.scratch + <usize>thread * SCRATCH_BYTES : 0;
      backwardRows(team.network, from, rows, team.batch, team.last, scratch);
    }
    return;
  }
  const splits = team.splits;
  const part = chunk / splits;
  const parts = chunks / splits;
  const split = chunk - part * splits;
  if (phase == PHASE_UNITS_FORWARD) forwardOfUnits(team, part, parts, split, false);
  else if (phase == PHASE_BLOCK_FORWARD) {
    const products = (team.flags & GRAM) != 0;
    forwardOfUnits(team, part, parts, split, products && moves(team.network));
    if (products) productsOf(team, chunk, chunks);
  } else {
    for (let l = team.first; l < team.last; l++) weightsOf(team, phase, l, part, parts, split);
  }
}

/** Where share `chunk` of `chunks` begins among `count` things. */
// @ts-ignore: decorator
@inline
function startOf(count: i32, chunk: i32, chunks: i32): i32 {
  return count * chunk / chunks;
}

/** The first row of a chunk. */
// @ts-ignore: decorator
@inline
function rowOf(rows: i32, chunk: i32, chunks: i32): i32 {
  return min(startOf((rows + TILE_ROWS - 1) / TILE_ROWS, chunk, chunks) * TILE_ROWS, rows);
}

/** The first unit of a part. */
// @ts-ignore: decorator
@inline
function unitOf(layer: Layer, part: i32, parts: i32): i32 {
  return min(startOf(tilesOf(layer.units), part, parts) * TILE_UNITS, layer.units);
}

/** Runs rows forward through the layers `first` to `last` - 1. */
function forwardOfRows(team: Team, from: i32, rows: i32): void {
  const network = team.network;
  if ((team.flags & GATHER) != 0) gatherRows(network, team.dataset, from, rows);
  if ((team.flags & ACTIVATE) != 0) activate(network, team.first - 1, from, rows);
  for (let l = team.first; l < team.last; l++) forwardRows(network, l, from, rows);
}

/**
 * Weighted sums of layer `first`. Their activation comes later, by rows: a softmax needs all units. With `velocities`, the same sums with
 * these in place of the weights go into D.
 */
function forwardOfUnits(team: Team, part: i32, parts: i32, split: i32, velocities: bool): void {
  const network = team.network;
  const layer = network.layer(team.first);
  const unit = unitOf(layer, part, parts);
  const units = unitOf(layer, part + 1, parts) - unit;
  const row = rowOf(team.rows, split, team.splits);
  const rows = rowOf(team.rows, split + 1, team.splits) - row;
  if (units == 0 || rows == 0) return;
  const xRowBytes = network.inputRowBytesOf(team.first);
  const x = network.inputsOf(team.first) + <usize>row * xRowBytes;
  const skipped = <usize>unit << 2;
  const start = panelOffset(layer.inputs, unit);
  denseForward(
    rows, layer.inputs, units, x, xRowBytes, layer.weights + start, layer.biases + skipped, layer.rowOfOutputs(row) + skipped,
    layer.rowBytes,
  );
  if (velocities) {
    denseForward(
      rows, layer.inputs, units, x, xRowBytes, layer.weightState + start, layer.biasState + skipped,
      layer.rowOfDeltas(row) + skipped, layer.rowBytes,
    );
  }
}

/** Some of the inner products of a block. */
function productsOf(team: Team, chunk: i32, chunks: i32): void {
  const network = team.network;
  const pairs = (team.rows + 1) >> 1;
  const from = startOf(pairs, chunk, chunks) << 1;
  const to = min(startOf(pairs, chunk + 1, chunks) << 1, team.rows);
  const bias: f32 = (team.flags & GRAM_BIAS) != 0 ? 1 : 0;
  if (from == to) return;
  gramRows(from, to, team.rows, network.inputsOf(team.first), network.inputRowBytesOf(team.first), network.gram, bias);
}

/** Some of the weights of layer `l`, panel by panel, and in the first split their biases. */
function weightsOf(team: Team, phase: i32, l: i32, part: i32, parts: i32, split: i32): void {
  const layer = team.network.layer(l);
  const unit = unitOf(layer, part, parts);
  const end = unitOf(layer, part + 1, parts);
  if (layer.trainable == 0 || unit == end) return;
  const tiles = (layer.inputs + TILE_INPUTS - 1) / TILE_INPUTS;
  const from = min(startOf(tiles, split, team.splits) * TILE_INPUTS, layer.inputs);
  const to = min(startOf(tiles, split + 1, team.splits) * TILE_INPUTS, layer.inputs);
  if (from < to) {
    for (let o = unit; o < end; o += PANEL) {
      const units = min(end - o, PANEL);
      // A last panel of at most 4 units has 16 bytes for an input.
      const shift = units > 4 ? 5 : 4;
      const start = panelOffset(layer.inputs, o) + (<usize>from << shift);
      weightsOfPanel(team, phase, l, o, units, from, to - from, start, <usize>(to - from) << shift);
    }
  }
  if (split == 0 && layer.hasBias) {
    biasesOf(team, phase, l, end - unit, <usize>unit << 2, <usize>((end - unit + LANES - 1) & -LANES) << 2);
  }
}

/** Does the phase for the weights of `units` units from `o` on and `inputs` inputs from `i` on: `bytes` bytes at `start` in their tensors. */
function weightsOfPanel(
  team: Team, phase: i32, l: i32, o: i32, units: i32, i: i32, inputs: i32, start: usize, bytes: usize,
): void {
  const network = team.network;
  const layer = network.layer(l);
  const w = layer.weights + start;
  if (phase == PHASE_PREPARE) {
    const sum = prepareWeights(network, layer, start, layer.weightGradients + start, bytes);
    f64.store(team.partialSums + (<usize>(layer.firstPanel + o / PANEL) << 3), sum);
    return;
  }
  if (phase != PHASE_UPDATE) {
    const x = network.inputsOf(l) + (<usize>i << 2);
    const xRowBytes = network.inputRowBytesOf(l);
    const d = layer.deltas + (<usize>o << 2);
    if (phase == PHASE_BLOCK_STEP) {
      if (moves(network)) {
        momentumStepsOf(network, l, team.rows, team.rate, o, units, i, inputs, start, bytes);
        return;
      }
      if (team.factor != 1) multiplyExactly(w, bytes, team.factor);
      denseStepWeights(team.rows, inputs, units, x, xRowBytes, d, layer.rowBytes, w);
      return;
    }
    if (phase == PHASE_STEP) {
      if (decays(layer)) multiplyExactly(w, bytes, weightsKept(layer, team.rate));
      denseBackwardWeights(team.rows, inputs, units, x, xRowBytes, d, layer.rowBytes, w, -team.rate);
      return;
    }
    assert(phase == PHASE_GRADIENTS);
    const g = layer.weightGradients + start;
    if ((team.flags & CLEAR) != 0) memory.fill(g, 0, bytes);
    denseBackwardWeights(team.rows, inputs, units, x, xRowBytes, d, layer.rowBytes, g, 1);
    if ((team.flags & UPDATE) == 0) return;
    prepareWeights(network, layer, start, g, bytes);
  }
  updateWeights(network, layer, start, layer.weightGradients + start, bytes, team.rate);
}

/** The same for the biases of `units` units: `bytes` bytes at `start`, with their padding. */
function biasesOf(team: Team, phase: i32, l: i32, units: i32, start: usize, bytes: usize): void {
  const network = team.network;
  const layer = network.layer(l);
  // Those of a block, and their clipping in a step of several phases, are the leader's.
  if (phase == PHASE_PREPARE || phase == PHASE_BLOCK_STEP) return;
  const d = layer.deltas + start;
  if (phase == PHASE_STEP) {
    if (decays(layer)) multiplyExactly(layer.biases + start, bytes, biasesKept(layer, team.rate));
    denseBackwardBiases(team.rows, units, d, layer.rowBytes, layer.biases + start, -team.rate);
    return;
  }
  if (phase == PHASE_GRADIENTS) {
    const g = layer.biasGradients + start;
    if ((team.flags & CLEAR) != 0) memory.fill(g, 0, bytes);
    denseBackwardBiases(team.rows, units, d, layer.rowBytes, g, 1);
    if ((team.flags & UPDATE) == 0) return;
    prepareBiases(network, layer, start, bytes);
  }
  updateBiases(network, layer, start, bytes, team.rate);
}
