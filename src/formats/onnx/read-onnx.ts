/**
 * Reads a dense network from an ONNX model. Follows the graph from its outputs back to its input, and turns what it finds into layers,
 * scaling and labels. ERR_MODEL_FORMAT, ERR_MODEL_LIMIT or ERR_UNSUPPORTED for any other model. A chunk of its own.
 */
import { describe, WasmlpError } from '../../foundation/errors.js';
import { textOfUtf8 } from '../decode-utf8.js';
import { type GivenOptions, resolveImported } from '../imported-options.js';
import { parseJson } from '../json.js';
import type { Restored } from '../saved-model.js';
import { type Decoded, decode, type Node, type Port, TYPES } from './decode.js';
import { externalBytes } from './external-data.js';
import { IDENTITY } from './functions.js';
import { chainOf } from './layers.js';
import { LABELS } from './metadata.js';
import { apply } from './operators.js';
import { orderOf } from './order.js';
import { outputOf } from './outputs.js';
import { bad, networkRefusal, notDense, unsupported } from './refused.js';
import { constantOf, isReal, isWhole, type Refused, type Value } from './values.js';

/** Operators of older sets mean something else: they broadcast differently. */
const OLDEST_OPERATOR_SET = 7;

/** `given` are the caller's options: what fromONNX documents, unchecked, but for their names. */
export function readONNX(file: Uint8Array, given: GivenOptions): Restored {
  const external = externalBytes(given.externalData);
  const model = decode(file, external);
  const { operatorSet } = model;
  if (operatorSet < OLDEST_OPERATOR_SET) {
    throw unsupported(
      `the model is of operator set ${operatorSet}, and ${OLDEST_OPERATOR_SET} is the oldest understood`,
    );
  }
  const { rows, labels } = outputOf(model, valuesIn(model), given.output);
  const { scaling, parameters, ...found } = chainOf(rows, file.length + external.size);
  const own = labels === undefined && given.labels === undefined ? labelsIn(model) : undefined;
  const options = {
    ...found,
    normalize: scaling.inputs === undefined ? false : 'standard',
    normalizeTargets: scaling.targets === undefined ? false : 'standard',
    labels: labels ?? own,
  };
  const spec = resolveImported('fromONNX', given, options, networkRefusal(own !== undefined));
  return { model: { spec, parameters, scaling: scaling.inputs || scaling.targets ? scaling : undefined } };
}

/** What each tensor stands for that the outputs need. */
function valuesIn(model: Decoded): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const tensor of model.tensors) {
    if (values.has(tensor.name)) throw bad(`two tensors are named ${describe(tensor.name)}`);
    values.set(tensor.name, constantOf(tensor));
  }
  for (const name of model.sparseTensors) {
    values.set(name, {
      kind: 'refused',
      error: unsupported(`tensor ${describe(name)} is sparse, expected a dense one`),
    });
  }
  const inputs = model.inputs.filter(({ name }) => !values.has(name));
  if (inputs.length === 0) throw unsupported('the model has 0 inputs, expected one');
  inputs.forEach((input, place) => {
    values.set(input.name, inputOf(input, place));
  });
  for (const node of orderOf(model, values)) {
    const taken = node.inputs.map((name) => (name === '' ? undefined : takenFrom(values, name, node)));
    const refused = taken.find((value): value is Refused => value?.kind === 'refused');
    const results = refused === undefined ? resultsOf(node, taken) : [madeOf(refused, node)];
    const isRefused = results[0]?.kind === 'refused';
    node.outputs.forEach((name, i) => {
      const result = results[isRefused ? 0 : i];
      if (name !== '' && result !== undefined) values.set(name, result);
    });
  }
  return values;
}

/** An input is refused where an output is made of it, and not before: some carry a state, which passes through. */
function inputOf({ name, type = TYPES.float, dims }: Port, place: number): Value {
  if (!(isReal(type) || isWhole(type)) || (dims !== undefined && dims.length < 2)) {
    const error = unsupported(`the model's input ${describe(name)} is not rows of numbers`);
    return { kind: 'refused', error, passes: true };
  }
  const width = dims?.slice(1).reduce((product, size) => product && size && product * size, 1);
  return {
    kind: 'rows',
    base: { width, layer: undefined, place },
    values: IDENTITY,
    steps: [],
    scaled: undefined,
    isSoftmax: false,
    dims: dims?.slice(1) ?? [undefined],
    isWhole: isWhole(type),
    node: undefined,
  };
}

/** What a node makes of a value that is refused: it passes only untouched. */
function madeOf(refused: Refused, { operator }: Node): Refused {
  return refused.passes && operator !== 'Identity' ? { kind: 'refused', error: refused.error } : refused;
}

function resultsOf(node: Node, inputs: readonly (Value | undefined)[]): readonly Value[] {
  try {
    return apply({ node, inputs });
  } catch (error) {
    if (error instanceof WasmlpError && error.code === 'ERR_UNSUPPORTED') return [{ kind: 'refused', error }];
    throw error;
  }
}

/** The value of an input. Of most nodes only the first output has one: a dense network has no use for the others. */
function takenFrom(values: ReadonlyMap<string, Value>, name: string, node: Node): Value {
  const error = (): Error => notDense(node, `and takes ${describe(name)}, a second output of another node`);
  return values.get(name) ?? { kind: 'refused', error: error() };
}

/** The class names that toONNX wrote. */
function labelsIn({ metadata }: Decoded): unknown {
  const bytes = metadata.get(LABELS);
  if (bytes === undefined) return undefined;
  try {
    const text = textOfUtf8(bytes);
    return parseJson(text, 'its labels').labels;
  } catch (cause) {
    throw bad('its labels are not JSON', cause);
  }
}
