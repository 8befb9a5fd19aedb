/**
 * Training, evaluation and gradients over many samples, batch after batch. Chooses how a batch is trained: in registers, in
 * blocks, in one pass or in several passes (assembly/README.md has the choice as a table). Allocates nothing.
 */
import { MAX_PASS_ROWS, OPTIMIZER_PLAIN } from '../abi';
import { Dataset, Network } from '../records';
import { addGradients, backward, clearGradients, evaluatePass, trainPass } from './batch';
import { trainBlocks } from './blocks';
import { moves } from './momentum';
import { fitsRegisters, trainInRegisters } from './registers';
import { fusedSteps, fuses } from './fused';
import { update } from './update';
import { evaluatePassTogether, trainTogether } from './team/course';

/** Adds loss and metric of samples order[from] .. order[from + count - 1] to the network's sums. Changes no weight. */
export function evaluate(network: Network, dataset: Dataset, from: i32, count: i32): void {
  for (let done = 0; done < count; ) {
    const rows = min(count - done, network.passRows);
    if (THREADS && network.team != 0) evaluatePassTogether(network, dataset, from + done, rows);
    else evaluatePass(network, dataset, from + done, rows);
    done += rows;
  }
  if (FULL) network.sparse = 0;
}

/**
 * Computes the gradients of the mean loss over samples order[from] .. order[from + count - 1]. Overwrites `weightGradients` and
 * `biasGradients` of every trainable layer. Returns the loss sum of these samples.
 */
export function gradients(network: Network, dataset: Dataset, from: i32, count: i32): f64 {
  const lowest = lowestTrainable(network);
  for (let l = lowest; l < network.layerCount; l++) clearGradients(network.layer(l));
  let loss: f64 = 0;
  for (let done = 0; done < count; ) {
    const rows = min(count - done, network.passRows);
    loss += evaluatePass(network, dataset, from + done, rows);
    backward(network, rows, count, lowest);
    for (let l = lowest; l < network.layerCount; l++) {
      const layer = network.layer(l);
      if (layer.learns) addGradients(network, l, rows, layer.weightGradients, layer.biasGradients, 1);
    }
    done += rows;
  }
  if (FULL) network.sparse = 0;
  return loss;
}

/**
 * Trains on samples order[from] .. order[from + count - 1] in batches of `batchSize`; the last batch may be shorter. Stops before
 * the step of the first batch whose loss is not finite. Returns how many samples it trained on.
 */
export function train(
  network: Network, dataset: Dataset, from: i32, count: i32, batchSize: i32, learningRate: f32,
): i32 {
  if (FULL) network.training = true;
  const trained = trainBatches(network, dataset, from, count, batchSize, learningRate);
  if (FULL) {
    network.training = false;
    network.sparse = 0;
  }
  return trained;
}

function trainBatches(
  network: Network, dataset: Dataset, from: i32, count: i32, batchSize: i32, learningRate: f32,
): i32 {
  const lowest = lowestTrainable(network);
  const plain = network.optimizer == OPTIMIZER_PLAIN;
  const moving = FULL && !plain && dataset.starts == 0 && movesInBlocks(network, batchSize);
  if (!ASC_NO_ASSERT) {
    assert(batchSize > 0 && (plain && batchSize <= MAX_PASS_ROWS || moving || network.output.weightGradients != 0));
  }
  if (moving && lowest < network.layerCount) {
    return trainBlocks(network, dataset, from, count, batchSize, network.blockRows, learningRate, lowest);
  }
  // A block reads and writes the weights once for many samples. Sparse rows touch few of them, so each batch is a block of its own.
  const block = FULL && dataset.starts != 0 && lowest == 0 ? batchSize : network.blockRows;
  if (plain && (batchSize == 1 || block > batchSize) && (!FULL || lowest < network.layerCount)) {
    if (FULL && batchSize == 1 && dataset.starts == 0 && fitsRegisters(network)) {
      return trainInRegisters(network, dataset, from, count, learningRate);
    }
    return trainBlocks(network, dataset, from, count, batchSize, block, learningRate, lowest);
  }
  for (let done = 0; done < count; ) {
    const batch = min(count - done, batchSize);
    const loss = THREADS && network.team != 0
      ? trainTogether(network, dataset, from + done, batch, learningRate, lowest)
      : plain && batch <= network.passRows
      ? trainPass(network, dataset, from + done, batch, learningRate, lowest)
      : trainAccumulated(network, dataset, from + done, batch, learningRate, lowest);
    if (!isFinite(loss)) return done;
    done += batch;
  }
  return count;
}

/**
 * Trains on a batch that takes several passes, or whose optimizer needs the gradients: sums the gradients first, then takes the
 * step.
 */
function trainAccumulated(
  network: Network, dataset: Dataset, from: i32, batch: i32, learningRate: f32, lowest: i32,
): f64 {
  if (FULL && dataset.starts == 0 && fuses(network, batch)) {
    const loss = evaluatePass(network, dataset, from, batch);
    if (!isFinite(loss)) return loss;
    backward(network, batch, batch, lowest);
    fusedSteps(network, batch, lowest, learningRate);
    return loss;
  }
  const loss = gradients(network, dataset, from, batch);
  if (!isFinite(loss)) return loss;
  update(network, lowest, learningRate);
  return loss;
}

/** Whether momentum goes in blocks: where src/ says so, which is in batches of one sample, if nothing needs gradients in memory. */
function movesInBlocks(network: Network, batchSize: i32): bool {
  return moves(network) && network.blockRows > batchSize;
}

/** The lowest layer that learns. No layer below it needs a delta. */
function lowestTrainable(network: Network): i32 {
  let l = 0;
  if (FULL) while (l < network.layerCount && !network.layer(l).learns) l++;
  return l;
}
