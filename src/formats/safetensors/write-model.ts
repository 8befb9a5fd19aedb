/**
 * Writes a network as a safetensors file. Tensors have the names of a torch.nn.Sequential of Linear and activation modules, so that
 * load_state_dict takes the file as it is: 0.weight, 0.bias, 2.weight and so on. The rest is metadata, unless the header would be too
 * long. Knows no bytes.
 */
import type { NetworkScaling } from '../../data/scaling.js';
import type { LayerParameters } from '../../engine/engine.js';
import { codedError } from '../../foundation/errors.js';
import { LEAKY_SLOPE } from '../../options/activations.js';
import { OPTIMIZER_KEYS } from '../../options/optimizers.js';
import type { LayerSpec, NetworkSpec } from '../../options/spec.js';
import type { Checkpoint } from '../../training/state.js';
import type { Bytes } from '../bytes.js';
import { utf8Of } from '../encode-utf8.js';
import type { SavedModel } from '../saved-model.js';
import { headerOf, MAX_HEADER_BYTES, type WrittenTensor, writeSafetensors } from './write-safetensors.js';

/** The version of the metadata. A reader refuses files with a newer one. */
export const VERSION = 1;

export const KEYS = {
  version: 'wasmlp',
  network: 'network',
  scaling: 'scaling',
  checkpoint: 'checkpoint',
  needsScaling: 'needsScaling',
} as const;

/** What the names of a scaling's tensors begin with: scaling.inputs.shift and so on. */
export const SCALING = 'scaling.';

/**
 * Layouts of a file, each for a header that would be too long in the one before:
 *
 *   0  parameters by the names of PyTorch, all else in metadata
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

export function writeModel(model: SavedModel, checkpoint?: Checkpoint): Bytes {
  const { length } = model.spec.layers;
  if (length > MAX_LAYERS) {
    throw codedError('ERR_MODEL_LIMIT', `save: the model has ${length} layers, and at most ${MAX_LAYERS} are read.`);
  }
  for (let layout = 0; ; layout++) {
    const { tensors, metadata } = contentsOf(layout, model, checkpoint);
    const header = headerOf(tensors, metadata);
    if (header.length <= MAX_HEADER_BYTES || layout === LAST_LAYOUT) return writeSafetensors(tensors, metadata, header);
  }
}

interface Contents {
  readonly tensors: ReadonlyMap<string, WrittenTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

function contentsOf(
  layout: number,
  { spec, parameters, scaling, needsScaling }: SavedModel,
  checkpoint: Checkpoint | undefined,
): Contents {
  const tensors = new Map<string, WrittenTensor>();
  const metadata: Record<string, string> = { [KEYS.version]: `${VERSION}` };
  // Doubles first, so that every tensor is aligned to its numbers; bytes last.
  if (scaling !== undefined && layout > 0) addScaling(tensors, scaling);
  addLayers(tensors, '', spec.layers, parameters, layout >= 3);
  const network = JSON.stringify(optionsOf(spec));
  if (layout < 2) metadata[KEYS.network] = network;
  if (scaling !== undefined && layout === 0) metadata[KEYS.scaling] = JSON.stringify(scaling);
  if (needsScaling) metadata[KEYS.needsScaling] = 'true';
  if (checkpoint !== undefined) {
    const { optimizer, earlyStopping, epochs, batches } = checkpoint;
    optimizer?.moments.forEach((moment, i) => {
      addLayers(tensors, `optimizer.${i}.`, spec.layers, moment, layout > 0);
    });
    if (earlyStopping?.best !== undefined) addLayers(tensors, 'best.', spec.layers, earlyStopping.best, layout > 0);
    const { lowest, lowestEpoch, reference, waited } = earlyStopping ?? {};
    metadata[KEYS.checkpoint] = JSON.stringify({
      epochs,
      batches,
      products: optimizer?.products,
      // JSON has no Infinity.
      patience: earlyStopping && { lowest: `${lowest}`, lowestEpoch, reference: `${reference}`, waited },
    });
  }
  if (layout >= 2) {
    const text = utf8Of(network);
    tensors.set(KEYS.network, { shape: [text.length], values: text });
  }
  return { tensors, metadata };
}

/** The name of a layer's tensor. Modules with even numbers are Linear, those with odd numbers are activations. */
export function tensorName(prefix: string, layer: number, tensor: 'weight' | 'bias'): string {
  return `${prefix}${2 * layer}.${tensor}`;
}

/** The name of the tensor that has the parameters of all layers: weights, then biases, layer by layer. */
export function joinedName(prefix: string): string {
  return `${prefix}parameters`;
}

function addLayers(
  tensors: Map<string, WrittenTensor>,
  prefix: string,
  layers: readonly LayerSpec[],
  parameters: readonly LayerParameters[],
  isJoined: boolean,
): void {
  if (isJoined) {
    const values = parameters.flatMap(({ weights, biases }) => [weights, biases]);
    tensors.set(joinedName(prefix), { shape: [values.reduce((sum, { length }) => sum + length, 0)], values });
    return;
  }
  parameters.forEach(({ weights, biases }, l) => {
    const { inputs, units, bias } = layers[l] as LayerSpec;
    tensors.set(tensorName(prefix, l, 'weight'), { shape: [units, inputs], values: weights });
    if (bias) tensors.set(tensorName(prefix, l, 'bias'), { shape: [units], values: biases });
  });
}

function addScaling(tensors: Map<string, WrittenTensor>, scaling: NetworkScaling): void {
  for (const side of ['inputs', 'targets'] as const) {
    for (const key of ['shift', 'scale'] as const) {
      const values = scaling[side]?.[key];
      if (values !== undefined) tensors.set(`${SCALING}${side}.${key}`, { shape: [values.length], values });
    }
  }
}

/** The options from which Network.create makes the same spec, but for a scaling that it was given: that is saved by itself. */
export function optionsOf({ outputs: _outputs, given: _given, layers, optimizer, ...rest }: NetworkSpec): object {
  const values: Record<string, unknown> = { ...optimizer, decay: optimizer.beta2 };
  return {
    ...rest,
    layers: layers.map(({ inputs: _inputs, slope, ...layer }) => ({
      ...layer,
      // JSON leaves undefined out.
      slope: slope === LEAKY_SLOPE ? undefined : slope,
    })),
    optimizer: Object.fromEntries(OPTIMIZER_KEYS[optimizer.type].map((key) => [key, values[key]])),
  };
}
