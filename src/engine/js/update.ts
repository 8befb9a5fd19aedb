/** The step of a batch whose gradients lie in memory, by any optimizer. Knows layers; the arithmetic is in optimizer.ts. */
import { momentsOf, type OptimizerSpec, type UpdateRule, updateRuleOf } from '../../options/optimizers.js';
import type { OptimizerMemory, StepOptions } from '../engine.js';
import type { JsLayer } from './layer.js';
import { type AdaptiveRates, adaptiveStep, clip, momentumStep, penalize, sgdStep, squareSum } from './optimizer.js';

export class JsOptimizer {
  readonly #spec: OptimizerSpec;
  readonly #rule: UpdateRule;
  /** Those that learn. */
  readonly #layers: readonly JsLayer[];
  /** How many numbers are remembered of each parameter. */
  readonly #copies: number;
  /** What beta1 and beta2 are to the power of the steps taken, by multiplication: no two hosts agree on powers. */
  readonly #betaProducts = Float64Array.of(1, 1);

  constructor(spec: OptimizerSpec, layers: readonly JsLayer[]) {
    this.#spec = spec;
    this.#layers = layers.filter((layer) => layer.spec.trainable);
    this.#rule = updateRuleOf(spec);
    this.#copies = momentsOf(spec).length;
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
    moments.forEach((moment, i) => {
      moment.forEach(({ weights, biases }, l) => {
        // Layers that do not learn remember nothing.
        layers[l]?.weightMemory[i]?.set(weights);
        layers[l]?.biasMemory[i]?.set(biases);
      });
    });
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
    const { weightDecay, momentum } = this.#spec;
    const [first, second] = memory as [Float32Array, Float32Array];
    switch (this.#rule) {
      case 'sgd':
        sgdStep(w, g, rates.rate, scale, weightDecay);
        break;
      case 'momentum':
        momentumStep(w, g, first, rates.rate, scale, weightDecay, momentum, false);
        break;
      case 'nesterov':
        momentumStep(w, g, first, rates.rate, scale, weightDecay, momentum, true);
        break;
      case 'adam':
      case 'adamw':
        adaptiveStep(w, g, first, second, scale, rates);
        break;
      case 'rmsprop':
      case 'adagrad':
        adaptiveStep(w, g, undefined, first, scale, rates);
        break;
      default:
        this.#rule satisfies never;
    }
  }

  /** What an adaptive step computes with; of sgd the rate alone counts. */
  #adaptiveRates(rate: number): AdaptiveRates {
    const { weightDecay, beta2, epsilon } = this.#spec;
    const plain = {
      rate,
      decay: weightDecay,
      kept: 1,
      momentum: 0,
      keep: beta2,
      gain: 1 - beta2,
      correction: 1,
      epsilon,
    };
    switch (this.#rule) {
      case 'sgd':
      case 'momentum':
      case 'nesterov':
      case 'rmsprop':
        return plain;
      case 'adagrad':
        return { ...plain, keep: 1, gain: 1 };
      case 'adam':
        return { ...plain, ...this.#adamRates(rate) };
      case 'adamw':
        return { ...plain, ...this.#adamRates(rate), decay: 0, kept: 1 - rate * weightDecay };
    }
  }

  /** The next step's: moments that began at 0 are corrected for it. */
  #adamRates(rate: number): Pick<AdaptiveRates, 'rate' | 'momentum' | 'correction'> {
    const { beta1, beta2 } = this.#spec;
    const products = this.#betaProducts;
    products[0] = (products[0] as number) * beta1;
    products[1] = (products[1] as number) * beta2;
    return {
      rate: rate / (1 - (products[0] as number)),
      momentum: beta1,
      correction: 1 / Math.sqrt(1 - (products[1] as number)),
    };
  }
}
