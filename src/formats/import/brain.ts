/**
 * Reads what toJSON() of a brain.js NeuralNetwork returns. Layers are objects of neurons (brain.js 0 and 1, and the first versions
 * of 2), or arrays of weights and biases. Written for brain.js 0.7.0, 1.6.1 and 2.0.0-beta.24.
 */
import { float32, float32From } from '../../foundation/memory.js';
import { joinFloat32 } from '../../foundation/more-memory.js';
import type { Activation } from '../../options/types.js';
import type { Restored } from '../saved-model.js';
import { type ForeignLayer, NumberCount, restoredOf } from './foreign-network.js';
import { Part, type Reading } from './part.js';

const MEND = 'Give what toJSON() of a brain.js NeuralNetwork returned, or JSON.stringify of it.';
const DENSE = ['NeuralNetwork', 'NeuralNetworkGPU'];
const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  sigmoid: 'sigmoid',
  relu: 'relu',
  'leaky-relu': 'leakyRelu',
  tanh: 'tanh',
};
/** The slope of brain.js's leaky-relu, unless another is given. */
const SLOPE = 0.01;

/** A layer. `rows` has, for each neuron, its weights from the layer before. */
interface Neurons {
  readonly rows: Float32Array[];
  readonly biases: Float32Array;
  /** The neurons' names, where they are named. */
  readonly names: readonly string[] | undefined;
}

export function readBrain(reading: Reading, json: unknown): Restored {
  const file = Part.of({ ...reading, mend: MEND }, 'json', json);
  checkKind(file);
  const [input, ...others] = file.get('layers').items();
  if (input === undefined || others.length === 0) throw file.get('layers').bad('an input layer and others');
  const inArrays = others[0]?.get('weights').isArray === true;
  const names = inArrays ? undefined : input.keys();
  const sizes = sizesOf(file, others.length + 1);
  const inputs = names?.length ?? sizes?.[0];
  if (inputs === undefined) throw file.get('sizes').bad('an array with the width of each layer');
  const neurons = neuronsOf(others, inputs, names);
  const widths = [inputs, ...neurons.map(({ rows }) => rows.length)];
  const wrong = widths.findIndex((width, i) => sizes !== undefined && sizes[i] !== width);
  if (wrong >= 0) throw (file.get('sizes').items()[wrong] as Part).bad(`${widths[wrong]}, as wide as that layer is`);
  const { activation, slope, factor } = activationOf(file, inArrays);
  const layers = neurons.map(({ rows, biases }): ForeignLayer => {
    const numbers = { weights: joinFloat32(rows), biases };
    for (const values of Object.values(numbers))
      for (let i = 0; i < values.length; i++) values[i] = factor * (values[i] as number);
    return { options: { units: rows.length, activation, ...(slope === undefined ? {} : { slope }) }, ...numbers };
  });
  const labels = labelsOf(file, neurons[neurons.length - 1] as Neurons);
  return restoredOf(file, { inputs, layers, labels: activation === 'sigmoid' ? labels : undefined });
}

/** ERR_UNSUPPORTED for other kinds of brain.js networks. */
function checkKind(file: Part): void {
  const type = file.get('type');
  const recurrent = !file.get('hiddenLayers').missing;
  const kind = type.missing ? (recurrent ? 'RNN' : 'NeuralNetwork') : type.string();
  if (!file.get('sets').missing && file.get('layers').missing) {
    throw file.refused(
      'ERR_UNSUPPORTED',
      'is of the kind CrossValidate, with several networks',
      'Give its sets[i].network.',
    );
  }
  if (!recurrent && (type.missing || DENSE.includes(kind))) return;
  const mend = 'Only NeuralNetwork and NeuralNetworkGPU are networks of dense layers.';
  throw file.refused('ERR_UNSUPPORTED', `is of the kind ${kind.slice(0, 40)}`, mend);
}

/** The width of each layer; undefined for files of brain.js 0. */
function sizesOf(file: Part, count: number): number[] | undefined {
  const sizes = file.get('sizes');
  return sizes.missing ? undefined : sizes.items(count).map((size) => size.width());
}

function neuronsOf(layers: readonly Part[], inputs: number, names: readonly string[] | undefined): Neurons[] {
  const count = new NumberCount();
  let width = inputs;
  let before = names;
  return layers.map((layer) => {
    const neurons = before === undefined ? fromArrays(layer, width) : fromObjects(layer, before);
    width = neurons.rows.length;
    before = neurons.names;
    if (width === 0) throw layer.bad('neurons');
    count.add(layer, width * (1 + (neurons.rows[0]?.length ?? 0)));
    return neurons;
  });
}

function fromArrays(layer: Part, inputs: number): Neurons {
  const rows = layer
    .get('weights')
    .items()
    .map((row) => row.numbers(inputs));
  return { rows, biases: layer.get('biases').numbers(rows.length), names: undefined };
}

/** Finds neurons by name. Where brain.js itself numbered them, the numbers are their names. */
function fromObjects(layer: Part, before: readonly string[]): Neurons {
  const names = layer.keys();
  const biases = float32(names.length);
  const rows = names.map((name, i) => {
    const neuron = layer.get(name);
    const weights = neuron.get('weights');
    biases[i] = neuron.get('bias').number();
    const given = weights.keys().length;
    if (given !== before.length)
      throw weights.refused('ERR_MODEL_FORMAT', `has ${given} weights, expected ${before.length}`);
    return float32From(before.map((key) => weights.get(key).number()));
  });
  return { rows, biases, names };
}

/**
 * The activation of every layer, and the factor that weighted sums are multiplied by before it. In brain.js 1, and in the GPU networks
 * of brain.js 2, leaky-relu of z is 0 below 0 and slope z above: relu of slope z. (_runInputLeakyRelu, weightedSumLeakyRelu)
 */
function activationOf(file: Part, inArrays: boolean): { activation: Activation; slope?: number; factor: number } {
  const options = file.get('trainOpts');
  // brain.js runs the activation of the last training. `options` has the one it was created with, which may be another.
  const holder = inArrays && !options.missing ? options : file;
  const given = holder.get('activation');
  const name = given.missing ? 'sigmoid' : given.string();
  const activation = Object.hasOwn(ACTIVATIONS, name) ? ACTIVATIONS[name] : undefined;
  if (activation === undefined) {
    const mend = `The activations of brain.js that are read are ${Object.keys(ACTIVATIONS).join(', ')}.`;
    throw given.refused('ERR_UNSUPPORTED', `is ${JSON.stringify(name.slice(0, 40))}`, mend);
  }
  if (activation !== 'leakyRelu') return { activation, factor: 1 };
  const slope = holder.get('leakyReluAlpha').number(SLOPE);
  const type = file.get('type').value;
  if (inArrays && type !== 'NeuralNetworkGPU') return { activation, slope, factor: 1 };
  if (slope > 0) return { activation: 'relu', factor: slope };
  throw holder.get('leakyReluAlpha').refused('ERR_UNSUPPORTED', `is ${slope}`, 'Train with a slope above 0.');
}

/** Names of the outputs, where they have names and are classes. A single output is not one class of several. */
function labelsOf(file: Part, { names, rows }: Neurons): readonly string[] | undefined {
  const lookup = file.get('outputLookup');
  if (rows.length < 2 || lookup.missing || lookup.value === false) return undefined;
  // Layers of arrays have the order of the lookup, layers of objects that of their neurons.
  if (names !== undefined) return names;
  const labels = new Array<string>(rows.length);
  const keys = lookup.keys();
  for (const key of keys) {
    const index = lookup.get(key).number();
    if (!(index in rows) || index in labels) throw lookup.get(key).bad(`an index of one output of ${rows.length}`);
    labels[index] = key;
  }
  if (keys.length !== rows.length) throw lookup.bad(`the names of ${rows.length} outputs`);
  return labels;
}
