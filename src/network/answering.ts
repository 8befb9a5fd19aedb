/** What a network answers: its shape, its predictions, how good they are. Changes nothing. */
import { type Classification, checkClassifies, classificationsOf, rowsOf } from '../data/classification.js';
import type { ClassifyAllOptions } from '../data/multi-label.js';
import type { Samples } from '../data/samples.js';
import type { Labels } from '../data/targets.js';
import type { EngineInfo, LayerParameters } from '../engine/engine.js';
import { checkInteger } from '../foundation/checks.js';
import { codedError } from '../foundation/errors.js';
import type { Evaluation } from '../model/model.js';
import type { PredictOptions } from '../model/predict-options.js';
import type { LayerInfo } from '../model/summary.js';
import { givesProbabilities } from '../options/activations.js';
import type { Scalings } from '../options/types.js';
import { type Report, reportOfClasses } from '../report/report.js';
import { partsOf } from './parts.js';

export abstract class AnsweringNetwork {
  /** Numbers per sample. */
  get inputs(): number {
    return partsOf(this).model.spec.inputs;
  }

  /** Numbers per prediction. */
  get outputs(): number {
    return partsOf(this).model.spec.outputs;
  }

  /** Names of the classes, as `create` was given them. */
  get labels(): readonly string[] | undefined {
    return partsOf(this).model.spec.labels;
  }

  get layers(): readonly LayerInfo[] {
    return partsOf(this).model.layers;
  }

  /** Weights and biases of all layers, frozen ones included. */
  get parameterCount(): number {
    return this.layers.reduce((sum, layer) => sum + layer.parameterCount, 0);
  }

  /**
   * The shift and scale of each column, as copies; undefined where nothing is scaled, or learned yet. Set it where you set parameters
   * that belong to it; undefined lets the next fit learn it. A scaling that does not go with the network throws.
   */
  get scaling(): Scalings | undefined {
    return partsOf(this).model.shownScaling();
  }

  set scaling(scaling: Scalings | undefined) {
    partsOf(this).trainer.setScaling(scaling);
  }

  /** What runs the numbers. */
  get engine(): EngineInfo {
    return partsOf(this).model.engineInfo;
  }

  /** Epochs trained so far, over all fits. Checkpoints keep the count. */
  get epochs(): number {
    return partsOf(this).trainer.epochs;
  }

  /** The mean loss over the samples, and the accuracy where targets are classes or probabilities. */
  evaluate(inputs: Samples, targets: Samples | Labels): Evaluation {
    return partsOf(this).model.evaluate(inputs, targets);
  }

  /**
   * How good the network is on samples that it was not trained on: for classes confusion, precision, recall, F1, area under the ROC curve
   * and more, for numbers R2 and errors, and what the simplest answer would score. `String(report)` is a table. Throws ERR_UNSUPPORTED for
   * samples of several classes each.
   */
  report(inputs: Samples, targets: Samples | Labels): Report {
    const { model } = partsOf(this);
    const packed = model.takePairs('report', 'usable', inputs, targets, false);
    if (packed.metric === 'threshold' && packed.classes === undefined) throw model.parts.multiLabel?.noReportError();
    const outputs = model.answers('report', packed.inputs, packed.count);
    const { classes } = packed;
    if (classes !== undefined) {
      const isProbable = givesProbabilities((this.layers[this.layers.length - 1] as LayerInfo).activation);
      return reportOfClasses(outputs, this.outputs, classes, this.labels, isProbable);
    }
    const numbers = model.parts.numberReport as NonNullable<typeof model.parts.numberReport>;
    return numbers.reportOfNumbers(outputs, this.outputs, numbers.numbersOf(targets as Samples));
  }

  /**
   * Returns the outputs in the shape in which the samples were given. An array of numbers is one sample and gives a Float32Array
   * of its outputs. A Float32Array of rows end to end gives outputs end to end. An array of rows gives an array of rows.
   *
   * With `into`, outputs of any shape are written there end to end, and that array is returned. `layer` asks for the outputs of a hidden
   * layer.
   */
  predict(inputs: Samples, options: { into: Float32Array; layer?: number | undefined }): Float32Array;
  predict(inputs: readonly number[] | Float32Array, options?: PredictOptions): Float32Array;
  predict(
    inputs: readonly (readonly number[] | Float32Array)[],
    options?: { layer?: number | undefined },
  ): Float32Array[];
  predict(inputs: Samples, options?: PredictOptions): Float32Array | Float32Array[];
  predict(inputs: Samples, options?: PredictOptions): Float32Array | Float32Array[] {
    const { model } = partsOf(this);
    const { values, shape } =
      options === undefined ? model.predict('predict', inputs) : model.predictWith(inputs, options);
    return shape === 'rows' ? rowsOf(values, values.length / inputs.length) : values;
  }

  /**
   * Returns the most likely class of each sample: one answer for one sample, an array for several. Throws ERR_UNSUPPORTED if the
   * output layer is neither sigmoid nor softmax, because other outputs are not probabilities.
   */
  classify(inputs: readonly number[]): Classification;
  classify(inputs: readonly (readonly number[] | Float32Array)[]): Classification[];
  classify(inputs: Samples): Classification | Classification[];
  classify(inputs: Samples): Classification | Classification[] {
    const { model } = partsOf(this);
    model.check('classify');
    checkClassifies('classify', model.spec);
    return classificationsOf(model.predict('classify', inputs), model.spec);
  }

  /**
   * Returns all classes of each sample whose probability is at least `threshold`, likeliest first: one list for one sample, an array of
   * lists for several. For networks with several sigmoid outputs; others throw ERR_UNSUPPORTED.
   */
  classifyAll(inputs: readonly number[], options?: ClassifyAllOptions): Classification[];
  classifyAll(inputs: readonly (readonly number[] | Float32Array)[], options?: ClassifyAllOptions): Classification[][];
  classifyAll(inputs: Samples, options?: ClassifyAllOptions): Classification[] | Classification[][];
  classifyAll(inputs: Samples, options?: ClassifyAllOptions): Classification[] | Classification[][] {
    const { model } = partsOf(this);
    model.check('classifyAll');
    const { multiLabel } = model.parts;
    if (multiLabel === undefined) {
      const mend = 'Use classify, or give an output layer of several units activation: "sigmoid".';
      throw codedError('ERR_UNSUPPORTED', `classifyAll: a sample has one class here. ${mend}`);
    }
    const threshold = multiLabel.thresholdOf(options);
    return multiLabel.allClassesOf(model.predict('classifyAll', inputs), model.spec, threshold);
  }

  /** Copies of a layer's weights, (units, inputs) row-major, and of its biases, (units), or empty in a layer without biases. */
  getParameters(layer: number): LayerParameters {
    partsOf(this).model.check('getParameters');
    return partsOf(this).model.engine.readParameters(checkLayer(this, 'getParameters', layer));
  }

  /** A table of the layers: shapes, activations, parameters, memory. */
  summary(): string {
    partsOf(this).model.check('summary');
    return partsOf(this).model.summary();
  }

  /** What Node's console.log shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const shape = [this.inputs, ...this.layers.map(({ units }) => units)].join('-');
    return `Network ${shape} (${partsOf(this).model.isDisposed ? 'disposed' : this.engine.kind})`;
  }

  /** As `Object.prototype.toString` says it. Vue makes no Proxy of an object that is not called "Object" here: one would be slower. */
  get [Symbol.toStringTag](): string {
    return 'Network';
  }
}

/** The number of a layer, once it is certain that there is one. */
export function checkLayer(network: AnsweringNetwork, call: string, layer: unknown): number {
  return checkInteger(`${call}: layer`, layer, 0, network.layers.length - 1);
}
