/** The step of a batch whose gradients lie in memory, by any optimizer. Knows layers; the arithmetic is in optimizer.ts. */
import type { OptimizerSpec } from '../../options/training.js';
import type { LayerParameters, OptimizerMemory, StepOptions } from '../engine.js';
import type { JsLayer } from './layer.js';
import { type AdaptiveRates, adaptiveStep, clip, momentumStep, penalize, sgdStep, squareSum } from './optimizer.js';

export class JsOptimizer {
  readonly #spec: OptimizerSpec;
  /** Those that learn. */
  readonly #layers: readonly JsLayer[];
  /** How many numbers are remembered of each parameter. */
  readonly #copies: number;
  /** What beta1 and beta2 are to the power of the steps taken, by multiplication: no two hosts agree on powers. */
  readonly #betaProducts = Float64Array.of(1, 1);

  constructor(spec: OptimizerSpec, layers: readonly JsLayer[]) {
    this.#spec = spec;
    this.#layers = layers.filter((layer) => layer.spec.trainable);
    if (spec.type === 'sgd') this.#copies = spec.momentum > 0 ? 1 : 0;
    else this.#copies = spec.type === 'adam' || spec.type === 'adamw' ? 2 : 1;
  }

  /** Whether steps are those of plain stochastic gradient descent, which layers take without this. */
  isPlain({ clipNorm, clipValue }: StepOptions): boolean {
    const clips = clipNorm !== undefined || clipValue !== undefined;
    return !clips && this.#copies === 0 && this.#layers.every(({ spec }) => spec.l1 === 0);
  }

  /** Everything that is remembered, for snapshots; reserved here where it was not yet. */
  get memory(): Float32Array[] {
    if (this.#copies === 0) return [];
    this.reserve();
    const tensors = this.#layers.flatMap(({ weightMemory, biasMemory }) => [...weightMemory, ...biasMemory]);
    return [new Float32Array(this.#betaProducts.buffer), ...tensors];
  }

  /** Copies of what is remembered of all these layers, which may include some that do not learn; undefined before anything is. */
  read(layers: readonly JsLayer[]): OptimizerMemory | undefined {
    if (this.#copies === 0 || this.#layers.every(({ weightMemory }) => weightMemory.length === 0)) return undefined;
    const [first, second] = this.#betaProducts as unknown as [number, number];
    const moments = Array.from({ length: this.#copies }, (_, i) =>
      layers.map(({ spec, weights, biases, weightMemory, biasMemory }) => ({
        weights: weightMemory[i]?.slice() ?? new Float32Array(weights.length),
        biases: spec.bias ? (biasMemory[i]?.slice() ?? new Float32Array(biases.length)) : new Float32Array(0),
      })),
    );
    return { products: [first, second], moments };
  }

  write(layers: readonly JsLayer[], { products, moments }: OptimizerMemory): void {
    this.reserve();
    this.#betaProducts.set(products);
    for (const [l, { weightMemory, biasMemory }] of layers.entries()) {
      const remembered = moments.map((moment) => moment[l] as LayerParameters);
      weightMemory.forEach((values, i) => {
        values.set((remembered[i] as LayerParameters).weights);
      });
      biasMemory.forEach((values, i) => {
        values.set((remembered[i] as LayerParameters).biases);
      });
    }
  }

  reserve(): void {
    for (const layer of this.#layers) layer.reserveMemory(this.#copies);
  }

  /** Penalties, then clipping, then the step. Changes the gradients. */
  step(learningRate: number, { clipNorm, clipValue }: StepOptions): void {
    for (const { spec, weights, weightGradients, biasGradients } of this.#layers) {
      if (spec.l1 > 0 || spec.l2 > 0) penalize(weights, weightGradients, spec.l1, spec.l2);
      if (clipValue === undefined) continue;
      clip(weightGradients, clipValue);
      clip(biasGradients, clipValue);
    }
    const scale = clipNorm === undefined ? 1 : this.#shortening(clipNorm);
    const rates = this.#adaptiveRates(learningRate);
    for (const { spec, weights, weightGradients, weightMemory, biases, biasGradients, biasMemory } of this.#layers) {
      this.#update(weights, weightGradients, weightMemory, scale, rates);
      if (spec.bias) this.#update(biases, biasGradients, biasMemory, scale, rates);
    }
  }

  /** The factor that leaves gradients at most `clipNorm` long, with the 1e-6 of torch.nn.utils.clip_grad_norm_. */
  #shortening(clipNorm: number): number {
    let squares = 0;
    for (const { weightGradients, biasGradients } of this.#layers) {
      squares += squareSum(weightGradients) + squareSum(biasGradients);
    }
    const left = clipNorm / (Math.sqrt(squares) + 1e-6);
    return left < 1 ? left : 1;
  }

  /** The step of one tensor, by its gradient times `scale`. Of `memory` the mean comes first, then the variance. */
  #update(
    w: Float32Array,
    g: Float32Array,
    memory: readonly Float32Array[],
    scale: number,
    rates: AdaptiveRates,
  ): void {
    const { type, weightDecay, momentum, nesterov } = this.#spec;
    const first = memory[0] as Float32Array;
    const second = memory[1];
    if (second !== undefined) adaptiveStep(w, g, first, second, scale, rates);
    else if (type !== 'sgd') adaptiveStep(w, g, undefined, first, scale, rates);
    else if (momentum > 0) momentumStep(w, g, first, rates.rate, scale, weightDecay, momentum, nesterov);
    else sgdStep(w, g, rates.rate, scale, weightDecay);
  }

  /** What an adaptive step computes with; of sgd the rate alone counts. */
  #adaptiveRates(rate: number): AdaptiveRates {
    const { type, weightDecay, beta1, beta2, epsilon } = this.#spec;
    const plain = { rate, decay: weightDecay, kept: 1, momentum: 0, correction: 1, epsilon };
    if (type === 'adagrad') return { ...plain, keep: 1, gain: 1 };
    const rates = { ...plain, keep: beta2, gain: 1 - beta2 };
    if (type === 'rmsprop' || type === 'sgd') return rates;
    const products = this.#betaProducts;
    products[0] = (products[0] as number) * beta1;
    products[1] = (products[1] as number) * beta2;
    return {
      ...rates,
      rate: rate / (1 - (products[0] as number)),
      decay: type === 'adamw' ? 0 : weightDecay,
      kept: type === 'adamw' ? 1 - rate * weightDecay : 1,
      momentum: beta1,
      correction: 1 / Math.sqrt(1 - (products[1] as number)),
    };
  }
}
