/**
 * Writes a network as a safetensors file. Tensors have the names of a torch.nn.Sequential of Linear and activation modules, so that
 * load_state_dict takes the file as it is: 0.weight, 0.bias, 2.weight and so on. The rest is metadata. Knows no bytes.
 */
import type { LayerParameters } from '../../engine/engine.js';
import { LEAKY_SLOPE } from '../../options/activations.js';
import type { LayerSpec } from '../../options/layers.js';
import type { NetworkSpec } from '../../options/network.js';
import { OPTIMIZER_KEYS } from '../../options/optimizers.js';
import type { Checkpoint } from '../../training/state.js';
import type { Bytes } from '../bytes.js';
import { numbersAsArrays, type SavedModel } from '../saved-model.js';
import { type Tensor, writeSafetensors } from './write-safetensors.js';

/** The version of the metadata. A reader refuses files with a newer one. */
export const VERSION = 1;

export const KEYS = { version: 'wasmlp', network: 'network', scaling: 'scaling', checkpoint: 'checkpoint' } as const;

export function writeModel({ spec, parameters, scaling }: SavedModel, checkpoint?: Checkpoint): Bytes {
  const tensors = new Map<string, Tensor>();
  addTensors(tensors, '', spec.layers, parameters);
  const metadata: Record<string, string> = {
    [KEYS.version]: `${VERSION}`,
    [KEYS.network]: JSON.stringify(optionsOf(spec)),
  };
  if (scaling !== undefined) metadata[KEYS.scaling] = JSON.stringify(scaling, numbersAsArrays);
  if (checkpoint !== undefined) {
    const { optimizer, earlyStopping, epochs, batches } = checkpoint;
    optimizer?.moments.forEach((moment, i) => {
      addTensors(tensors, `optimizer.${i}.`, spec.layers, moment);
    });
    if (earlyStopping?.best !== undefined) addTensors(tensors, 'best.', spec.layers, earlyStopping.best);
    const { lowest, lowestEpoch, reference, waited } = earlyStopping ?? {};
    metadata[KEYS.checkpoint] = JSON.stringify({
      epochs,
      batches,
      products: optimizer?.products,
      // JSON has no Infinity.
      patience: earlyStopping && { lowest: `${lowest}`, lowestEpoch, reference: `${reference}`, waited },
    });
  }
  return writeSafetensors(tensors, metadata);
}

/** The name of a layer's tensor. Modules with even numbers are Linear, those with odd numbers are activations. */
export function tensorName(prefix: string, layer: number, tensor: 'weight' | 'bias'): string {
  return `${prefix}${2 * layer}.${tensor}`;
}

function addTensors(
  tensors: Map<string, Tensor>,
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

/** The options from which Network.create makes the same spec. */
function optionsOf({ outputs: _outputs, layers, optimizer, ...rest }: NetworkSpec): object {
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
