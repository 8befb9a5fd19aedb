/** Opens a model from a file: reads what `givenFile` made of it, and makes the model. A chunk of its own: only calls that read load it. */
import type { LayerParameters } from '../engine/engine.js';
import { type Model, openModel } from '../model/model.js';
import type { Checkpoint } from '../training/state.js';
import type { ReadingCall } from './given-file.js';
import { readerOf } from './readers.js';

export async function openFile(
  call: ReadingCall,
  file: unknown,
  options: unknown,
  weights: unknown,
): Promise<{ readonly model: Model; readonly checkpoint: Checkpoint | undefined }> {
  const { engine, read } = readerOf(call, file, options, weights);
  const { model: saved, checkpoint } = await read();
  const parametersOf = (layer: number): LayerParameters => saved.parameters[layer] as LayerParameters;
  const model = await openModel(saved.spec, engine, parametersOf, saved.scaling);
  model.needsScaling = saved.needsScaling === true;
  return { model, checkpoint };
}
