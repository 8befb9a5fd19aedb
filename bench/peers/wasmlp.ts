/** wasmlp itself. Its options make several contenders of it. */
import { createNetwork } from '../cases.js';
import type { Peer } from './peer.js';
import type { Problem } from './problem.js';

type Options = Parameters<typeof createNetwork>[1];
type Network = Awaited<ReturnType<typeof createNetwork>>;

export function wasmlp(options: Options): Peer {
  return {
    createTrainer: async (problem, batchSize) => {
      const network = await networkOf(problem, options);
      return async (epochs) => {
        const { inputs, targets } = problem;
        const history = await network.fit(inputs, targets, { epochs, batchSize, shuffle: false });
        return history.epochs.at(-1)?.loss ?? Number.NaN;
      };
    },
    createPredictor: async (problem) => {
      const network = await networkOf(problem, options);
      return () => network.predict(problem.inputs);
    },
  };
}

async function networkOf(problem: Problem, options: Options): Promise<Network> {
  const network = await createNetwork(problem, options);
  for (const [layer, parameters] of problem.layers.entries()) network.setParameters(layer, parameters);
  return network;
}
