/** Text to UTF-8. jsdom and some hosts of mobile apps lack TextEncoder; its result is the same. The reverse is in decode-utf8.ts. */
import type { Bytes } from './bytes.js';

export function utf8Of(text: string): Bytes {
  if (typeof TextEncoder === 'function') return new TextEncoder().encode(text);
  // Half of a surrogate pair has no UTF-8. What is left is ASCII, and %XX for each other byte.
  const escaped = encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
  const characters = escaped.match(/%..|./g) ?? [];
  return Uint8Array.from(characters, (character) =>
    character.length === 1 ? character.charCodeAt(0) : Number.parseInt(character.slice(1), 16),
  );
}
