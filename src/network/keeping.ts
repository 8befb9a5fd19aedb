/** What keeps a network: copies, files, programs; and what gives its memory back. */
import type { Bytes } from '../formats/bytes.js';
import { jsonOf } from '../formats/json-model/write-json.js';
import { writeONNX } from '../formats/onnx/write-onnx.js';
import { writeModel } from '../formats/safetensors/write-model.js';
import { codedError } from '../foundation/errors.js';
import { partsOf } from './parts.js';
import { TrainingNetwork } from './training.js';

export abstract class KeepingNetwork extends TrainingNetwork {
  /**
   * Returns the network as a safetensors file. Its tensors have the names of a torch.nn.Sequential (0.weight, 0.bias, 2.weight, …);
   * options, scaling and labels are metadata. While a fit runs, the parameters are those after a whole number of batches. Takes no
   * options: they are refused with ERR_INVALID_OPTION, so that nobody takes this file for a checkpoint.
   */
  save(): Bytes;
  save(...options: readonly unknown[]): Bytes {
    if (options[0] !== undefined) {
      throw codedError('ERR_INVALID_OPTION', 'save: takes no options. Use saveCheckpoint() to keep optimizer state.');
    }
    const { model, extras } = partsOf(this);
    return writeModel(model.contents('save'), undefined, extras);
  }

  /**
   * Returns the network as an object for JSON.stringify, which calls this by itself: options, scaling, labels, and parameters as base64,
   * so that they come back to the bit. `Network.load` takes the object or its text. Throws ERR_MODEL_LIMIT above 100 million parameters.
   */
  toJSON(): object {
    return jsonOf(partsOf(this).model.contents('toJSON'));
  }

  /**
   * `save`, plus what training needs to resume: optimizer state, epochs and early stopping. If it was saved at the end of an epoch,
   * a network loaded from it trains on to the same bits as this one.
   */
  saveCheckpoint(): Bytes {
    const { model, trainer, extras } = partsOf(this);
    return writeModel(model.contents('saveCheckpoint'), trainer.checkpoint(), extras);
  }

  /**
   * Returns the text of a JavaScript module that predicts without this library. It exports `predict`, which takes samples as
   * `predict` here does, and `inputs`, `outputs` and `labels`. The parameters are those at the time of the call; while a fit runs,
   * those after a whole number of batches.
   *
   * Rejects with ERR_MODEL_LIMIT above 100 million parameters: no string is long enough for them.
   */
  async toModule(): Promise<string> {
    const saved = partsOf(this).model.contents('toModule', true);
    return (await import('../formats/module/write-module.js')).writeModule(saved);
  }

  /**
   * Returns the network as an ONNX model (operator set 17) for other runtimes. It turns "inputs" (batch, inputs) into "outputs"
   * (batch, outputs), both float32, and includes the scaling: outputs are those of `predict`. Throws ERR_MODEL_LIMIT above 2^28
   * parameters.
   */
  toONNX(): Bytes {
    const { model, extras } = partsOf(this);
    return writeONNX(model.contents('toONNX', true), extras);
  }

  /** Frees the memory. A running fit rejects with ERR_DISPOSED. You need not call it; a second call does nothing. */
  dispose(): void {
    partsOf(this).model.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
