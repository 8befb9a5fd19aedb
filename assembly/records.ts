/**
 * The records that src/ writes and the kernel walks. They say where every tensor of a network lives and what to do with it.
 *
 * Plain memory, never allocated here. assembly/README.md draws the records; assembly/abi.ts has the offsets.
 */
import * as abi from './abi';
import { panelsBytes } from './kernels/dense/panel';

/**
 * One dense layer. Tensors are (rows, columns). A row of outputs or deltas takes `rowBytes`: its units are padded to a multiple of
 * 4.
 */
@unmanaged
export class Layer {
  /** I, the number of inputs of the layer. */
  inputs: i32;
  /** O, the number of outputs of the layer. */
  units: i32;
  rowBytes: i32;
  activation: i32;
  /** 0 freezes the weights and biases. */
  trainable: i32;
  /** 0 keeps the biases at zero. */
  hasBias: i32;
  /** W, in panels of 8 outputs. */
  weights: usize;
  /** b (O padded to 4). */
  biases: usize;
  /** A (pass rows, O padded to 4), activations of the last forward pass. */
  outputs: usize;
  /** D (pass rows, O padded to 4), derivative of the loss with respect to the weighted sums. Before that, the sums of a cross-entropy. */
  deltas: usize;
  /** dW, laid out like W. 0 while there is no gradients block. */
  weightGradients: usize;
  /** db, laid out like b. 0 while there is no gradients block. */
  biasGradients: usize;
  /** A plain step adds this times a weight to the gradient of the weight. */
  weightDecay: f32;
  /** The same for biases. At most weightDecay. */
  biasDecay: f32;
  /** Factors of the derivative of the penalties, l1 sign(w) + l2 w. Only for steps whose gradients lie in memory. */
  l1: f32;
  l2: f32;
  /**
   * Where the derivative of the activation comes from: an activation's code means from the outputs, DERIVATIVE_KEPT means from
   * `slopes`.
   */
  derivative: i32;
  /** S (pass rows, O padded to 4): A itself, or the derivatives that the forward pass left. */
  slopes: usize;
  /** Dropout drops an output if its hash is below this; 0 without dropout. */
  dropoutThreshold: u32;
  /** Dropout multiplies the outputs that it keeps by this. */
  dropoutScale: f32;
  /** First moments of the weights, laid out like W. The second moments lie `stateStride` bytes further on. */
  weightState: usize;
  biasState: usize;
  stateStride: usize;
  /** What leakyRelu multiplies sums below 0 by. */
  slope: f32;
  /** Panels in the layers below. */
  firstPanel: i32;

  /** The slope of an activation that has one; only those of the full builds have. */
  @inline get leak(): f32 {
    return FULL ? this.slope : 0;
  }

  /** Whether its parameters are trained. Networks with frozen layers run on the full builds. */
  @inline get learns(): bool {
    return !FULL || this.trainable != 0;
  }

  /** Whether it has biases. Networks with a layer without them run on the full builds. */
  @inline get isBiased(): bool {
    return !FULL || this.hasBias != 0;
  }

  @inline get weightBytes(): usize {
    return panelsBytes(this.inputs, this.units);
  }

  @inline rowOfOutputs(row: i32): usize {
    return this.outputs + <usize>row * this.rowBytes;
  }

  @inline rowOfSlopes(row: i32): usize {
    return FULL ? this.slopes + <usize>row * this.rowBytes : this.rowOfOutputs(row);
  }

  @inline rowOfDeltas(row: i32): usize {
    return this.deltas + <usize>row * this.rowBytes;
  }
}

/** A network: this header, followed directly by `layerCount` Layer records. */
@unmanaged
export class Network {
  /** Sum of the losses of all samples since src/ last cleared it. */
  lossSum: f64;
  /** Sum of the metric of all samples since then, from 0 to 1 for each. */
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
  /** G (GRAM_ROWS, GRAM_ROWS), inner products of the samples in a block. */
  gram: usize;
  /** Samples in a block of training, always whole batches. 1 or less if batches are not trained in blocks. */
  blockRows: i32;
  optimizer: i32;
  /** Layer, sample, unit and this key decide which outputs dropout drops. */
  dropoutKey: u32;
  beta1: f64;
  beta2: f64;
  epsilon: f32;
  momentum: f32;
  /** Weight decay of the optimizer, for steps whose gradients lie in memory. */
  weightDecay: f32;
  /** The longest gradient, and below the largest derivative. Infinity if there is no such limit. */
  clipNorm: f32;
  clipValue: f32;
  /** The State record; 0 while there is none. */
  optimizerState: usize;
  /** (pass rows) float32, how much each sample counts; 0 if all count 1. */
  passWeights: usize;
  /** Position in the epoch of the first sample of this pass. */
  firstRow: i32;
  /** Whether dropout drops outputs now. */
  training: bool;
  /** For the current step: the factor by which clipNorm shrinks the gradients. */
  gradientScale: f32;
  /** For the current step: the learning rate. With adam, it is corrected because first moments begin at 0. */
  stepRate: f32;
  /** For the current step: the factor of the root of a second moment. With adam, it corrects the same for second moments. */
  rootScale: f32;
  /** The Team record; 0 for a network that one thread trains. */
  team: usize;
  /** The Dataset record of this pass if its rows are sparse, else 0. 0 between calls. */
  sparse: usize;

  @inline layer(index: i32): Layer {
    return changetype<Layer>(changetype<usize>(this) + abi.NETWORK_BYTES + <usize>index * abi.LAYER_BYTES);
  }

  /** The inputs of a layer: the samples of this pass, or the outputs of the layer below. */
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

/** Samples held in memory, packed without padding, and the order in which to take them. */
@unmanaged
export class Dataset {
  /** (samples, I) float32. Of sparse rows the values of all entries, end to end. */
  inputs: usize;
  /** (samples, O) float32, or (samples) uint32 class indexes. */
  targets: usize;
  /** uint32 sample indexes. */
  order: usize;
  targetKind: i32;
  /** (samples) float32, how much each counts; 0 if all count 1. */
  weights: usize;
  /** (samples + 1) uint32, where the entries of each sample begin, and where the last ones end; 0 if rows are not sparse. */
  starts: usize;
  /** uint32, the column of each entry of sparse rows. They ascend within a sample. */
  columns: usize;
}

/**
 * The threads that train a network on shared memory, and what they do now (assembly/train/team/). One of them leads: it alone runs the course of a
 * batch, and writes the first line. Each line that several threads write lies apart from the others.
 */
@unmanaged
export class Team {
  /** Goes up by 2 with each phase. Odd while the leader writes the next phase. */
  ticket: i32;
  /** Which fit this is. A worker that comes late, to the fit before, sees it here. */
  session: i32;
  /** A PHASE_ code, then how many chunks it has and how many threads take part. */
  phase: i32;
  chunks: i32;
  active: i32;
  /** What the phase works on. What these mean is said where they are read. */
  network: Network;
  dataset: Dataset;
  rows: i32;
  first: i32;
  last: i32;
  batch: i32;
  rate: f32;
  flags: i32;
  splits: i32;
  factor: f64;
  /** Threads, the leader among them. */
  threadCount: i32;
  /** The least work for which a thread more pays, in multiplications with addition. */
  leastWork: i32;
  /** A float64 for each panel of the network: the sum of the squares of its gradients. */
  partialSums: usize;
  /** SCRATCH_BYTES for each thread, which it alone overwrites. */
  scratch: usize;
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
  <i32>offsetof<Layer>('stateStride') != abi.LAYER_STATE_STRIDE || <i32>offsetof<Layer>('slope') != abi.LAYER_SLOPE ||
  <i32>offsetof<Layer>('firstPanel') != abi.LAYER_FIRST_PANEL ||
  <i32>offsetof<Layer>() > abi.LAYER_BYTES
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
  <i32>offsetof<Network>('team') != abi.NETWORK_TEAM || <i32>offsetof<Network>('sparse') != abi.NETWORK_SPARSE ||
  <i32>offsetof<Network>() > abi.NETWORK_BYTES
) ERROR('a field of Network and its offset in abi.ts disagree');

if (
  <i32>offsetof<Dataset>('inputs') != abi.DATASET_INPUTS || <i32>offsetof<Dataset>('targets') != abi.DATASET_TARGETS ||
  <i32>offsetof<Dataset>('order') != abi.DATASET_ORDER || <i32>offsetof<Dataset>('targetKind') != abi.DATASET_TARGET_KIND ||
  <i32>offsetof<Dataset>('weights') != abi.DATASET_WEIGHTS || <i32>offsetof<Dataset>('starts') != abi.DATASET_STARTS ||
  <i32>offsetof<Dataset>('columns') != abi.DATASET_COLUMNS || <i32>offsetof<Dataset>() > abi.DATASET_BYTES
) ERROR('a field of Dataset and its offset in abi.ts disagree');

if (
  <i32>offsetof<Team>('ticket') != abi.TEAM_TICKET || <i32>offsetof<Team>('session') != abi.TEAM_SESSION ||
  <i32>offsetof<Team>('phase') != abi.TEAM_PHASE || <i32>offsetof<Team>('chunks') != abi.TEAM_CHUNKS ||
  <i32>offsetof<Team>('active') != abi.TEAM_ACTIVE || <i32>offsetof<Team>('network') != abi.TEAM_NETWORK ||
  <i32>offsetof<Team>('dataset') != abi.TEAM_DATASET || <i32>offsetof<Team>('rows') != abi.TEAM_ROWS ||
  <i32>offsetof<Team>('first') != abi.TEAM_FIRST || <i32>offsetof<Team>('last') != abi.TEAM_LAST ||
  <i32>offsetof<Team>('batch') != abi.TEAM_BATCH || <i32>offsetof<Team>('rate') != abi.TEAM_RATE ||
  <i32>offsetof<Team>('flags') != abi.TEAM_FLAGS || <i32>offsetof<Team>('splits') != abi.TEAM_SPLITS || <i32>offsetof<Team>('factor') != abi.TEAM_FACTOR ||
  <i32>offsetof<Team>('threadCount') != abi.TEAM_THREAD_COUNT || <i32>offsetof<Team>('leastWork') != abi.TEAM_LEAST_WORK ||
  <i32>offsetof<Team>('partialSums') != abi.TEAM_PARTIAL_SUMS || <i32>offsetof<Team>('scratch') != abi.TEAM_SCRATCH ||
  <i32>offsetof<Team>() > abi.TEAM_SLEEPERS
) ERROR('a field of Team and its offset in abi.ts disagree');
