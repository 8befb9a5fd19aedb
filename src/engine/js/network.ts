/** A network in plain TypeScript: takes rows forward through its layers, one pass at a time, and back. */
import { float32, sliceOf, uint32 } from '../../foundation/memory.js';
import { decayOf } from '../../options/decay.js';
import { LOSS_TRAITS } from '../../options/losses.js';
import type { NetworkSpec } from '../../options/spec.js';
import {
  type EngineInputs,
  type EngineNetwork,
  type EngineSamples,
  isPlain,
  type LayerParameters,
  type LoadedSamples,
  type OptimizerState,
  type StepOptions,
  safeMagnitude,
  type Totals,
  zeroGradients,
} from '../engine.js';
import { GradientSums } from './gradient-sums.js';
import { JsLayer } from './layer.js';
import { correctSum } from './loss.js';
import { Pass } from './pass.js';
import { passLoss, passLossBackward } from './pass-loss.js';
import { trainPerSample } from './per-sample.js';
import { JsSamples, widen } from './samples.js';
import { JsOptimizer } from './update.js';

/** The most rows in a pass. It divides 256, so an evaluation in slices takes the same passes as one in a single call. */
const PASS_ROWS = 32;

/**
 * The most rows whose gradients are summed in float32. Those of 4 million samples were off by 2e-3 of a gradient; sums of so many rows
 * at a time, added in float64, are off by 1e-6. A multiple of PASS_ROWS.
 */
const LONG_BATCH = 4096;

export class JsNetwork implements EngineNetwork {
  readonly #spec: NetworkSpec;
  readonly #layers: readonly JsLayer[];
  readonly #first: JsLayer;
  readonly #output: JsLayer;
  /** The lowest layer that learns. No layer below it needs a delta. */
  readonly #lowest: number;
  readonly #optimizer: JsOptimizer;
  #pass: Pass;
  /** Of the parameters, when isFinite looked at them last. */
  #largest = Number.POSITIVE_INFINITY;
  /** The magnitude of parameters and inputs up to which no output overflows. 0 until it is needed. */
  #safe = 0;
  /** Whether the optimizer state is more than reserved. */
  #hasStepped = false;

  constructor(spec: NetworkSpec) {
    this.#spec = spec;
    const top = LOSS_TRAITS[spec.loss].activation === undefined ? -1 : spec.layers.length - 1;
    this.#layers = spec.layers.map(
      (layer, index) => new JsLayer(layer, index, decayOf(spec.optimizer, layer), index === top),
    );
    this.#first = this.#layers[0] as JsLayer;
    this.#output = this.#layers[this.#layers.length - 1] as JsLayer;
    const lowest = spec.layers.findIndex((layer) => layer.trainable);
    this.#lowest = lowest < 0 ? this.#layers.length : lowest;
    this.#optimizer = new JsOptimizer(spec.optimizer, this.#layers);
    this.#pass = new Pass(0, spec.inputs, spec.outputs);
  }

  get memoryBytes(): number {
    return this.#layers.reduce((sum, layer) => sum + layer.bytes, this.#pass.bytes);
  }

  readParameters(layer: number): LayerParameters {
    const { spec, weights, biases } = this.#layers[layer] as JsLayer;
    return { weights: sliceOf(weights), biases: spec.bias ? sliceOf(biases) : float32(0) };
  }

  writeParameters(layer: number, parameters: Partial<LayerParameters>): void {
    const { weights, biases } = this.#layers[layer] as JsLayer;
    if (parameters.weights !== undefined) weights.set(parameters.weights);
    if (parameters.biases !== undefined) biases.set(parameters.biases);
  }

  snapshot(reuse?: Float32Array): Float32Array {
    const state = this.#state();
    const copy = reuse ?? float32(state.reduce((sum, { length }) => sum + length, 0));
    let offset = 0;
    for (const values of state) {
      copy.set(values, offset);
      offset += values.length;
    }
    return copy;
  }

  restore(snapshot: Float32Array): void {
    this.#hasStepped = true;
    let offset = 0;
    for (const values of this.#state()) {
      values.set(snapshot.subarray(offset, offset + values.length));
      offset += values.length;
    }
  }

  readOptimizerState(): OptimizerState | undefined {
    return this.#hasStepped ? this.#optimizer.read(this.#layers) : undefined;
  }

  writeOptimizerState(state: OptimizerState): void {
    this.#optimizer.write(this.#layers, state);
    this.#hasStepped = true;
  }

  isFinite(): boolean {
    this.#largest = Math.max(...this.#layers.map(({ largest }) => largest));
    return Number.isFinite(this.#largest) && this.#layers.every(({ hasFiniteState }) => hasFiniteState);
  }

  givesFinite(samples: LoadedSamples, from: number, count: number): boolean {
    const data = ownSamples(samples);
    this.#safe ||= safeMagnitude(this.#spec);
    if (this.#largest <= this.#safe && data.largest <= this.#safe) return true;
    const { outputs: width } = this.#spec;
    const rows = this.#reserveRows(count, data.isSparse);
    for (let done = 0; done < count; done += rows) {
      const now = Math.min(rows, count - done);
      this.#forwardPass(data, from + done, now, undefined, { loss: 0, correct: 0 });
      const { weights } = this.#pass;
      for (let i = 0; i < now * width; i++) {
        // As predict rounds it.
        const output = Math.fround(this.#output.outputs[i] as number);
        if (!Number.isFinite(output) && weights?.[Math.floor(i / width)] !== 0) return false;
      }
    }
    return true;
  }

  predict(inputs: EngineInputs, count: number, layer = this.#layers.length - 1, into?: Float32Array): Float32Array {
    // Their targets can be any.
    const samples = inputs.starts && this.load({ count, inputs, targets: uint32(count), metric: 'none' });
    const width = this.#spec.inputs;
    const outputs = (this.#layers[layer] as JsLayer).spec.units;
    const result = into ?? float32(count * outputs);
    const rows = this.#reserveRows(count, samples !== undefined);
    this.#first.sparse = undefined;
    for (let done = 0; done < count; done += rows) {
      const now = Math.min(rows, count - done);
      if (samples !== undefined) this.#gather(samples, done, now);
      else widen(inputs, done * width, this.#pass.inputs, 0, now * width);
      this.#forward(now, 0, undefined);
      const y = (this.#layers[layer] as JsLayer).outputs;
      for (let i = 0; i < now * outputs; i++) result[done * outputs + i] = y[i] as number;
    }
    return result;
  }

  predictRow(row: Float32Array, into?: Float32Array): Float32Array {
    return this.predict(row, 1, this.#layers.length - 1, into);
  }

  twin(): JsNetwork {
    return new JsNetwork(this.#spec);
  }

  load(samples: EngineSamples): JsSamples {
    return new JsSamples(samples);
  }

  sliceMultiple({ batchSize }: StepOptions): number {
    return batchSize;
  }

  reserve({ isSparse }: LoadedSamples, count: number, step: StepOptions): void {
    this.#reserveRows(count, isSparse);
    const plain = isPlain(this.#spec, step);
    if (!plain || isSparse || step.batchSize > 1) this.#reserveGradients();
    if (!plain) this.#optimizer.reserve();
  }

  train(samples: LoadedSamples, from: number, count: number, step: StepOptions, totals: Totals): boolean {
    const data = ownSamples(samples);
    this.reserve(samples, count, step);
    this.#hasStepped = true;
    const plain = isPlain(this.#spec, step);
    const online = plain && step.batchSize === 1 && !data.isSparse;
    // The gradient of one pass, which touches few weights.
    const isDirect = plain && data.isSparse && step.batchSize <= PASS_ROWS;
    this.#first.sparseRate = isDirect ? Math.fround(step.learningRate) : undefined;
    const rows = this.#pass.capacity;
    const take = online ? rows : step.batchSize;
    for (let done = 0; done < count; done += take) {
      const now = Math.min(take, count - done);
      const finite = online
        ? this.#trainSamples(data, from + done, now, step, totals)
        : this.#sumGradients(data, from + done, now, step.dropoutKey, totals);
      if (!finite) return false;
      if (!online) this.#step(step, plain);
    }
    return true;
  }

  evaluate(samples: LoadedSamples, from: number, count: number, totals: Totals): void {
    const data = ownSamples(samples);
    const rows = this.#reserveRows(count, data.isSparse);
    for (let done = 0; done < count; done += rows) {
      this.#forwardPass(data, from + done, Math.min(rows, count - done), undefined, totals);
      totals.loss += passLoss(this.#spec, this.#pass, this.#output);
    }
  }

  gradients(samples: LoadedSamples): { loss: number; layers: LayerParameters[] } {
    const totals = { loss: 0, correct: 0 };
    this.#reserveRows(samples.count, samples.isSparse);
    this.#reserveGradients();
    this.#first.sparseRate = undefined;
    this.#sumGradients(ownSamples(samples), 0, samples.count, undefined, totals);
    const layers = this.#layers.map(({ spec, weightGradients, biasGradients }) => {
      if (!spec.trainable) return zeroGradients(spec);
      return {
        weights: sliceOf(weightGradients),
        biases: spec.bias ? sliceOf(biasGradients) : float32(0),
      };
    });
    return { loss: totals.loss / samples.count, layers };
  }

  dispose(): void {
    for (const layer of this.#layers) layer.release();
  }

  /** Everything that a step changes: the parameters, then the optimizer state. */
  #state(): Float32Array[] {
    const parameters = this.#layers.flatMap(({ weights, biases }) => [weights, biases]);
    return [...parameters, ...this.#optimizer.state];
  }

  /** Makes room for passes of up to `count` rows, in all layers or in none. Returns how many rows a pass may take. Sparse inputs need none. */
  #reserveRows(count: number, isSparse: boolean): number {
    const rows = Math.min(count, PASS_ROWS);
    if (this.#pass.capacity >= rows && (isSparse || this.#pass.inputs.length > 0)) return this.#pass.capacity;
    const { inputs, outputs } = this.#spec;
    const pass = new Pass(rows, isSparse ? 0 : inputs, outputs);
    const tensors = this.#layers.map((layer) => layer.reserveRows(rows));
    this.#pass = pass;
    this.#layers.forEach((layer, l) => {
      layer.takeRows(tensors[l - 1]?.outputs ?? pass.inputs, tensors[l] as (typeof tensors)[number]);
    });
    return rows;
  }

  #reserveGradients(): void {
    for (const layer of this.#layers) layer.reserveGradients();
  }

  /** Copies samples order[from] to order[from + rows - 1] into the pass. */
  #gather(data: JsSamples, from: number, rows: number): void {
    this.#pass.gather(data, from, rows, this.#spec.inputs, this.#spec.outputs);
    this.#first.sparse = data.sparseFrom(from);
  }

  /** Computes the activations of every layer for the rows of this pass. If a key is given, dropout drops outputs. */
  #forward(rows: number, firstRow: number, key: number | undefined): void {
    const layers = this.#layers;
    for (let l = 0; l < layers.length; l++) (layers[l] as JsLayer).forward(rows, firstRow, key);
  }

  /** Runs samples order[from] to order[from + rows - 1] forward and adds their metric to the totals. */
  #forwardPass(data: JsSamples, from: number, rows: number, key: number | undefined, totals: Totals): void {
    this.#gather(data, from, rows);
    this.#forward(rows, from, key);
    const { spec, outputs: y } = this.#output;
    const { targets } = this.#pass;
    if (data.metric !== 'none') totals.correct += correctSum(data.metric, rows, spec.units, y, targets, 0);
  }

  /** Trains in batches of one sample, by plain steps. */
  #trainSamples(data: JsSamples, from: number, rows: number, step: StepOptions, totals: Totals): boolean {
    this.#pass.gather(data, from, rows, this.#spec.inputs, this.#spec.outputs);
    const rate = Math.fround(step.learningRate);
    return trainPerSample(this.#layers, this.#lowest, this.#spec.loss, this.#pass, step.dropoutKey, rate, totals);
  }

  /** The step on gradients that were summed. */
  #step(step: StepOptions, plain: boolean): void {
    const rate = Math.fround(step.learningRate);
    if (plain) for (const layer of this.#layers) layer.step(rate);
    else this.#optimizer.step(rate, step);
  }

  /**
   * Computes the gradients of the mean loss over a batch. If a key is given, dropout drops outputs. Returns false if a loss is not
   * finite.
   */
  #sumGradients(data: JsSamples, from: number, batch: number, key: number | undefined, totals: Totals): boolean {
    const layers = this.#layers;
    for (const layer of layers) layer.clearGradients();
    const sums = batch > LONG_BATCH ? new GradientSums(layers) : undefined;
    let finite = true;
    for (let done = 0; done < batch; done += PASS_ROWS) {
      const rows = Math.min(PASS_ROWS, batch - done);
      this.#forwardPass(data, from + done, rows, key, totals);
      const loss = passLossBackward(this.#spec, this.#pass, this.#output, batch);
      totals.loss += loss;
      if (!Number.isFinite(loss)) finite = false;
      // Some of the step is taken now.
      if (!finite && this.#first.sparseRate !== undefined) return false;
      for (let l = layers.length - 1; l >= this.#lowest; l--) {
        const layer = layers[l] as JsLayer;
        layer.backwardParameters(rows);
        if (l > this.#lowest) layer.backwardInput(rows, layers[l - 1] as JsLayer);
      }
      if (done + rows === batch || (done + rows) % LONG_BATCH === 0) sums?.add();
    }
    sums?.take();
    return finite;
  }
}

function ownSamples(samples: LoadedSamples): JsSamples {
  if (!(samples instanceof JsSamples)) throw new TypeError('engine: these samples belong to another engine.');
  return samples;
}
