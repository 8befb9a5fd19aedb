/** Runs ONNX models in ONNX Runtime, and compares what they answer there with what they answer here. */
import { env, InferenceSession, Tensor } from 'onnxruntime-web';
import { Network, type ONNXOptions } from '../../../src/index.js';
import { beyondBound } from '../findings.js';
import { ENGINES } from '../networks.js';
import { SeededRandom } from '../seeded.js';
import { modelOf, type TestGraph, type TestTensor } from './onnx-graphs.js';

env.wasm.numThreads = 1;

/** One output of a model for rows. Inputs get their columns in order, and such as are not rows get zeros. */
export async function runModel(
  model: Uint8Array,
  feeds: Readonly<Record<string, { readonly data: Float32Array; readonly dims: readonly number[] }>>,
  output: string,
): Promise<number[]> {
  const session = await InferenceSession.create(model, { executionProviders: ['wasm'], logSeverityLevel: 3 });
  const tensors = Object.entries(feeds).map(
    ([name, { data, dims }]) => [name, new Tensor('float32', data, dims)] as const,
  );
  const outputs = await session.run(Object.fromEntries(tensors), [output]);
  await session.release();
  return Array.from(outputs[output]?.data as Float32Array);
}

export interface Comparison {
  /** The output to compare. Default y. */
  readonly output?: string;
  /** Sizes of a row. Default those of the first input. */
  readonly dims?: readonly number[];
  readonly options?: ONNXOptions;
  readonly inputs?: Readonly<Record<string, readonly number[]>>;
  /** Default 5. */
  readonly rows?: number;
}

/**
 * Says where a graph answers otherwise here than in ONNX Runtime; undefined where it nowhere does. Rows are random. Samples have the
 * columns of the inputs in order.
 */
export async function differenceIn(
  graph: TestGraph,
  name: string,
  comparison: Comparison = {},
): Promise<string | undefined> {
  const { output = 'y', options, rows = 5 } = comparison;
  const given = graph.inputs ?? [{ name: 'x' }];
  const model = modelOf({
    ...graph,
    // ONNX Runtime wants a name only once.
    nodes: graph.nodes.map((each, i) => ({ ...each, name: `${each.operator} ${i}` })),
    // And it wants the types of outputs.
    outputs: (graph.outputs ?? ['y']).map((each) => (typeof each === 'string' ? { name: each, type: 1 } : each)),
  });
  const random = new SeededRandom(name);
  const feeds = given
    .filter((input) => !graph.tensors?.some((tensor) => tensor.name === input.name))
    .map(({ name: input, dims = [0, 2] }) => {
      const sizes = [rows, ...dims.slice(1)];
      const count = sizes.reduce((product, size) => product * size, 1);
      return { input, dims: sizes, width: count / rows, data: random.floats(count, 2) };
    });
  const expected = await runModel(model, Object.fromEntries(feeds.map(({ input, ...feed }) => [input, feed])), output);
  const used = feeds.filter(({ dims }) => dims.length > 1);
  const differences: (string | undefined)[] = [];
  for (const engine of ENGINES) {
    const network = await Network.fromONNX(model, { ...options, engine });
    const samples = Array.from({ length: rows }, (_, row) =>
      used.flatMap(({ data, width }) => [...data.subarray(row * width, (row + 1) * width)]).slice(0, network.inputs),
    );
    const answers = network.predict(samples).flatMap((row) => [...row]);
    const bound = (i: number): number => 1e-5 * Math.max(1, Math.abs(expected[i] as number));
    differences.push(beyondBound(name, answers, expected, bound));
  }
  return differences.find((difference) => difference !== undefined);
}

/** Random numbers for a tensor, the same for the same name. */
export function randomTensor(name: string, dims: readonly number[], scale = 1): TestTensor {
  const count = dims.reduce((product, size) => product * size, 1);
  return { name, dims, values: [...new SeededRandom(name).floats(count, scale)] };
}

export function positiveTensor(name: string, dims: readonly number[]): TestTensor {
  const { values = [], ...tensor } = randomTensor(name, dims);
  return { ...tensor, values: values.map((value) => Math.abs(value) + 0.5) };
}

/** Whole numbers, for shapes and axes. */
export function wholeTensor(name: string, ...values: number[]): TestTensor {
  return { name, dims: [values.length], type: 7, values };
}

export function numberTensor(name: string, value: number): TestTensor {
  return { name, dims: [], values: [value] };
}
