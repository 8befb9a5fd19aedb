/** Reads what write-json.ts writes. Validates it as read-model.ts validates a file, or throws the same errors. */

import { describe } from '../../foundation/errors.js';
import { float32, uint8 } from '../../foundation/memory.js';
import { isObject } from '../../foundation/more-checks.js';
import type { LayerSpec } from '../../options/spec.js';
import { LITTLE_ENDIAN } from '../bytes.js';
import { parseJson } from '../json.js';
import { checkVersion, specOf, takeParameters, takeScaling } from '../safetensors/read-model.js';
import { bad } from '../safetensors/refused.js';
import { tensorName } from '../safetensors/write-model.js';
import type { Tensor } from '../safetensors/write-safetensors.js';
import type { Restored } from '../saved-model.js';

/** The most objects and arrays: four for each of ten thousands of layers. */
const MAX_CONTAINERS = 2 ** 18;

const KEYS = ['wasmlp', 'network', 'scaling', 'needsScaling', 'parameters'];

export function readJson(text: string): Restored {
  // \s takes a byte order mark, which JSON.parse does not.
  if (!/^\s*\{/.test(text)) {
    throw bad('its text is no JSON object. A path is read by loadFile of wasmlp/node, an address by fetch');
  }
  const json = parseJson(text.trimStart(), 'it', MAX_CONTAINERS);
  const { wasmlp, network, scaling, needsScaling, parameters } = json;
  if (Object.keys(json).length === 0) {
    throw bad('it is {}, which is what JSON and structured clones made of a network: its weights are not in it');
  }
  if (wasmlp === undefined) {
    throw bad(
      'it does not say its version. JSON of brain.js is read by fromBrain, other JSON by fromTensorFlow or fromScikitLearn',
    );
  }
  checkVersion(typeof wasmlp === 'number' ? `${wasmlp}` : undefined);
  const unknown = Object.keys(json).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw bad(`it has the key ${describe(unknown)}`);
  if (!isObject(network)) throw bad('it has no network');
  const spec = specOf(network);
  const tensors = tensorsOf(parameters, spec.layers);
  return {
    model: {
      spec,
      parameters: takeParameters(tensors, '', spec.layers),
      scaling: takeScaling(spec, new Map(), scaling === undefined ? undefined : JSON.stringify(scaling)),
      needsScaling: needsScaling === true,
    },
  };
}

function tensorsOf(parameters: unknown, layers: readonly LayerSpec[]): Map<string, Tensor> {
  if (!Array.isArray(parameters) || parameters.length !== layers.length) {
    throw bad(`its parameters are not those of ${layers.length} layers`);
  }
  const tensors = new Map<string, Tensor>();
  layers.forEach(({ units, inputs, bias }, l) => {
    const { weights, biases, ...others } = isObject(parameters[l]) ? parameters[l] : {};
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) throw bad(`its parameters[${l}] has the key ${describe(unknown)}`);
    const add = (
      name: 'weight' | 'bias',
      where: string,
      text: unknown,
      shape: readonly number[],
      count: number,
    ): void => {
      tensors.set(tensorName('', l, name), { shape, values: floatsOf(`parameters[${l}].${where}`, text, count) });
    };
    add('weight', 'weights', weights, [units, inputs], units * inputs);
    add('bias', 'biases', biases, [units], bias ? units : 0);
  });
  return tensors;
}

/** The `count` numbers that base64 holds. */
function floatsOf(where: string, text: unknown, count: number): Float32Array {
  const bytes = 4 * count;
  if (typeof text !== 'string' || text.length !== 4 * Math.ceil(bytes / 3) || !/^[\w+/-]*={0,2}$/.test(text)) {
    throw bad(`its ${where} is not base64 of ${count} float32 numbers`);
  }
  const characters = decoded(text, where);
  if (characters.length !== bytes) throw bad(`its ${where} has ${characters.length} bytes, expected ${bytes}`);
  const view = new DataView(uint8(bytes).buffer);
  for (let i = 0; i < bytes; i++) view.setUint8(i, characters.charCodeAt(i));
  if (LITTLE_ENDIAN) return new Float32Array(view.buffer);
  const values = float32(count);
  for (let i = 0; i < count; i++) values[i] = view.getFloat32(4 * i, true);
  return values;
}

function decoded(text: string, where: string): string {
  try {
    return atob(text);
  } catch (cause) {
    throw bad(`its ${where} is not base64`, cause);
  }
}
