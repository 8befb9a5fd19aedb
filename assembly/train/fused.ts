/**
 * The step of an optimizer whose gradients one pass gives: a few weights at a time, whose gradients never leave the first-level cache. They are
 * the numbers of train/update.ts, bit for bit. Not for clipNorm, which has to know all gradients before the first step.
 *
 * 784-128-10 with adam, in batches of 32: memory would hold 1.6 MB for the first layer, a quarter of it gradients that are written, added to and
 * read once.
 */
import { PANEL } from '../abi';
import { denseBackwardBiases, denseBackwardWeights, denseOuterProduct } from '../kernels/dense/backward-weights';
import { panelOffset, panelsBytes, TILE_UNITS } from '../kernels/dense/panel';
import { Network } from '../records';
import { beginUpdate, prepareBiases, prepareWeights, updateBiases, updateWeights } from './update';

/** Inputs at a time: a multiple of what all tiles take. Their gradients are 12 KB, or 6 in builds that are not wide. */
const INPUTS: i32 = 192;

/** Whether the step of such a batch can be taken so. */
export function fuses(network: Network, batch: i32): bool {
  return batch <= network.passRows && network.clipNorm == Infinity;
}

/** Takes the step of every trainable layer from `lowest` up, with the deltas of all rows of this pass. Overwrites gradients. */
export function fusedSteps(network: Network, rows: i32, lowest: i32, learningRate: f32): void {
  beginUpdate(network, learningRate, 0);
  for (let l = lowest; l < network.layerCount; l++) {
    const layer = network.layer(l);
    if (!layer.learns) continue;
    for (let o = 0; o < layer.units; o += TILE_UNITS) {
      for (let i = 0; i < layer.inputs; i += INPUTS) fusedStep(network, l, rows, o, i, learningRate);
    }
    if (!layer.isBiased) continue;
    memory.fill(layer.biasGradients, 0, layer.rowBytes);
    denseBackwardBiases(rows, layer.units, layer.deltas, layer.rowBytes, layer.biasGradients, 1);
    prepareBiases(network, layer, 0, layer.rowBytes);
    updateBiases(network, layer, 0, layer.rowBytes, learningRate);
  }
}

/** The step of the weights of a tile of units from `o` on, and of INPUTS inputs from `i` on. */
function fusedStep(network: Network, l: i32, rows: i32, o: i32, i: i32, learningRate: f32): void {
  const layer = network.layer(l);
  const inputs = min(layer.inputs - i, INPUTS);
  const units = min(layer.units - o, TILE_UNITS);
  const g = layer.weightGradients;
  const x = network.inputsOf(l) + (<usize>i << 2);
  const d = layer.deltas + (<usize>o << 2);
  if (rows == 1) {
    denseOuterProduct(inputs, units, x, d, g);
  } else {
    memory.fill(g, 0, panelsBytes(inputs, units));
    denseBackwardWeights(rows, inputs, units, x, network.inputRowBytesOf(l), d, layer.rowBytes, g, 1);
  }
  for (let panel = 0; panel < units; panel += PANEL) {
    // A last panel of at most 4 units has 16 bytes for an input.
    const shift = units - panel > 4 ? 5 : 4;
    const start = panelOffset(layer.inputs, o + panel) + (<usize>i << shift);
    const gPanel = g + panelOffset(inputs, panel);
    const bytes = <usize>inputs << shift;
    prepareWeights(network, layer, start, gPanel, bytes);
    updateWeights(network, layer, start, gPanel, bytes, learningRate);
  }
}
