/** The options of `Network.create` as users write them, with their defaults. Types only. */

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

/** Losses, each the mean that PyTorch takes: over samples and outputs, categorical cross-entropy over samples. */
export type Loss =
  | 'meanSquaredError'
  | 'meanAbsoluteError'
  | 'huber'
  | 'binaryCrossEntropy'
  | 'categoricalCrossEntropy';

/** How columns are scaled: to mean 0 and standard deviation 1, or to 0 to 1. A constant column becomes 0. */
export type Normalization = 'standard' | 'minMax';

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
 * decay: 0.99, epsilon: 1e-8`; adagrad `learningRate: 0.01, epsilon: 1e-10`; weightDecay else 0.
 */
export type OptimizerOptions =
  | { type: 'sgd'; learningRate?: number; momentum?: number; nesterov?: boolean; weightDecay?: number }
  | {
      type: 'adam' | 'adamw';
      learningRate?: number;
      beta1?: number;
      beta2?: number;
      epsilon?: number;
      weightDecay?: number;
    }
  | { type: 'rmsprop'; learningRate?: number; decay?: number; epsilon?: number }
  | { type: 'adagrad'; learningRate?: number; epsilon?: number };

export interface LayerOptions {
  /** Outputs of the layer, 1 to 2^20. */
  units: number;
  /** Default `'sigmoid'`. */
  activation?: Activation;
  /** Default `'glorotUniform'`. */
  initializer?: Initializer;
  /** Default true. */
  bias?: boolean;
  /** Default 0. The chance, 0 <= p < 1, of an output to be 0 in training; the others are divided by 1 - p. Hidden layers only. */
  dropout?: number;
  /** Default 0. A penalty of this times the sum of the magnitudes of the layer's weights, in the steps alone. */
  l1?: number;
  /** Default 0. A penalty of this times the sum of the squares of the layer's weights, in the steps alone. */
  l2?: number;
  /** Default true; false freezes the layer's weights and biases. */
  trainable?: boolean;
}

export interface EngineOptions {
  /** `auto` (default): WebAssembly, or pure TypeScript where WebAssembly or its SIMD is refused. */
  engine?: 'auto' | 'wasm' | 'js';
  /** Default 1. More are not built yet. */
  threads?: number;
  /** Default false. Fused multiply-add where the host has it: faster there, and no longer the same bits everywhere. */
  relaxed?: boolean;
  /**
   * Default false. 256-bit vectors, on Node 24 and later (x64): the same bits, faster. Sets an experimental flag of V8 for the
   * whole process. ERR_ENGINE where the host has none.
   */
  wideVectors?: boolean;
}

export interface NetworkOptions extends EngineOptions {
  /** Width of a sample, 1 to 2^20. */
  inputs: number;
  /** Hidden layers, then the output layer. */
  layers: readonly LayerOptions[];
  /** Default by the output layer: softmax categoricalCrossEntropy, sigmoid binaryCrossEntropy, else meanSquaredError. */
  loss?: Loss;
  /** Default `{ type: 'sgd', learningRate: 0.1 }`. */
  optimizer?: OptimizerName | OptimizerOptions;
  /** uint32 that decides weights, shuffling and splits. Default 0. */
  seed?: number;
  /** Default false. Scales each input column; learned by the first fit, from the samples that it trains on. */
  normalize?: Normalization | false;
  /** Default false. Scales each target column for training; predict answers unscaled. For losses on numbers. */
  normalizeTargets?: Normalization | false;
  /** Names of the classes: one per output, two for a single sigmoid output. */
  labels?: readonly string[];
}
