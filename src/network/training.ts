/** What changes a network: training, and parameters from elsewhere. */
import type { Row } from '../columns/types.js';
import { type GivenParameters, packParameters } from '../data/parameters.js';
import type { Samples } from '../data/samples.js';
import type { Labels } from '../data/targets.js';
import type { LayerParameters } from '../engine/engine.js';
import type { LayerInfo } from '../model/summary.js';
import type { Batches, FitOptions, StepOptions } from '../training/fit-options.js';
import type { History } from '../training/history.js';
import { AnsweringNetwork, checkLayer } from './answering.js';
import { partsOf } from './parts.js';

export abstract class TrainingNetwork extends AnsweringNetwork {
  /**
   * Trains on all samples for a number of epochs. Yields to the event loop every few milliseconds.
   *
   * `inputs` are (samples, inputs); `targets` are (samples, outputs), class indexes or class names. Wrong arguments reject and
   * change nothing. Rejects with ERR_BUSY while another fit runs, ERR_DIVERGED, ERR_DISPOSED, `signal.reason` when aborted, and
   * the error of a callback that throws. The parameters are then those after a whole number of batches.
   *
   * A network with columns takes rows of a table, and no targets where it has a `target`. A cell that does not suit its column rejects with
   * ERR_INVALID_TYPE, ERR_NON_FINITE, ERR_MISSING or ERR_UNKNOWN_VALUE; the error has the `row`, counted from 0, and the `column`.
   */
  async fit(inputs: Samples, targets: Samples | Labels, options?: FitOptions): Promise<History>;
  async fit(rows: readonly Row[], options?: FitOptions): Promise<History>;
  async fit(rows: readonly Row[], targets: Samples | Labels | undefined, options?: FitOptions): Promise<History>;
  async fit(
    inputs: Samples | readonly Row[],
    targets?: Samples | Labels | FitOptions,
    options?: FitOptions,
  ): Promise<History> {
    return await partsOf(this).trainer.fitSamples(inputs as Samples, targets as Labels, options);
  }

  /**
   * Trains on a stream of batches, for data that does not fit into memory. Calls `batches` once per epoch, and asks for a batch
   * when training on the one before has ended. Each batch is one step; with `batchSize` it is several steps of that many samples.
   * Options and errors are those of `fit`, but `shuffle`, `sampleWeights` and a fraction as `validation` are refused: they need all
   * samples. A network that normalizes first reads the whole stream once to learn its scaling. With columns, a batch is an array of rows, or
   * `{ inputs: rows, targets }`.
   */
  async fitStream(batches: Batches, options?: FitOptions): Promise<History> {
    return await partsOf(this).trainer.fitStream(batches, options);
  }

  /**
   * Takes one optimizer step on all the given samples. Returns their mean loss before the step. Options hold for this step alone;
   * with sample weights, the loss is the mean of the weighted losses.
   *
   * Throws ERR_DIVERGED where the loss or a parameter stops being finite, and leaves the parameters as they were.
   */
  trainOnBatch(inputs: Samples, targets: Samples | Labels, options?: StepOptions): number;
  trainOnBatch(rows: readonly Row[], options?: StepOptions): number;
  trainOnBatch(rows: readonly Row[], targets: Samples | Labels | undefined, options?: StepOptions): number;
  trainOnBatch(
    inputs: Samples | readonly Row[],
    targets?: Samples | Labels | StepOptions,
    options?: StepOptions,
  ): number {
    return partsOf(this).trainer.trainOnBatch(inputs as Samples, targets as Labels, options);
  }

  /** The gradient of the mean loss, in the shapes of the weights and biases. Takes no step. */
  gradients(inputs: Samples, targets: Samples | Labels): { loss: number; layers: LayerParameters[] };
  gradients(rows: Row | readonly Row[], targets?: Samples | Labels): { loss: number; layers: LayerParameters[] };
  gradients(
    inputs: Samples | Row | readonly Row[],
    targets?: Samples | Labels,
  ): { loss: number; layers: LayerParameters[] } {
    return partsOf(this).model.gradients(inputs as Samples, targets as Labels);
  }

  /** Replaces a layer's weights, biases, or both. Takes typed or plain arrays. */
  setParameters(layer: number, parameters: GivenParameters): void {
    const packed = partsOf(this).model.take('setParameters', 'idle', () =>
      packParameters('setParameters', this.layers[checkLayer(this, 'setParameters', layer)] as LayerInfo, parameters),
    );
    partsOf(this).trainer.writeParameters(layer, packed);
  }
}
