/** UTF-8 to text, strictly. jsdom and React Native lack TextDecoder; its result is the same. The reverse is in encode-utf8.ts. */

/** Throws some error if the bytes are not UTF-8. */
export function textOfUtf8(bytes: Uint8Array): string {
  if (typeof TextDecoder === 'function') return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  let escaped = '';
  for (const byte of bytes) escaped += `%${byte.toString(16).padStart(2, '0')}`;
  // As TextDecoder does, without the mark that some editors put at the beginning.
  return decodeURIComponent(escaped).replace(/^\ufeff/, '');
}
