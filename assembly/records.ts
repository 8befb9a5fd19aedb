/**
 * The records that src/ writes and the kernel walks: where every tensor of a network lives and what to do with it.
 *
 * Plain memory, never allocated here. Drawn in assembly/README.md; offsets in assembly/abi.ts.
 */
import * as abi from './abi';
import { panelsBytes } from './kernels/dense/panel';

/** One dense layer. Tensors are (rows, columns); a row of outputs or deltas takes `rowBytes`, units padded to 4. */
@unmanaged
export class Layer {
  /** I, the width of a sample that enters. */
  inputs: i32;
  /** O, the width of a sample that leaves. */
  units: i32;
  rowBytes: i32;
  activation: i32;
  /** 0 freezes the weights and biases. */
  trainable: i32;
  /** 0 keeps the biases at zero. */
  hasBias: i32;
  /** W, panels of 8 outputs. */
  weights: usize;
  /** b (O padded to 4). */
  biases: usize;
  /** A (pass rows, O padded to 4), activations of the last forward pass. */
  outputs: usize;
  /** D (pass rows, O padded to 4), derivative of the loss by the weighted sums. */
  deltas: usize;
  /** dW, laid out as W. 0 where gradients were never asked for. */
  weightGradients: usize;
  /** db, laid out as b. */
  biasGradients: usize;
  /** A step adds this times a weight to its gradient. */
  weightDecay: f32;
  /** The same for biases; at most weightDecay. */
  biasDecay: f32;
  /** Factors of the penalties' derivatives, for optimizers with gradients in memory: l1 sign(w) + l2 w. */
  l1: f32;
  l2: f32;
  /** Where the derivative of the activation comes from: its code, which reads outputs, or DERIVATIVE_KEPT. */
  derivative: i32;
  /** S (pass rows, O padded to 4), what that reads: A itself, or the derivatives that the forward pass left. */
  slopes: usize;
  /** Outputs whose random number is below are dropped; 0 without dropout. */
  dropoutThreshold: u32;
  /** What the others are multiplied by. */
  dropoutScale: f32;
  /** First moments of the weights, laid out as W; the second ones lie `stateStride` further on. */
  weightState: usize;
  biasState: usize;
  stateStride: usize;

  @inline get weightBytes(): usize {
    return panelsBytes(this.inputs, this.units);
  }

  @inline rowOfOutputs(row: i32): usize {
    return this.outputs + <usize>row * this.rowBytes;
  }

  @inline rowOfSlopes(row: i32): usize {
    return this.slopes + <usize>row * this.rowBytes;
  }

  @inline rowOfDeltas(row: i32): usize {
    return this.deltas + <usize>row * this.rowBytes;
  }
}

/** A network: this header, then `layerCount` Layer records end to end. */
@unmanaged
export class Network {
  /** Sum over samples of the loss, since src/ last cleared it. */
  lossSum: f64;
  /** Sum over samples of the metric, each from 0 to 1. */
  correctSum: f64;
  layerCount: i32;
  loss: i32;
  metric: i32;
  /** Rows that the tensors of a pass have room for. */
  passRows: i32;
  /** I of the first layer. */
  inputs: i32;
  inputRowBytes: i32;
  /** X (pass rows, I padded to 4), the samples of this pass. */
  passInputs: usize;
  /** T (pass rows, O padded to 4), their targets. */
  passTargets: usize;
  /** G (GRAM_ROWS, GRAM_ROWS), inner products of the samples of a block. */
  gram: usize;
  /** Samples that a block of training takes: whole batches, or 1 or less where batches are not trained in blocks. */
  blockRows: i32;
  optimizer: i32;
  /** Decides, with layer, sample and unit, what dropout leaves. */
  dropoutKey: u32;
  beta1: f64;
  beta2: f64;
  epsilon: f32;
  momentum: f32;
  /** The optimizer's, where gradients lie in memory. */
  weightDecay: f32;
  /** Infinity where gradients are not clipped. */
  clipNorm: f32;
  clipValue: f32;
  /** The State record; 0 while there is none. */
  optimizerState: usize;
  /** (pass rows) float32, how much each sample counts; 0 where all count 1. */
  passWeights: usize;
  /** Place in the epoch of the first sample of this pass. */
  firstRow: i32;
  /** Whether dropout drops. */
  training: bool;
  /** Of this step: what clipping of the norm leaves of the gradients. */
  gradientScale: f32;
  /** Of this step: the learning rate, for adam corrected for the first moments that began at 0. */
  stepRate: f32;
  /** Of this step: what the root of a second moment is multiplied by, for adam the same correction. */
  rootScale: f32;

  @inline layer(index: i32): Layer {
    return changetype<Layer>(changetype<usize>(this) + abi.NETWORK_BYTES + <usize>index * abi.LAYER_BYTES);
  }

  /** What enters a layer: the samples of this pass, or the outputs of the layer below. */
  @inline inputsOf(index: i32): usize {
    return index == 0 ? this.passInputs : this.layer(index - 1).outputs;
  }

  @inline inputRowBytesOf(index: i32): usize {
    return index == 0 ? this.inputRowBytes : this.layer(index - 1).rowBytes;
  }

  @inline get output(): Layer {
    return this.layer(this.layerCount - 1);
  }
}

/** Samples kept in memory, packed without padding, and the order in which to take them. */
@unmanaged
export class Dataset {
  /** (samples, I) float32. */
  inputs: usize;
  /** (samples, O) float32, or (samples) int32 class indexes. */
  targets: usize;
  /** uint32 sample indexes. */
  order: usize;
  targetKind: i32;
  /** (samples) float32, or 0. */
  weights: usize;
}

if (
  <i32>offsetof<Layer>('inputs') != abi.LAYER_INPUTS || <i32>offsetof<Layer>('units') != abi.LAYER_UNITS ||
  <i32>offsetof<Layer>('rowBytes') != abi.LAYER_ROW_BYTES || <i32>offsetof<Layer>('activation') != abi.LAYER_ACTIVATION ||
  <i32>offsetof<Layer>('trainable') != abi.LAYER_TRAINABLE || <i32>offsetof<Layer>('hasBias') != abi.LAYER_HAS_BIAS ||
  <i32>offsetof<Layer>('weights') != abi.LAYER_WEIGHTS || <i32>offsetof<Layer>('biases') != abi.LAYER_BIASES ||
  <i32>offsetof<Layer>('outputs') != abi.LAYER_OUTPUTS || <i32>offsetof<Layer>('deltas') != abi.LAYER_DELTAS ||
  <i32>offsetof<Layer>('weightGradients') != abi.LAYER_WEIGHT_GRADIENTS ||
  <i32>offsetof<Layer>('biasGradients') != abi.LAYER_BIAS_GRADIENTS ||
  <i32>offsetof<Layer>('weightDecay') != abi.LAYER_WEIGHT_DECAY ||
  <i32>offsetof<Layer>('biasDecay') != abi.LAYER_BIAS_DECAY || <i32>offsetof<Layer>('l1') != abi.LAYER_L1 ||
  <i32>offsetof<Layer>('l2') != abi.LAYER_L2 || <i32>offsetof<Layer>('derivative') != abi.LAYER_DERIVATIVE ||
  <i32>offsetof<Layer>('slopes') != abi.LAYER_SLOPES ||
  <i32>offsetof<Layer>('dropoutThreshold') != abi.LAYER_DROPOUT_THRESHOLD ||
  <i32>offsetof<Layer>('dropoutScale') != abi.LAYER_DROPOUT_SCALE ||
  <i32>offsetof<Layer>('weightState') != abi.LAYER_WEIGHT_STATE ||
  <i32>offsetof<Layer>('biasState') != abi.LAYER_BIAS_STATE ||
  <i32>offsetof<Layer>('stateStride') != abi.LAYER_STATE_STRIDE || <i32>offsetof<Layer>() > abi.LAYER_BYTES
) ERROR('a field of Layer and its offset in abi.ts disagree');

if (
  <i32>offsetof<Network>('lossSum') != abi.NETWORK_LOSS_SUM || <i32>offsetof<Network>('correctSum') != abi.NETWORK_CORRECT_SUM ||
  <i32>offsetof<Network>('layerCount') != abi.NETWORK_LAYER_COUNT || <i32>offsetof<Network>('loss') != abi.NETWORK_LOSS ||
  <i32>offsetof<Network>('metric') != abi.NETWORK_METRIC || <i32>offsetof<Network>('passRows') != abi.NETWORK_PASS_ROWS ||
  <i32>offsetof<Network>('inputs') != abi.NETWORK_INPUTS ||
  <i32>offsetof<Network>('inputRowBytes') != abi.NETWORK_INPUT_ROW_BYTES ||
  <i32>offsetof<Network>('passInputs') != abi.NETWORK_PASS_INPUTS ||
  <i32>offsetof<Network>('passTargets') != abi.NETWORK_PASS_TARGETS ||
  <i32>offsetof<Network>('gram') != abi.NETWORK_GRAM ||
  <i32>offsetof<Network>('blockRows') != abi.NETWORK_BLOCK_ROWS ||
  <i32>offsetof<Network>('optimizer') != abi.NETWORK_OPTIMIZER ||
  <i32>offsetof<Network>('dropoutKey') != abi.NETWORK_DROPOUT_KEY || <i32>offsetof<Network>('beta1') != abi.NETWORK_BETA1 ||
  <i32>offsetof<Network>('beta2') != abi.NETWORK_BETA2 || <i32>offsetof<Network>('epsilon') != abi.NETWORK_EPSILON ||
  <i32>offsetof<Network>('momentum') != abi.NETWORK_MOMENTUM ||
  <i32>offsetof<Network>('weightDecay') != abi.NETWORK_WEIGHT_DECAY ||
  <i32>offsetof<Network>('clipNorm') != abi.NETWORK_CLIP_NORM || <i32>offsetof<Network>('clipValue') != abi.NETWORK_CLIP_VALUE ||
  <i32>offsetof<Network>('optimizerState') != abi.NETWORK_OPTIMIZER_STATE ||
  <i32>offsetof<Network>('passWeights') != abi.NETWORK_PASS_WEIGHTS ||
  <i32>offsetof<Network>('firstRow') != abi.NETWORK_FIRST_ROW || <i32>offsetof<Network>('training') != abi.NETWORK_TRAINING ||
  <i32>offsetof<Network>('gradientScale') != abi.NETWORK_GRADIENT_SCALE ||
  <i32>offsetof<Network>('stepRate') != abi.NETWORK_STEP_RATE || <i32>offsetof<Network>('rootScale') != abi.NETWORK_ROOT_SCALE ||
  <i32>offsetof<Network>() > abi.NETWORK_BYTES
) ERROR('a field of Network and its offset in abi.ts disagree');

if (
  <i32>offsetof<Dataset>('inputs') != abi.DATASET_INPUTS || <i32>offsetof<Dataset>('targets') != abi.DATASET_TARGETS ||
  <i32>offsetof<Dataset>('order') != abi.DATASET_ORDER || <i32>offsetof<Dataset>('targetKind') != abi.DATASET_TARGET_KIND ||
  <i32>offsetof<Dataset>('weights') != abi.DATASET_WEIGHTS || <i32>offsetof<Dataset>() > abi.DATASET_BYTES
) ERROR('a field of Dataset and its offset in abi.ts disagree');
