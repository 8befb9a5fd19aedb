/** What a network consists of, and how its public methods find it. */
import { BASIC_STEPS } from '../formats/onnx/basic-steps.js';
import type { Model } from '../model/model.js';
import type { NetworkSpec } from '../options/spec.js';
import type { Trainer } from '../training/trainer.js';

export interface Parts {
  readonly model: Model;
  readonly trainer: Trainer;
  readonly extras: Extras;
}

/** What files of some networks need: undefined where the network is none of them. */
export type Extras = typeof import('../formats/extras.js') | undefined;

/** From here on the header of a file may be too long for the usual layout. */
const MANY_LAYERS = 500;

/** Loads what files of this network need: of its scaling, of columns, of labels, of rarer activations, of many layers. */
export async function loadExtras({
  layers,
  labels,
  normalize,
  normalizeTargets,
  columns,
}: NetworkSpec): Promise<Extras> {
  const isBasic = layers.every(({ activation }) => Object.hasOwn(BASIC_STEPS, activation));
  const isNamed = labels !== undefined || columns !== undefined;
  const isLong = layers.length > MANY_LAYERS;
  if (isBasic && !isLong && !isNamed && normalize === false && normalizeTargets === false) return undefined;
  return await import('../formats/extras.js');
}

/**
 * Where a network has its parts. No private field: Vue, and other libraries that watch objects, call methods on a Proxy of the network, and
 * a Proxy has no private fields. A function, because some of them also give a Proxy of every object that they find in a property.
 */
const PARTS = Symbol('parts');

interface Holder {
  readonly [PARTS]: () => Parts;
}

/** Structured cloning would make an empty object of a network. A symbol it refuses, and V8 names it in the message. */
const CLONING = Symbol('a Network: send its toJSON() or save()');

export function holdParts(network: object, parts: Parts): void {
  Object.defineProperties(network, {
    [PARTS]: { value: (): Parts => parts },
    '[[Network]]': { value: CLONING, enumerable: true },
  });
}

export function partsOf(network: object): Parts {
  return (network as Holder)[PARTS]();
}
