/**
 * Reads an MLPClassifier or MLPRegressor of scikit-learn, perhaps with a StandardScaler or MinMaxScaler before it. The JSON names their
 * attributes as scikit-learn does; docs/other-libraries.md has the Python that writes it.
 */
import { float32 } from '../../foundation/memory.js';
import type { Activation } from '../../options/types.js';
import type { Restored } from '../saved-model.js';
import { type ForeignLayer, type ForeignScaling, NumberCount, restoredOf, scalingOf } from './foreign-network.js';
import { Part, type Reading } from './part.js';

const MEND = 'Give the JSON that the Python in docs/other-libraries.md writes.';
const KEYS = ['coefs', 'intercepts', 'activation', 'out_activation', 'classes', 'scaler'];
const HIDDEN: Readonly<Record<string, Activation>> = {
  identity: 'linear',
  logistic: 'sigmoid',
  tanh: 'tanh',
  relu: 'relu',
};
const OUTPUT: Readonly<Record<string, Activation>> = { identity: 'linear', logistic: 'sigmoid', softmax: 'softmax' };

export function readScikitLearn(reading: Reading, json: unknown): Restored {
  const file = Part.of({ ...reading, mend: MEND }, 'json', json);
  const unknown = file.keys().find((key) => !KEYS.includes(key));
  if (unknown !== undefined)
    throw file.get(unknown).refused('ERR_MODEL_FORMAT', `is unknown; known are ${KEYS.join(', ')}`);
  const hidden = activationOf(file.get('activation'), HIDDEN);
  const output = activationOf(file.get('out_activation'), OUTPUT);
  const { inputs, layers } = layersOf(file, hidden, output);
  const outputs = layers[layers.length - 1]?.options.units;
  if (output === 'softmax' && outputs === 1)
    throw file.get('out_activation').refused('ERR_MODEL_FORMAT', 'is "softmax" of one output');
  return restoredOf(file, {
    inputs,
    layers,
    labels: labelsOf(file.get('classes')),
    scaling: scalerOf(file.get('scaler'), inputs),
  });
}

function activationOf(part: Part, known: Readonly<Record<string, Activation>>): Activation {
  const name = part.string();
  const activation = Object.hasOwn(known, name) ? known[name] : undefined;
  if (activation !== undefined) return activation;
  const mend = `Those that are read here are ${Object.keys(known).join(', ')}.`;
  throw part.refused('ERR_UNSUPPORTED', `is ${JSON.stringify(name.slice(0, 40))}`, mend);
}

function layersOf(file: Part, hidden: Activation, output: Activation): { inputs: number; layers: ForeignLayer[] } {
  const coefs = file.get('coefs').items();
  const intercepts = file.get('intercepts').items(coefs.length);
  if (coefs.length === 0) throw file.get('coefs').bad('an array of a matrix for each layer');
  const count = new NumberCount();
  let width: number | undefined;
  let inputs = 0;
  const layers = coefs.map((matrix, l): ForeignLayer => {
    const biases = (intercepts[l] as Part).numbers();
    const units = biases.length;
    if (units === 0) throw (intercepts[l] as Part).bad('numbers');
    const rows = matrix.items(width).map((row) => row.numbers(units));
    if (rows.length === 0) throw matrix.bad('a row for each input');
    if (l === 0) inputs = rows.length;
    width = units;
    count.add(matrix, units * (rows.length + 1));
    const activation = l === coefs.length - 1 ? output : hidden;
    return { options: { units, activation }, weights: transposed(rows, units), biases };
  });
  return { inputs, layers };
}

/** From (inputs, units), as in scikit-learn, to (units, inputs). */
function transposed(rows: readonly Float32Array[], units: number): Float32Array {
  const weights = float32(rows.length * units);
  rows.forEach((row, i) => {
    for (let o = 0; o < units; o++) weights[o * rows.length + i] = row[o] as number;
  });
  return weights;
}

/** Class names as text, whatever type classes have in Python. */
function labelsOf(classes: Part): string[] | undefined {
  if (classes.missing) return undefined;
  return classes.items().map((name) => {
    const { value } = name;
    if (typeof value === 'string' || typeof value === 'boolean') return `${value}`;
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      const what = `is ${value}, where JSON's numbers are not exact (above 2^53)`;
      throw name.refused('ERR_MODEL_FORMAT', what, 'Write the classes as strings.');
    }
    if (typeof value === 'number' && Number.isFinite(value)) return `${value}`;
    throw name.bad('a string, a number or a boolean');
  });
}

/** A StandardScaler is (x - mean) / scale, a MinMaxScaler x scale + min. */
function scalerOf(scaler: Part, inputs: number): ForeignScaling | undefined {
  if (scaler.missing) return undefined;
  const keys = scaler.keys().sort().join();
  if (keys !== 'mean,scale' && keys !== 'min,scale') throw scaler.bad('{ mean, scale } or { min, scale }');
  const column = (key: string, fallback: number): number[] => {
    const part = scaler.get(key);
    // A StandardScaler has None here if with_mean or with_std is False.
    if (part.missing && keys === 'mean,scale') return new Array<number>(inputs).fill(fallback);
    return part.items(inputs).map((number) => number.number());
  };
  const scale = column('scale', 1);
  if (keys === 'mean,scale') return scalingOf(scaler, 'standard', column('mean', 0), scale);
  const shift = column('min', 0).map((min, i) => -min / (scale[i] as number));
  return scalingOf(
    scaler,
    'minMax',
    shift,
    scale.map((factor) => 1 / factor),
  );
}
