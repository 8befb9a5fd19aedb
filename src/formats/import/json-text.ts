/**
 * Scans JSON text before JSON.parse, which takes half a minute and gigabytes for 100 MB of brackets (Node 20, 2026-11-21). A text within
 * these limits takes memory in proportion to its length. Knows no format.
 */
import { uint32 } from '../../foundation/memory.js';
import { MAX_WIDTH } from '../../options/plain.js';
import { closingQuote } from '../json.js';

/** Models of Keras 3 are about a dozen levels deep. */
const MAX_DEPTH = 64;
/** Each neuron or row of weights is one. This is enough for four of the widest layers. */
const MAX_CONTAINERS = 2 ** 22;

/** Says, for a message, what a text has too much of; undefined where nothing is too much. JSON.parse finds what is not JSON. */
export function excessOf(text: string): string | undefined {
  /** Commas so far of each open object or array, outermost first. */
  const commas = uint32(MAX_DEPTH + 1);
  let depth = 0;
  let containers = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = closingQuote(text, at);
        if (at < 0) return undefined;
        break;
      case 0x2c: // ,
        commas[depth] = (commas[depth] as number) + 1;
        if ((commas[depth] as number) >= MAX_WIDTH) return `an object or array of more than ${MAX_WIDTH} elements`;
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (depth === MAX_DEPTH) return `objects and arrays more than ${MAX_DEPTH} deep`;
        if (++containers > MAX_CONTAINERS) return `more than ${MAX_CONTAINERS} objects and arrays`;
        commas[++depth] = 0;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        if (depth === 0) return undefined;
        depth--;
        break;
    }
  }
  return undefined;
}
