/** The networks that we measure, with their data and first weights. They come from the built package in dist/. */
import { type LayerParameters, Network, type NetworkOptions } from 'wasmlp';

export interface Case {
  /** Layer widths, inputs first. */
  readonly widths: readonly number[];
  readonly samples: number;
}

export const CASES: readonly Case[] = [
  { widths: [2, 2, 1], samples: 4096 },
  { widths: [64, 32, 10], samples: 2048 },
  { widths: [784, 128, 10], samples: 512 },
  { widths: [784, 512, 256, 10], samples: 256 },
];

/** Those who ask for threads have more samples: what a fit does once, at its start and end, must not be what is measured. */
export function withManySamples({ widths, samples }: Case): Case {
  return { widths, samples: 8 * samples };
}

export const LEARNING_RATE = 0.1;

export interface Data {
  readonly inputs: Float32Array;
  readonly targets: Float32Array;
}

/** Samples like normalized images: inputs in [0, 1), at most one target of 1 in each row. The same in every call. */
export function dataOf({ widths, samples }: Case): Data {
  const width = widths[0] as number;
  const outputs = widths[widths.length - 1] as number;
  let state = 1;
  const inputs = Float32Array.from({ length: samples * width }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x80000000;
  });
  const targets = new Float32Array(samples * outputs);
  for (let s = 0; s < samples; s++) targets[s * outputs + (s % outputs)] = s % (outputs + 1) < outputs ? 1 : 0;
  return { inputs, targets };
}

/** A build of the package. The default is the one of this checkout. */
export type Library = Pick<typeof import('wasmlp'), 'Network'>;

/** Sigmoid everywhere and mean squared error, as in the tutorials. The seed gives every engine the same weights. */
export function createNetwork(
  { widths }: Case,
  options: Partial<NetworkOptions> = {},
  library: Library = { Network },
): Promise<Network> {
  return library.Network.create({
    inputs: widths[0] as number,
    layers: widths.slice(1).map((units) => ({ units })),
    loss: 'meanSquaredError',
    optimizer: { type: 'sgd', learningRate: LEARNING_RATE },
    seed: 1,
    ...options,
  });
}

export function parametersOf(network: Network): LayerParameters[] {
  return network.layers.map((_, layer) => network.getParameters(layer));
}

export function nameOf({ widths }: Case): string {
  return widths.join('-');
}
