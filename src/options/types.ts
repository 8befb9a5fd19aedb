/** The options of `Network.create` as users write them, with their defaults. Types only. */
import type { Columns } from '../columns/types.js';

/** Activation functions. `softmax` belongs to an output layer of two units or more. */
export type Activation =
  | 'linear'
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'leakyRelu'
  | 'elu'
  | 'selu'
  | 'gelu'
  | 'silu'
  | 'softplus'
  | 'softmax';

/** Losses. Each is a mean over samples and outputs, as in PyTorch; categorical cross-entropy is a mean over samples. */
export type Loss =
  | 'meanSquaredError'
  | 'meanAbsoluteError'
  | 'huber'
  | 'binaryCrossEntropy'
  | 'categoricalCrossEntropy';

/** How columns are scaled: to mean 0 and standard deviation 1, or to 0 to 1. A constant column becomes 0. */
export type Normalization = 'standard' | 'minMax';

/** (x - shift) / scale, each column by its own numbers. A column whose scale is 0 is constant: it becomes 0. */
export interface Scaling {
  shift: readonly number[];
  scale: readonly number[];
  /**
   * Of a network with columns: what a blank of each number column with `missing` becomes before it is scaled, by the name of the column. It
   * is learned as the median of the training samples. There, shift and scale have a number per input, 0 and 1 for all that are no number
   * column.
   */
  missing?: Readonly<Record<string, number>>;
}

/** The scaling of a network's inputs and of its targets; left out for what it does not scale. */
export interface Scalings {
  inputs?: Scaling;
  targets?: Scaling;
}

/** Where the first weights come from. Biases start at 0. */
export type Initializer =
  | 'glorotUniform'
  | 'glorotNormal'
  | 'heUniform'
  | 'heNormal'
  | 'lecunNormal'
  | 'zeros'
  | { uniform: readonly [low: number, high: number] }
  | { normal: readonly [mean: number, standardDeviation: number] };

/** Optimizers by name, with their defaults. */
export type OptimizerName = OptimizerOptions['type'];

/**
 * Optimizers as in `torch.optim`: `weightDecay` acts on weights and biases. Defaults: sgd `learningRate: 0.1, momentum: 0`; adam
 * and adamw `learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8`, adamw `weightDecay: 0.01`; rmsprop `learningRate: 0.01,
 * decay: 0.99, epsilon: 1e-8`; adagrad `learningRate: 0.01, epsilon: 1e-10`. weightDecay is 0 except for adamw.
 */
export type OptimizerOptions =
  | {
      type: 'sgd';
      learningRate?: number | undefined;
      momentum?: number | undefined;
      nesterov?: boolean | undefined;
      weightDecay?: number | undefined;
    }
  | {
      type: 'adam' | 'adamw';
      learningRate?: number | undefined;
      beta1?: number | undefined;
      beta2?: number | undefined;
      epsilon?: number | undefined;
      weightDecay?: number | undefined;
    }
  | { type: 'rmsprop'; learningRate?: number | undefined; decay?: number | undefined; epsilon?: number | undefined }
  | { type: 'adagrad'; learningRate?: number | undefined; epsilon?: number | undefined };

export interface LayerOptions {
  /** Outputs of the layer, 1 to 2^20. */
  units: number;
  /** Default `'sigmoid'`. */
  activation?: Activation | undefined;
  /** Default `'glorotUniform'`. */
  initializer?: Initializer | undefined;
  /** Default true. */
  bias?: boolean | undefined;
  /** Default 0. The chance, 0 <= p < 1, that an output is 0 in training; the others are divided by 1 - p. Hidden layers only. */
  dropout?: number | undefined;
  /** Default 0. Adds this times the sum of |w| over the layer's weights as a penalty. Steps see it, the reported loss does not. */
  l1?: number | undefined;
  /** Default 0. Adds this times the sum of w^2 over the layer's weights as a penalty. Steps see it, the reported loss does not. */
  l2?: number | undefined;
  /** Default true; false freezes the layer's weights and biases. */
  trainable?: boolean | undefined;
  /** Default 0.01. What leakyRelu multiplies sums below 0 by. For `activation: 'leakyRelu'` alone. */
  slope?: number | undefined;
}

export interface EngineOptions {
  /** `auto` (default): WebAssembly, or pure TypeScript where the host refuses WebAssembly or its SIMD. */
  engine?: 'auto' | 'wasm' | 'js' | undefined;
  /**
   * Default 1. How many threads a fit may use, 1 to 1024; `auto`: as many as pay for the network. They give the same bits as one. A fit uses
   * them only if its batches are large enough to gain, and never more than there are cores. A number above 1 rejects with ERR_UNSUPPORTED
   * where the host allows no threads, as in a page that is not isolated from other origins; `auto` then takes 1.
   */
  threads?: number | 'auto' | undefined;
  /** Default false. Uses fused multiply-add where the host has it: faster, but no longer the same bits on every host. */
  relaxed?: boolean | undefined;
  /**
   * Default false. Uses 256-bit vectors, on Node 24 and later (x64): faster, with the same bits. Sets an experimental flag of V8
   * for the whole process. ERR_ENGINE where the host has no such vectors.
   */
  wideVectors?: boolean | undefined;
}

export interface NetworkOptions extends EngineOptions {
  /** Width of a sample, 1 to 2^20; or the columns of a table, whose rows the network then takes. */
  inputs: number | Columns;
  /**
   * With columns: the name of the column that the network learns to answer, or of several, one per output. Rows then need no targets beside
   * them: numbers, names of `labels` (a list of names in each cell where samples have several), yes or no for a single sigmoid output, or
   * class indexes for softmax.
   */
  target?: string | readonly string[] | undefined;
  /** Hidden layers, then the output layer. */
  layers: readonly LayerOptions[];
  /**
   * The default depends on the output layer: categoricalCrossEntropy for softmax, binaryCrossEntropy for sigmoid, else
   * meanSquaredError.
   */
  loss?: Loss | undefined;
  /** Default `{ type: 'sgd', learningRate: 0.1 }`. */
  optimizer?: OptimizerName | OptimizerOptions | undefined;
  /** Default 0. A uint32 that decides first weights, shuffling, dropout and splits. */
  seed?: number | undefined;
  /**
   * Default false. Scales each input column; in a table, number columns alone. The first fit learns the scaling from its training samples,
   * unless it is given here.
   */
  normalize?: Normalization | Scaling | false | undefined;
  /** Default false. Scales each target column for training; predict returns unscaled numbers. For losses whose targets are numbers. */
  normalizeTargets?: Normalization | Scaling | false | undefined;
  /** Names of the classes: one per output, two for a single sigmoid output. */
  labels?: readonly string[] | undefined;
}

/** Options of networks that another library made: how to train on, and names of classes. */
export interface ImportOptions extends EngineOptions {
  /** As in `NetworkOptions`. It must suit the activation of the output layer. */
  loss?: Loss | undefined;
  /** Default `{ type: 'sgd', learningRate: 0.1 }`. */
  optimizer?: OptimizerName | OptimizerOptions | undefined;
  /** Names of the classes, instead of those in the file: one per output, two for a single sigmoid output. */
  labels?: readonly string[] | undefined;
  /** Default 0. A uint32 that decides shuffling, dropout and splits. */
  seed?: number | undefined;
}

/** Options of `Network.fromONNX`. */
export interface ONNXOptions extends ImportOptions {
  /** The name of the output to read, where a model has several that layers make. */
  output?: string | undefined;
  /** The bytes of files beside the model, by the names that the model has for them. */
  externalData?:
    | Readonly<Record<string, Uint8Array | ArrayBuffer>>
    | ReadonlyMap<string, Uint8Array | ArrayBuffer>
    | undefined;
}

/** Options of `Network.fromSafetensors`. */
export interface StateOptions extends ImportOptions {
  /** The layers, as for `create`. A file says neither activations nor the order of layers. `bias` is found in the file. */
  layers: readonly LayerOptions[];
  /** The name of each layer in the file, such as `['encoder', 'head.0']`, where their order does not follow from names and shapes. */
  names?: readonly string[] | undefined;
}
