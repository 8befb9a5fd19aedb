/**
 * Writes a network as a safetensors file. Tensors have the names of a torch.nn.Sequential of Linear and activation modules, so that
 * load_state_dict takes the file as it is: 0.weight, 0.bias, 2.weight and so on. The rest is metadata. Knows no bytes.
 */
import type { LayerParameters } from '../../engine/engine.js';
import { LEAKY_SLOPE } from '../../options/activations.js';
import { OPTIMIZER_KEYS } from '../../options/optimizers.js';
import type { LayerSpec, NetworkSpec } from '../../options/spec.js';
import type { Checkpoint } from '../../training/state.js';
import type { Bytes } from '../bytes.js';
import type { SavedModel } from '../saved-model.js';
import { headerOf, MAX_HEADER_BYTES, type WrittenTensor, writeSafetensors } from './write-safetensors.js';

/** The version of the metadata. A reader refuses files with a newer one. */
export const VERSION = 1;

/**
 * What a file has besides the tensors, each as JSON: the version as `wasmlp`, the options as `network`, `scaling`, `needsScaling` where the
 * parameters may belong to a scaling that was not set, and `checkpoint`.
 */
export type Metadata = Readonly<Record<string, string>>;

/** Writes files whose header would be too long: write-large.ts. */
interface LargeWriter {
  writeLarge(model: SavedModel, metadata: Metadata, checkpoint: Checkpoint | undefined): Bytes;
}

/** Networks that may need it give a writer for long headers. Without it they are refused with ERR_MODEL_LIMIT. */
export function writeModel(model: SavedModel, checkpoint?: Checkpoint, large?: LargeWriter): Bytes {
  const { spec, parameters } = model;
  const tensors = new Map<string, WrittenTensor>();
  addLayers(tensors, '', spec.layers, parameters);
  checkpoint?.optimizer?.moments.forEach((moment, i) => {
    addLayers(tensors, `optimizer.${i}.`, spec.layers, moment);
  });
  const best = checkpoint?.earlyStopping?.best;
  if (best !== undefined) addLayers(tensors, 'best.', spec.layers, best);
  const metadata = metadataOf(model, checkpoint);
  const header = headerOf(tensors, metadata);
  if (header.length > MAX_HEADER_BYTES && large !== undefined) return large.writeLarge(model, metadata, checkpoint);
  return writeSafetensors(tensors, metadata, header);
}

export function metadataOf({ spec, scaling, needsScaling }: SavedModel, checkpoint?: Checkpoint): Metadata {
  const { optimizer, earlyStopping, epochs, batches } = checkpoint ?? {};
  const { lowest, lowestEpoch, reference, waited } = earlyStopping ?? {};
  const training = {
    epochs,
    batches,
    products: optimizer?.products,
    // JSON has no Infinity.
    patience: earlyStopping && { lowest: `${lowest}`, lowestEpoch, reference: `${reference}`, waited },
  };
  return {
    wasmlp: `${VERSION}`,
    network: JSON.stringify(optionsOf(spec)),
    ...(scaling && { scaling: JSON.stringify(scaling) }),
    ...(needsScaling && { needsScaling: 'true' }),
    ...(checkpoint && { checkpoint: JSON.stringify(training) }),
  };
}

/** The name of a layer's tensor. Modules with even numbers are Linear, those with odd numbers are activations. */
export function tensorName(prefix: string, layer: number, tensor: 'weight' | 'bias'): string {
  return `${prefix}${2 * layer}.${tensor}`;
}

export function addLayers(
  tensors: Map<string, WrittenTensor>,
  prefix: string,
  layers: readonly LayerSpec[],
  parameters: readonly LayerParameters[],
): void {
  parameters.forEach(({ weights, biases }, l) => {
    const { inputs, units, bias } = layers[l] as LayerSpec;
    tensors.set(tensorName(prefix, l, 'weight'), { shape: [units, inputs], values: weights });
    if (bias) tensors.set(tensorName(prefix, l, 'bias'), { shape: [units], values: biases });
  });
}

/** The options from which Network.create makes the same spec, but for a scaling that it was given: that is saved by itself. */
function optionsOf({ outputs: _outputs, given: _given, layers, optimizer, ...rest }: NetworkSpec): object {
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
