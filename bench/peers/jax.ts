/** jax-js on its WebAssembly backend: one step is a function compiled by `jit`, its gradients by `valueAndGrad`. It counts references: a call takes its arguments. */
import { LEARNING_RATE } from '../cases.js';
import { load } from './packages.js';
import type { Peer } from './peer.js';
import { type Layer, outputsOf, type Problem } from './problem.js';

interface Tensor {
  /** The same tensor, for one more call. */
  readonly ref: Tensor;
  add(other: Tensor): Tensor;
  sub(other: Tensor): Tensor;
  mul(factor: number): Tensor;
  mean(): Tensor;
  reshape(shape: readonly number[]): Tensor;
  data(): Promise<Float32Array>;
  dataSync(): Float32Array;
}

type Parameters = [weights: Tensor, biases: Tensor][];
type Step = (parameters: Parameters, inputs: Tensor, targets: Tensor) => [loss: Tensor, Parameters];

interface Jax {
  init(device: 'wasm'): Promise<readonly string[]>;
  jit<F>(run: F): F;
  valueAndGrad(loss: (parameters: Parameters, inputs: Tensor, targets: Tensor) => Tensor): Step;
  readonly nn: { sigmoid(x: Tensor): Tensor };
  readonly numpy: {
    array(values: Float32Array): Tensor;
    dot(a: Tensor, b: Tensor): Tensor;
    square(x: Tensor): Tensor;
  };
}

async function start(): Promise<Jax> {
  const jax = load<Jax>('@jax-js/jax');
  if (!(await jax.init('wasm')).includes('wasm')) throw new Error('jax-js has no WebAssembly backend here.');
  return jax;
}

const rowsOf = ({ numpy }: Jax, values: Float32Array, width: number): Tensor =>
  numpy.array(values).reshape([values.length / width, width]);

function parametersOf(jax: Jax, { layers, widths }: Problem): Parameters {
  return layers.map(({ weights, biases }: Layer, layer) => {
    const inputs = widths[layer] as number;
    const units = biases.length;
    const transposed = Float32Array.from(
      weights,
      (_, at) => weights[(at % units) * inputs + Math.floor(at / units)] as number,
    );
    return [rowsOf(jax, transposed, units), jax.numpy.array(biases)];
  });
}

const forward = ({ nn, numpy }: Jax, parameters: Parameters, inputs: Tensor): Tensor =>
  parameters.reduce((x, [weights, biases]) => nn.sigmoid(numpy.dot(x, weights).add(biases)), inputs);

const owned = (parameters: Parameters): Parameters => parameters.map(([weights, biases]) => [weights.ref, biases.ref]);

function stepOf(jax: Jax): Step {
  const gradients = jax.valueAndGrad((parameters, inputs, targets) =>
    jax.numpy.square(forward(jax, parameters, inputs).sub(targets)).mean(),
  );
  return jax.jit<Step>((parameters, inputs, targets) => {
    const [loss, slopes] = gradients(owned(parameters), inputs, targets);
    const stepped = parameters.map(([weights, biases], layer) => {
      const [ofWeights, ofBiases] = slopes[layer] as [Tensor, Tensor];
      return [weights.sub(ofWeights.mul(LEARNING_RATE)), biases.sub(ofBiases.mul(LEARNING_RATE))] as [Tensor, Tensor];
    });
    return [loss, stepped];
  });
}

export const jax: Peer = {
  createTrainer: async (problem, batchSize) => {
    const jaxjs = await start();
    const { samples, inputs, targets, widths } = problem;
    const [I, O] = [widths[0] as number, outputsOf(widths)];
    const batches = Array.from({ length: Math.ceil(samples / batchSize) }, (_, batch) => {
      const [from, to] = [batch * batchSize, Math.min((batch + 1) * batchSize, samples)];
      const part = (values: Float32Array, width: number): Tensor =>
        rowsOf(jaxjs, values.slice(from * width, to * width), width);
      return { x: part(inputs, I), t: part(targets, O), count: to - from };
    });
    const step = stepOf(jaxjs);
    let parameters = parametersOf(jaxjs, problem);
    return async (epochs) => {
      let mean = Number.NaN;
      for (let epoch = 0; epoch < epochs; epoch++) {
        const losses: Tensor[] = [];
        for (const { x, t } of batches) {
          const [loss, stepped] = step(parameters, x.ref, t.ref);
          parameters = stepped;
          losses.push(loss);
        }
        const sums = await Promise.all(
          losses.map(async (loss, batch) => ((await loss.data())[0] as number) * (batches[batch]?.count ?? 0)),
        );
        mean = sums.reduce((sum, each) => sum + each, 0) / samples;
      }
      return mean;
    };
  },
  createPredictor: async (problem) => {
    const jaxjs = await start();
    const parameters = parametersOf(jaxjs, problem);
    const width = problem.widths[0] as number;
    const predict = jaxjs.jit((given: Parameters, x: Tensor) => forward(jaxjs, given, x));
    return () => predict(owned(parameters), rowsOf(jaxjs, problem.inputs, width)).dataSync();
  },
};
