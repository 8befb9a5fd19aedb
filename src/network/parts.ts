/** What a network consists of, and how its public methods find it. */
import { codedError } from '../foundation/errors.js';
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
  readonly [PARTS]?: () => Parts;
}

/**
 * Gives a new network its parts. The one property that others see makes structuredClone and postMessage throw, with its text in the
 * message of V8: they would make an empty object of the network.
 */
export function holdParts(network: object, parts: Parts): void {
  Object.defineProperties(network, {
    [PARTS]: { value: (): Parts => parts },
    '[[Network]]': { value: CANNOT_BE_CLONED, enumerable: true },
  });
}

const CANNOT_BE_CLONED = Symbol('a Network: send network.toJSON() or network.save(), and Network.load makes one of it');

export function partsOf(network: object): Parts {
  const parts = (network as Holder | undefined)?.[PARTS];
  if (parts !== undefined) return parts();
  const mend = 'Call it as network.method(…), or keep method.bind(network).';
  throw codedError('ERR_INVALID_TYPE', `Network: a method was called without its network. ${mend}`);
}
