/**
 * A look over JSON text before JSON.parse, which 100 MB of brackets cost half a minute and gigabytes (Node 20, 2026-11-21). Knows no
 * format: whatever is within these bounds takes memory in proportion to its text.
 */
import { MAX_WIDTH } from '../../options/layers.js';
import { closingQuote } from '../json.js';

/** Keras 3 nests a dozen. */
const MOST_DEEP = 64;
/** Rows of weights, neurons: four of the widest layers. */
const MOST_CONTAINERS = 2 ** 22;

/** What is too much in a text, for a message; undefined where nothing is. What is no JSON is for JSON.parse to find. */
export function excessOf(text: string): string | undefined {
  /** Commas of the objects and arrays that are open, outermost first. */
  const commas = new Uint32Array(MOST_DEEP + 1);
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
        if (depth === MOST_DEEP) return `objects and arrays more than ${MOST_DEEP} deep`;
        if (++containers > MOST_CONTAINERS) return `more than ${MOST_CONTAINERS} objects and arrays`;
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
