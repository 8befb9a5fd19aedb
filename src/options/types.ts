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

/** Optimizers, parameters as in `torch.optim`: `weightDecay` acts on weights and biases. Built so far: sgd, no momentum. */
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
  /** 0 <= p < 1. Not built yet. */
  dropout?: number;
  /** Not built yet. */
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
  /** Default false. Not built yet. */
  normalize?: 'standard' | 'minMax' | false;
  /** Default false. Not built yet. */
  normalizeTargets?: 'standard' | 'minMax' | false;
  /** Names of the classes: one per output, two for a single sigmoid output. */
  labels?: readonly string[];
}
