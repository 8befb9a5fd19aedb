/** A network in plain TypeScript: one sample at a time through the loops of dense.ts. */

import { float32, withinMemory } from '../../memory.js';
import type { LayerSpec } from '../../options/layers.js';
import type { NetworkSpec } from '../../options/network.js';
import {
  decayOf,
  type EngineNetwork,
  type LayerParameters,
  type LoadedSamples,
  type Samples,
  type Totals,
  zeroGradients,
} from '../engine.js';
import { activationBackward, activationForward } from './activation.js';
import { denseBackwardBiases, denseBackwardInput, denseBackwardWeights, denseForward } from './dense.js';
import { correctness, lossBackward, lossValue } from './loss.js';
import { JsSamples } from './samples.js';

/** A layer's parameters and what one sample leaves in it. */
interface Layer {
  readonly spec: LayerSpec;
  readonly decay: { readonly weights: number; readonly biases: number };
  /** W (units, inputs) row-major. */
  readonly weights: Float32Array;
  /** b (units); stays 0 in a layer without biases. */
  readonly biases: Float32Array;
  /** What enters: the sample, or the outputs of the layer before. */
  readonly inputs: Float64Array;
  readonly outputs: Float64Array;
  /** Derivative of the loss by the weighted sums. */
  readonly deltas: Float64Array;
}

/** Gradients of a layer, summed over a batch. */
interface Gradients {
  readonly weights: Float32Array;
  readonly biases: Float32Array;
}

export class JsNetwork implements EngineNetwork {
  readonly #spec: NetworkSpec;
  readonly #layers: readonly Layer[];
  readonly #output: Layer;
  readonly #sample: Float64Array;
  readonly #targets: Float64Array;
  /** Below the first layer that learns nothing needs a delta. */
  readonly #lowest: number;
  #gradients: readonly Gradients[] = [];

  constructor(spec: NetworkSpec) {
    this.#spec = spec;
    this.#sample = new Float64Array(spec.inputs);
    this.#targets = new Float64Array(spec.outputs);
    const layers: Layer[] = [];
    for (const layer of spec.layers) {
      layers.push({
        spec: layer,
        decay: decayOf(spec, layer),
        weights: new Float32Array(layer.units * layer.inputs),
        biases: new Float32Array(layer.units),
        inputs: layers[layers.length - 1]?.outputs ?? this.#sample,
        outputs: new Float64Array(layer.units),
        deltas: new Float64Array(layer.units),
      });
    }
    this.#layers = layers;
    this.#output = layers[layers.length - 1] as Layer;
    const lowest = spec.layers.findIndex((layer) => layer.trainable);
    this.#lowest = lowest < 0 ? layers.length : lowest;
  }

  get memoryBytes(): number {
    const arrays = [
      this.#sample,
      this.#targets,
      ...this.#layers.flatMap((l) => [l.weights, l.biases, l.outputs, l.deltas]),
    ];
    const gradients = this.#gradients.flatMap((g) => [g.weights, g.biases]);
    return [...arrays, ...gradients].reduce((sum, array) => sum + array.byteLength, 0);
  }

  readParameters(layer: number): LayerParameters {
    const { spec, weights, biases } = this.#layers[layer] as Layer;
    return { weights: weights.slice(), biases: spec.bias ? biases.slice() : new Float32Array(0) };
  }

  writeParameters(layer: number, parameters: Partial<LayerParameters>): void {
    const { weights, biases } = this.#layers[layer] as Layer;
    if (parameters.weights !== undefined) weights.set(parameters.weights);
    if (parameters.biases !== undefined) biases.set(parameters.biases);
  }

  snapshot(reuse?: Float32Array): Float32Array {
    const size = this.#layers.reduce((sum, { weights, biases }) => sum + weights.length + biases.length, 0);
    const copy = reuse ?? new Float32Array(size);
    let offset = 0;
    for (const { weights, biases } of this.#layers) {
      copy.set(weights, offset);
      copy.set(biases, offset + weights.length);
      offset += weights.length + biases.length;
    }
    return copy;
  }

  restore(snapshot: Float32Array): void {
    let offset = 0;
    for (const { weights, biases } of this.#layers) {
      weights.set(snapshot.subarray(offset, offset + weights.length));
      offset += weights.length;
      biases.set(snapshot.subarray(offset, offset + biases.length));
      offset += biases.length;
    }
  }

  isFinite(): boolean {
    return this.#layers.every(({ weights, biases }) => allFinite(weights) && allFinite(biases));
  }

  predict(inputs: Float32Array, count: number): Float32Array {
    const result = float32(count * this.#spec.outputs);
    for (let sample = 0; sample < count; sample++) {
      this.#forward(inputs, sample);
      result.set(this.#output.outputs, sample * this.#spec.outputs);
    }
    return result;
  }

  load(samples: Samples): JsSamples {
    return withinMemory(`${samples.count} samples`, () => new JsSamples(samples));
  }

  sliceMultiple(batchSize: number): number {
    return batchSize;
  }

  train(
    samples: LoadedSamples,
    from: number,
    count: number,
    batchSize: number,
    learningRate: number,
    totals: Totals,
  ): boolean {
    const data = ownSamples(samples);
    const rate = Math.fround(learningRate);
    for (let done = 0; done < count; done += batchSize) {
      const batch = Math.min(batchSize, count - done);
      const loss =
        batch === 1
          ? this.#trainSample(data, from + done, rate, totals)
          : this.#trainBatch(data, from + done, batch, rate, totals);
      if (!Number.isFinite(loss)) return false;
    }
    return true;
  }

  evaluate(samples: LoadedSamples, from: number, count: number, totals: Totals): void {
    const data = ownSamples(samples);
    for (let i = from; i < from + count; i++) this.#evaluateSample(data, i, totals);
  }

  gradients(samples: LoadedSamples): { loss: number; layers: LayerParameters[] } {
    const totals = { loss: 0, correct: 0 };
    this.#sumGradients(ownSamples(samples), 0, samples.count, totals);
    const layers = this.#layers.map(({ spec }, index) => {
      if (!spec.trainable) return zeroGradients(spec);
      const { weights, biases } = this.#gradients[index] as Gradients;
      return {
        weights: weights.slice(),
        biases: spec.bias ? biases.slice() : new Float32Array(0),
      };
    });
    return { loss: totals.loss / samples.count, layers };
  }

  dispose(): void {
    this.#gradients = [];
  }

  /** Activations of every layer for one row of `inputs`. */
  #forward(inputs: Float32Array, row: number): void {
    const sample = this.#sample;
    const start = row * sample.length;
    for (let i = 0; i < sample.length; i++) sample[i] = inputs[start + i] as number;
    for (let l = 0; l < this.#layers.length; l++) {
      const { spec, weights, biases, inputs: x, outputs } = this.#layers[l] as Layer;
      denseForward(spec.inputs, spec.units, x, weights, biases, outputs);
      activationForward(spec.activation, outputs);
    }
  }

  /** Forward for sample order[index], its loss and metric added to the totals. Returns its loss. */
  #evaluateSample(data: JsSamples, index: number, totals: Totals): number {
    const sample = data.order[index] as number;
    this.#forward(data.inputs, sample);
    const t = this.#targets;
    if (data.targets instanceof Uint32Array) {
      t.fill(0);
      t[data.targets[sample] as number] = 1;
    } else {
      for (let o = 0; o < t.length; o++) t[o] = data.targets[sample * t.length + o] as number;
    }
    const loss = lossValue(this.#spec.loss, this.#output.outputs, t);
    totals.loss += loss;
    totals.correct += correctness(data.metric, this.#output.outputs, t);
    return loss;
  }

  /** Deltas of every layer from the output down to the lowest that learns. */
  #backward(batch: number): void {
    const output = this.#output;
    lossBackward(this.#spec.loss, output.spec.activation, output.outputs, this.#targets, output.deltas, batch);
    for (let l = this.#layers.length - 1; l > this.#lowest; l--) {
      const { spec, weights, deltas } = this.#layers[l] as Layer;
      const below = this.#layers[l - 1] as Layer;
      denseBackwardInput(spec.inputs, spec.units, deltas, weights, below.deltas);
      activationBackward(below.spec.activation, below.outputs, below.deltas);
    }
  }

  /** A batch of one: the step goes straight into the weights. */
  #trainSample(data: JsSamples, index: number, rate: number, totals: Totals): number {
    const loss = this.#evaluateSample(data, index, totals);
    if (!Number.isFinite(loss)) return loss;
    this.#backward(1);
    for (let l = this.#lowest; l < this.#layers.length; l++) {
      const layer = this.#layers[l] as Layer;
      const { spec, inputs, deltas, weights, biases } = layer;
      if (!spec.trainable) continue;
      decayOnce(layer, rate);
      denseBackwardWeights(spec.inputs, spec.units, inputs, deltas, weights, -rate);
      if (spec.bias) denseBackwardBiases(spec.units, deltas, biases, -rate);
    }
    return loss;
  }

  #trainBatch(data: JsSamples, from: number, batch: number, rate: number, totals: Totals): number {
    const loss = this.#sumGradients(data, from, batch, totals);
    if (!Number.isFinite(loss)) return loss;
    this.#layers.forEach((layer, index) => {
      const { spec, weights, biases } = layer;
      if (!spec.trainable) return;
      decayOnce(layer, rate);
      const gradients = this.#gradients[index] as Gradients;
      addScaled(weights, gradients.weights, -rate);
      if (spec.bias) addScaled(biases, gradients.biases, -rate);
    });
    return loss;
  }

  /** Gradients of the mean loss over a batch. Returns the loss sum of the batch. */
  #sumGradients(data: JsSamples, from: number, batch: number, totals: Totals): number {
    if (this.#gradients.length === 0) {
      this.#gradients = withinMemory('gradients', () =>
        this.#layers.map(({ weights, biases }) => ({
          weights: new Float32Array(weights.length),
          biases: new Float32Array(biases.length),
        })),
      );
    }
    for (const { weights, biases } of this.#gradients) {
      weights.fill(0);
      biases.fill(0);
    }
    let loss = 0;
    for (let i = from; i < from + batch; i++) {
      loss += this.#evaluateSample(data, i, totals);
      this.#backward(batch);
      for (let l = this.#lowest; l < this.#layers.length; l++) {
        const { spec, inputs, deltas } = this.#layers[l] as Layer;
        if (!spec.trainable) continue;
        const gradients = this.#gradients[l] as Gradients;
        denseBackwardWeights(spec.inputs, spec.units, inputs, deltas, gradients.weights, 1);
        denseBackwardBiases(spec.units, deltas, gradients.biases, 1);
      }
    }
    return loss;
  }
}

function ownSamples(samples: LoadedSamples): JsSamples {
  if (!(samples instanceof JsSamples)) throw new TypeError('engine: samples of another engine.');
  return samples;
}

function addScaled(target: Float32Array, source: Float32Array, scale: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + scale * (source[i] as number);
}

/** What weight decay leaves of the parameters, before the step along the gradient. */
function decayOnce({ decay, weights, biases }: Layer, rate: number): void {
  if (decay.weights > 0) multiply(weights, 1 - rate * decay.weights);
  if (decay.biases > 0) multiply(biases, 1 - rate * decay.biases);
}

function multiply(values: Float32Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * factor;
}

function allFinite(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i] as number)) return false;
  return true;
}
