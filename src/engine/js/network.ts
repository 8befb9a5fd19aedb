/** A network in plain TypeScript: rows through its layers, a pass at a time, and back. */

import { allFinite } from '../../math.js';
import { float32, withinMemory } from '../../memory.js';
import { decayOf } from '../../options/decay.js';
import type { NetworkSpec } from '../../options/network.js';
import {
  type EngineNetwork,
  type LayerParameters,
  type LoadedSamples,
  type Samples,
  type Totals,
  zeroGradients,
} from '../engine.js';
import { JsLayer } from './layer.js';
import { addCorrect, addLoss, addLossBackward } from './loss.js';
import { trainOnline } from './online.js';
import { JsSamples, widen } from './samples.js';

/** Most rows of a pass. A divisor of 256, so that an evaluation in slices takes the same passes. */
const PASS_ROWS = 32;

export class JsNetwork implements EngineNetwork {
  readonly #spec: NetworkSpec;
  readonly #layers: readonly JsLayer[];
  readonly #output: JsLayer;
  /** Below the first layer that learns nothing needs a delta. */
  readonly #lowest: number;
  /** Rows that a pass has room for, as many as were needed so far. */
  #rows = 0;
  /** The samples of a pass (rows, inputs), and their targets (rows, outputs). */
  #inputs: Float64Array = new Float64Array(0);
  #targets: Float64Array = new Float64Array(0);

  constructor(spec: NetworkSpec) {
    this.#spec = spec;
    this.#layers = spec.layers.map((layer) => new JsLayer(layer, decayOf(spec, layer)));
    this.#output = this.#layers[this.#layers.length - 1] as JsLayer;
    const lowest = spec.layers.findIndex((layer) => layer.trainable);
    this.#lowest = lowest < 0 ? this.#layers.length : lowest;
  }

  get memoryBytes(): number {
    const rows = this.#inputs.byteLength + this.#targets.byteLength;
    return this.#layers.reduce((sum, layer) => sum + layer.bytes, rows);
  }

  readParameters(layer: number): LayerParameters {
    const { spec, weights, biases } = this.#layers[layer] as JsLayer;
    return { weights: weights.slice(), biases: spec.bias ? biases.slice() : new Float32Array(0) };
  }

  writeParameters(layer: number, parameters: Partial<LayerParameters>): void {
    const { weights, biases } = this.#layers[layer] as JsLayer;
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
    const { inputs: width, outputs } = this.#spec;
    const result = float32(count * outputs);
    const rows = this.#reserveRows(count);
    for (let done = 0; done < count; done += rows) {
      const now = Math.min(rows, count - done);
      widen(inputs, done * width, this.#inputs, 0, now * width);
      this.#forward(now);
      const y = this.#output.outputs;
      for (let i = 0; i < now * outputs; i++) result[done * outputs + i] = y[i] as number;
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
    const rows = this.#reserveRows(count);
    if (batchSize > 1) this.#reserveGradients();
    const take = batchSize === 1 ? rows : batchSize;
    for (let done = 0; done < count; done += take) {
      const now = Math.min(take, count - done);
      const finite =
        batchSize === 1
          ? this.#trainSamples(data, from + done, now, rate, totals)
          : this.#trainBatch(data, from + done, now, rate, totals);
      if (!finite) return false;
    }
    return true;
  }

  evaluate(samples: LoadedSamples, from: number, count: number, totals: Totals): void {
    const data = ownSamples(samples);
    const rows = this.#reserveRows(count);
    for (let done = 0; done < count; done += rows) {
      const now = Math.min(rows, count - done);
      this.#forwardPass(data, from + done, now, totals);
      const { spec, outputs: y } = this.#output;
      addLoss(this.#spec.loss, now, spec.units, y, this.#targets, 0, totals);
    }
  }

  gradients(samples: LoadedSamples): { loss: number; layers: LayerParameters[] } {
    const totals = { loss: 0, correct: 0 };
    this.#reserveRows(samples.count);
    this.#reserveGradients();
    this.#sumGradients(ownSamples(samples), 0, samples.count, totals);
    const layers = this.#layers.map(({ spec, weightGradients, biasGradients }) => {
      if (!spec.trainable) return zeroGradients(spec);
      return {
        weights: weightGradients.slice(),
        biases: spec.bias ? biasGradients.slice() : new Float32Array(0),
      };
    });
    return { loss: totals.loss / samples.count, layers };
  }

  dispose(): void {
    for (const layer of this.#layers) layer.dropGradients();
  }

  /** Makes room for passes over `count` rows, all or nothing. Returns how many a pass may take. */
  #reserveRows(count: number): number {
    const rows = Math.min(count, PASS_ROWS);
    if (this.#rows >= rows) return this.#rows;
    const { inputs, outputs, layers } = this.#spec;
    const reserve = (width: number): Float64Array => new Float64Array(rows * width);
    const [samples, targets, activations, deltas] = withinMemory(
      `a pass of ${rows} rows`,
      () =>
        [
          reserve(inputs),
          reserve(outputs),
          layers.map(({ units }) => reserve(units)),
          layers.map(({ units }) => reserve(units)),
        ] as const,
    );
    this.#inputs = samples;
    this.#targets = targets;
    this.#layers.forEach((layer, l) => {
      layer.inputs = activations[l - 1] ?? samples;
      layer.outputs = activations[l] as Float64Array;
      layer.deltas = deltas[l] as Float64Array;
    });
    this.#rows = rows;
    return rows;
  }

  #reserveGradients(): void {
    withinMemory('gradients', () => {
      for (const layer of this.#layers) layer.reserveGradients();
    });
  }

  /** Samples order[from] to order[from + rows - 1] and their targets. */
  #gather(data: JsSamples, from: number, rows: number): void {
    data.gather(from, rows, this.#spec.inputs, this.#spec.outputs, this.#inputs, this.#targets);
  }

  /** Activations of every layer for the rows of #inputs. */
  #forward(rows: number): void {
    const layers = this.#layers;
    for (let l = 0; l < layers.length; l++) (layers[l] as JsLayer).forward(rows);
  }

  /** Forward for samples order[from] to order[from + rows - 1], their metric added to the totals. */
  #forwardPass(data: JsSamples, from: number, rows: number, totals: Totals): void {
    this.#gather(data, from, rows);
    this.#forward(rows);
    const { spec, outputs: y } = this.#output;
    if (data.metric !== 'none') addCorrect(data.metric, rows, spec.units, y, this.#targets, 0, totals);
  }

  /** Batches of one. */
  #trainSamples(data: JsSamples, from: number, rows: number, rate: number, totals: Totals): boolean {
    this.#gather(data, from, rows);
    const { loss } = this.#spec;
    return trainOnline(this.#layers, this.#lowest, loss, data.metric, rows, this.#targets, rate, totals);
  }

  #trainBatch(data: JsSamples, from: number, batch: number, rate: number, totals: Totals): boolean {
    if (!this.#sumGradients(data, from, batch, totals)) return false;
    for (const layer of this.#layers) layer.step(rate);
    return true;
  }

  /** Gradients of the mean loss over a batch. False where a loss is not finite. */
  #sumGradients(data: JsSamples, from: number, batch: number, totals: Totals): boolean {
    const { loss, outputs } = this.#spec;
    const layers = this.#layers;
    for (const layer of layers) layer.clearGradients();
    let finite = true;
    for (let done = 0; done < batch; done += PASS_ROWS) {
      const rows = Math.min(PASS_ROWS, batch - done);
      this.#forwardPass(data, from + done, rows, totals);
      const { spec, outputs: y, deltas } = this.#output;
      const { activation } = spec;
      if (!addLossBackward(loss, activation, rows, outputs, y, this.#targets, 0, deltas, batch, totals)) finite = false;
      for (let l = layers.length - 1; l >= this.#lowest; l--) {
        const layer = layers[l] as JsLayer;
        layer.backwardParameters(rows);
        if (l > this.#lowest) layer.backwardInput(rows, layers[l - 1] as JsLayer);
      }
    }
    return finite;
  }
}

function ownSamples(samples: LoadedSamples): JsSamples {
  if (!(samples instanceof JsSamples)) throw new TypeError('engine: samples of another engine.');
  return samples;
}
