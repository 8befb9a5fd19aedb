/** synaptic: neurons are objects. For a small network, it generates one function from them. */
import { LEARNING_RATE } from '../cases.js';
import { load } from './packages.js';
import type { Peer } from './peer.js';
import { outputsOf, type Problem, rowsOf } from './problem.js';

interface Neuron {
  bias: number;
  readonly connections: { readonly inputs: Readonly<Record<string, { readonly from: Neuron; weight: number }>> };
}

interface Layer {
  readonly list: readonly Neuron[];
  project(layer: Layer): unknown;
}

interface Network {
  setOptimize(optimize: boolean): void;
  activate(input: ArrayLike<number>): readonly number[];
}

interface Synaptic {
  readonly Layer: new (units: number) => Layer;
  readonly Network: new (layers: { input: Layer; hidden: readonly Layer[]; output: Layer }) => Network;
  readonly Trainer: {
    new (network: Network): { train(set: readonly object[], options: object): { error: number } };
    readonly cost: { readonly CROSS_ENTROPY: unknown };
  };
}

/** The generated function has a line for every connection: with 100,000 it takes seconds to generate, and runs at 0.7x. */
const GENERATED_CONNECTIONS = 10_000;

function createSynaptic({ widths, layers }: Problem): Network {
  const { Layer, Network } = load<Synaptic>('synaptic');
  const built = widths.map((units) => new Layer(units));
  for (const [index, { weights, biases }] of layers.entries()) {
    const [from, to] = [built[index] as Layer, built[index + 1] as Layer];
    from.project(to);
    const order = new Map(from.list.map((neuron, input) => [neuron, input]));
    for (const [unit, neuron] of to.list.entries()) {
      neuron.bias = biases[unit] as number;
      for (const connection of Object.values(neuron.connections.inputs)) {
        connection.weight = weights[unit * from.list.length + (order.get(connection.from) as number)] as number;
      }
    }
  }
  const [input, output] = [built[0] as Layer, built[built.length - 1] as Layer];
  const network = new Network({ input, hidden: built.slice(1, -1), output });
  const connections = layers.reduce((sum, { weights }) => sum + weights.length, 0);
  if (connections > GENERATED_CONNECTIONS) network.setOptimize(false);
  return network;
}

export const synaptic: Peer = {
  createTrainer: (problem) => {
    const { Trainer } = load<Synaptic>('synaptic');
    const trainer = new Trainer(createSynaptic(problem));
    const O = outputsOf(problem.widths);
    const targets = rowsOf(problem.targets, O);
    const set = rowsOf(problem.inputs, problem.widths[0] as number).map((row, sample) => ({
      input: Array.from(row),
      output: Array.from(targets[sample] as Float32Array),
    }));
    // Its steps and its cost are sums over the outputs. Ours are means.
    const options = { rate: LEARNING_RATE / O, error: 1e-200, cost: Trainer.cost.CROSS_ENTROPY };
    return (epochs) => trainer.train(set, { ...options, iterations: epochs }).error / O;
  },
  createPredictor: (problem) => {
    const network = createSynaptic(problem);
    const rows = rowsOf(problem.inputs, problem.widths[0] as number);
    return () => {
      const O = outputsOf(problem.widths);
      const outputs = new Float32Array(rows.length * O);
      for (const [row, input] of rows.entries()) outputs.set(network.activate(input), row * O);
      return outputs;
    };
  },
};
