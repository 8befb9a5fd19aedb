/** Text to UTF-8. jsdom and some hosts of mobile apps lack TextEncoder; its result is the same. The reverse is in decode-utf8.ts. */
import { uint8From } from '../foundation/memory.js';
import type { Bytes } from './bytes.js';

export function utf8Of(text: string): Bytes {
  if (typeof TextEncoder === 'function') return new TextEncoder().encode(text);
  // Half of a surrogate pair has no UTF-8. Each byte of the rest becomes one character.
  const bytes = unescape(encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd')));
  return uint8From(Array.from(bytes, (character) => character.charCodeAt(0)));
}
