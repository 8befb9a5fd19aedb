/** What a network consists of, and how its public methods find it. */
import type { Model } from '../model/model.js';
import type { Trainer } from '../training/trainer.js';

export interface Parts {
  readonly model: Model;
  readonly trainer: Trainer;
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
