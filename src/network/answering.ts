/** What a network answers: its shape, its predictions, how good they are. Changes nothing. */
import type { Columns, Row } from '../columns/types.js';
import { type Classification, classificationsOf, rowsOf } from '../data/classification.js';
import type { ClassifyAllOptions } from '../data/multi-label.js';
import type { Samples } from '../data/samples.js';
import type { Labels } from '../data/targets.js';
import type { EngineInfo, LayerParameters } from '../engine/engine.js';
import { checkInteger, checkNumber, checkObject } from '../foundation/checks.js';
import { codedError } from '../foundation/errors.js';
import type { Evaluation, Model } from '../model/model.js';
import type { PredictOptions } from '../model/predict-options.js';
import type { LayerInfo } from '../model/summary.js';
import { answersProbabilities } from '../options/activations.js';
import type { Scalings } from '../options/types.js';
import { type Report, type ReportOptions, reportOfClasses } from '../report/report.js';
import { partsOf } from './parts.js';

export abstract class AnsweringNetwork {
  /** Numbers per sample; of a network with columns, the inputs that they become. */
  get inputs(): number {
    return partsOf(this).model.spec.inputs;
  }

  /** The columns of the rows that the network takes, with all options; undefined where it takes numbers. */
  get columns(): Columns | undefined {
    return partsOf(this).model.parts.table?.shown;
  }

  /** The column, or columns, of the rows that targets are taken from, as `create` was given it. */
  get target(): string | readonly string[] | undefined {
    return partsOf(this).model.spec.target;
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

  /**
   * The mean loss over the samples, and the accuracy where targets are classes or probabilities. Rows of a table need no targets where the
   * network has a `target`.
   */
  evaluate(inputs: Samples, targets: Samples | Labels): Evaluation;
  evaluate(rows: Row | readonly Row[], targets?: Samples | Labels): Evaluation;
  evaluate(inputs: Samples | Row | readonly Row[], targets?: Samples | Labels): Evaluation {
    return partsOf(this).model.evaluate(inputs as Samples, targets as Labels);
  }

  /**
   * How good the network is on samples that it was not trained on: for classes confusion, precision, recall, F1, area under the ROC curve
   * and more, for numbers R2 and errors, and what the simplest answer would score. `String(report)` is a table. Throws ERR_UNSUPPORTED for
   * samples of several classes each. Rows of a table need no targets where the network has a `target`.
   *
   * `threshold`, for two classes: the second is predicted where its output is at least that. Without it the likelier one is predicted. Throws
   * ERR_INVALID_OPTION for a threshold that is not from 0 to 1, or of a network that has not two classes.
   */
  report(inputs: Samples, targets: Samples | Labels, options?: ReportOptions): Report;
  report(rows: Row | readonly Row[], options?: ReportOptions): Report;
  report(rows: Row | readonly Row[], targets: Samples | Labels | undefined, options?: ReportOptions): Report;
  report(
    given: Samples | Row | readonly Row[],
    others?: Samples | Labels | ReportOptions,
    last?: ReportOptions,
  ): Report {
    const { model } = partsOf(this);
    const [answers, options = {}] = model.parts.table?.arguments(others, last) ?? [others, last];
    const { threshold } = checkObject('report: options', options, ['threshold']);
    return reportOn(model, given as Samples, answers as Labels, threshold);
  }

  /**
   * Returns the outputs in the shape in which the samples were given. An array of numbers is one sample and gives a Float32Array
   * of its outputs. A Float32Array of rows end to end gives outputs end to end. An array of rows gives an array of rows.
   *
   * With `into`, outputs of any shape are written there end to end, and that array is returned. `layer` asks for the outputs of a hidden
   * layer. A network with columns takes a row of a table and gives a Float32Array, or an array of rows and gives an array.
   */
  predict(inputs: Samples, options: { into: Float32Array; layer?: number | undefined }): Float32Array;
  predict(inputs: readonly number[] | Float32Array, options?: PredictOptions): Float32Array;
  predict(
    inputs: readonly (readonly number[] | Float32Array)[],
    options?: { layer?: number | undefined },
  ): Float32Array[];
  predict(row: Row, options?: PredictOptions): Float32Array;
  predict(rows: readonly Row[], options: { into: Float32Array; layer?: number | undefined }): Float32Array;
  predict(rows: readonly Row[], options?: { layer?: number | undefined }): Float32Array[];
  predict(inputs: Samples, options?: PredictOptions): Float32Array | Float32Array[];
  predict(given: Samples | Row | readonly Row[], options?: PredictOptions): Float32Array | Float32Array[] {
    const { model } = partsOf(this);
    const answer = model.parts.oneRow?.answerRow(model, given, options);
    if (answer !== undefined) return answer;
    const inputs = given as Samples;
    const { values, shape } = model.predict('predict', inputs, options);
    return shape === 'rows' ? rowsOf(values, values.length / (inputs as readonly unknown[]).length) : values;
  }

  /**
   * Returns the most likely class of each sample: one answer for one sample, an array for several. Throws ERR_UNSUPPORTED if the
   * output layer is neither sigmoid nor softmax, because other outputs are not probabilities.
   */
  classify(inputs: readonly number[]): Classification;
  classify(inputs: readonly (readonly number[] | Float32Array)[]): Classification[];
  classify(row: Row): Classification;
  classify(rows: readonly Row[]): Classification[];
  classify(inputs: Samples): Classification | Classification[];
  classify(inputs: Samples | Row | readonly Row[]): Classification | Classification[] {
    const { model } = partsOf(this);
    model.check('classify');
    model.parts.numbers?.checkClassifies('classify', model.spec);
    return classificationsOf(model.predict('classify', inputs as Samples), model.spec);
  }

  /**
   * Returns all classes of each sample whose probability is at least `threshold`, likeliest first: one list for one sample, an array of
   * lists for several. For networks with several sigmoid outputs; others throw ERR_UNSUPPORTED.
   */
  classifyAll(inputs: readonly number[], options?: ClassifyAllOptions): Classification[];
  classifyAll(inputs: readonly (readonly number[] | Float32Array)[], options?: ClassifyAllOptions): Classification[][];
  classifyAll(row: Row, options?: ClassifyAllOptions): Classification[];
  classifyAll(rows: readonly Row[], options?: ClassifyAllOptions): Classification[][];
  classifyAll(inputs: Samples, options?: ClassifyAllOptions): Classification[] | Classification[][];
  classifyAll(
    inputs: Samples | Row | readonly Row[],
    options?: ClassifyAllOptions,
  ): Classification[] | Classification[][] {
    const { model } = partsOf(this);
    model.check('classifyAll');
    const { multiLabel } = model.parts;
    if (multiLabel === undefined) {
      throw codedError(
        'ERR_UNSUPPORTED',
        'classifyAll: a sample has one class here. Use classify, or several sigmoid outputs.',
      );
    }
    const threshold = multiLabel.thresholdOf(options);
    return multiLabel.allClassesOf(model.predict('classifyAll', inputs as Samples), model.spec, threshold);
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

/** The report of a model's answers, or of other `outputs` to the same samples. `threshold` is not checked yet. */
export function reportOn(
  model: Model,
  given: Samples,
  answers: Labels,
  threshold: unknown,
  instead: { readonly outputs?: () => Float32Array; readonly log?: (x: number) => number } = {},
): Report {
  const { spec, parts } = model;
  const packed = model.takePairs('report', 'usable', given, answers, false);
  if (packed.metric === 'threshold' && packed.classes === undefined) throw parts.multiLabel?.noReportError();
  const outputs = instead.outputs?.() ?? model.answers('report', packed.inputs, packed.count);
  const { classes } = packed;
  const width = spec.outputs;
  if (threshold !== undefined) {
    const allowed = (p: number): boolean => p >= 0 && p <= 1 && classes !== undefined && width < 3;
    checkNumber('report: threshold', threshold, 'a number from 0 to 1, of two classes', allowed);
  }
  if (classes !== undefined) {
    const limit = threshold as number | undefined;
    return reportOfClasses(outputs, width, classes, spec.labels, answersProbabilities(spec), limit, instead.log);
  }
  const numbers = parts.numbers as NonNullable<typeof parts.numbers>;
  const targets = answers ?? parts.table?.targets('report', '', given);
  return numbers.reportOfNumbers(outputs, width, targets as Samples);
}

/** The number of a layer, once it is certain that there is one. */
export function checkLayer(network: AnsweringNetwork, call: string, layer: unknown): number {
  return checkInteger(`${call}: layer`, layer, 0, network.layers.length - 1);
}
