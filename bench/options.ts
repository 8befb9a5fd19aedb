/** What each option of training costs: the same network and batches with one option, against plain stochastic gradient descent. */
import type { FitOptions, NetworkOptions } from 'wasmlp';
import { type Case, createNetwork, dataOf, type Library } from './cases.js';
import { agrees } from './measure.js';
import { trainingContender } from './runs.js';
import type { Contender } from './timing.js';

interface Variation {
  readonly create?: Partial<NetworkOptions>;
  readonly training?: (benchCase: Case) => FitOptions;
  /** The options of the hidden layers. */
  readonly hidden?: Partial<NetworkOptions['layers'][number]>;
}

/** Under the names of the columns. The first is compared with all others. */
export const VARIATIONS: Readonly<Record<string, Variation>> = {
  'plain sgd': {},
  momentum: { create: { optimizer: { type: 'sgd', learningRate: 0.1, momentum: 0.9 } } },
  adam: { create: { optimizer: 'adam' } },
  adamw: { create: { optimizer: 'adamw' } },
  rmsprop: { create: { optimizer: { type: 'rmsprop', learningRate: 0.001 } } },
  adagrad: { create: { optimizer: 'adagrad' } },
  'dropout 0.5': { hidden: { dropout: 0.5 } },
  gelu: { hidden: { activation: 'gelu' } },
  'weight decay': { create: { optimizer: { type: 'sgd', learningRate: 0.1, weightDecay: 0.001 } } },
  l1: { hidden: { l1: 0.0001 } },
  clipNorm: { training: () => ({ clipNorm: 1 }) },
  'sample weights': { training: ({ samples }) => ({ sampleWeights: new Float32Array(samples).fill(0.5) }) },
};

/** How much the losses of the two engines may differ. */
const AGREEMENT = 1e-4;

/** Trains with the option of this name. Checks first that both engines get the same losses. */
export async function variationContender(
  library: Library,
  benchCase: Case,
  batchSize: number,
  name: string,
): Promise<Contender> {
  const contenders = [];
  for (const engine of ['js', 'wasm'] as const) {
    contenders.push(await contenderOf(library, benchCase, batchSize, name, engine));
  }
  const [js, wasm] = contenders as [Contender, Contender];
  if (!agrees(js.result, wasm.result, AGREEMENT)) {
    throw new Error(`${name}: the engines differ: ${js.result} and ${wasm.result}`);
  }
  // Each option gives other losses, so they are not compared.
  return { ...wasm, result: [] };
}

async function contenderOf(
  library: Library,
  benchCase: Case,
  batchSize: number,
  name: string,
  engine: 'js' | 'wasm',
): Promise<Contender> {
  const { create, training, hidden } = VARIATIONS[name] as Variation;
  const { inputs, targets } = dataOf(benchCase);
  const { widths, samples } = benchCase;
  const layers = widths.slice(1).map((units, layer) => (layer < widths.length - 2 ? { units, ...hidden } : { units }));
  const network = await createNetwork(benchCase, { layers, ...create, engine }, library);
  const options = { ...training?.(benchCase), batchSize, shuffle: false };
  const train = async (epochs: number): Promise<number> => {
    const history = await network.fit(inputs, targets, { ...options, epochs });
    return history.epochs.at(-1)?.loss ?? Number.NaN;
  };
  return trainingContender(train, samples);
}
