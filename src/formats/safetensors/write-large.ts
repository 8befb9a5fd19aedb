/**
 * Writes networks whose header would be too long: of tens of thousands of scaled columns, of thousands of layers, of long labels. A chunk
 * of its own, for networks of such a size. Knows no bytes.
 */
import type { NetworkScaling } from '../../data/scaling.js';
import type { LayerParameters } from '../../engine/engine.js';
import { codedError } from '../../foundation/errors.js';
import type { LayerSpec } from '../../options/spec.js';
import type { Checkpoint } from '../../training/state.js';
import type { Bytes } from '../bytes.js';
import { utf8Of } from '../encode-utf8.js';
import type { SavedModel } from '../saved-model.js';
import { addLayers, type Metadata } from './write-model.js';
import { headerOf, MAX_HEADER_BYTES, type WrittenTensor, writeSafetensors } from './write-safetensors.js';

/** What the names of a scaling's tensors begin with: scaling.inputs.shift and so on. */
export const SCALING = 'scaling.';

/**
 * Layouts of a file, each for a header that would be too long in the one before. In the usual one, parameters have the names of PyTorch,
 * and all else is metadata.
 *
 *   1  the scaling as float64 tensors; all layers of a moment of the optimizer, or of the best epoch, in one tensor
 *   2  the options of the network too, as a tensor of JSON text in UTF-8
 *   3  the parameters of all layers too, in one tensor
 */
const LAST_LAYOUT = 3;

/**
 * The most layers: in the options each takes up to three objects and arrays, of which a reader allows 2^17 in all. The host may have
 * no memory for so many.
 */
const MAX_LAYERS = 40_000;

/** `metadata` is that of the usual layout. */
export function writeLarge(model: SavedModel, metadata: Metadata, checkpoint: Checkpoint | undefined): Bytes {
  const { length } = model.spec.layers;
  if (length > MAX_LAYERS) {
    throw codedError('ERR_MODEL_LIMIT', `save: the model has ${length} layers, and at most ${MAX_LAYERS} are read.`);
  }
  for (let layout = 1; ; layout++) {
    const tensors = tensorsOf(layout, model, metadata, checkpoint);
    const { scaling: _scaling, network = '', ...others } = metadata;
    const left = layout < 2 ? { ...others, network: network } : others;
    const header = headerOf(tensors, left);
    if (header.length <= MAX_HEADER_BYTES || layout === LAST_LAYOUT) return writeSafetensors(tensors, left, header);
  }
}

function tensorsOf(
  layout: number,
  { spec, parameters, scaling }: SavedModel,
  { network = '' }: Metadata,
  checkpoint: Checkpoint | undefined,
): ReadonlyMap<string, WrittenTensor> {
  const tensors = new Map<string, WrittenTensor>();
  const add = (prefix: string, values: readonly LayerParameters[], isJoined: boolean): void =>
    isJoined ? addJoined(tensors, prefix, values) : addLayers(tensors, prefix, spec.layers as LayerSpec[], values);
  // Doubles first, so that every tensor is aligned to its numbers; bytes last.
  if (scaling !== undefined) addScaling(tensors, scaling);
  add('', parameters, layout === LAST_LAYOUT);
  checkpoint?.optimizer?.moments.forEach((moment, i) => {
    add(`optimizer.${i}.`, moment, true);
  });
  const best = checkpoint?.earlyStopping?.best;
  if (best !== undefined) add('best.', best, true);
  if (layout >= 2) {
    const text = utf8Of(network);
    tensors.set('network', { shape: [text.length], values: text });
  }
  return tensors;
}

/** The name of the tensor that has the parameters of all layers: weights, then biases, layer by layer. */
export function joinedName(prefix: string): string {
  return `${prefix}parameters`;
}

function addJoined(tensors: Map<string, WrittenTensor>, prefix: string, parameters: readonly LayerParameters[]): void {
  const values = parameters.flatMap(({ weights, biases }) => [weights, biases]);
  tensors.set(joinedName(prefix), { shape: [values.reduce((sum, { length }) => sum + length, 0)], values });
}

function addScaling(tensors: Map<string, WrittenTensor>, scaling: NetworkScaling): void {
  for (const side of ['inputs', 'targets'] as const) {
    for (const key of ['shift', 'scale', 'fill'] as const) {
      const values = scaling[side]?.[key];
      if (values !== undefined) tensors.set(`${SCALING}${side}.${key}`, { shape: [values.length], values });
    }
  }
}
