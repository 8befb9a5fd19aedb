/** Writes settings and weights as the part of an address after the #. link.js reads them back. */

/** @typedef {import('./settings.js').Settings} Settings */

/** A link with more weights than this would be too long to send. */
export const MOST_WEIGHTS = 100;
/** What a link may have besides settings. */
export const WEIGHTS = 'weights';

/**
 * Writes all settings, defaults too, so that a link still means the same after the defaults have changed.
 * @param {Settings} settings
 */
export function toHash(settings) {
  const [layers, extra] = [settings.layers, settings.extra].map((list) => list.join('-') || 'none');
  const entries = Object.entries({ ...settings, layers, extra });
  return `#${entries.map(([key, value]) => `${key}=${value}`).join('&')}`;
}

/**
 * Numbers as text that an address may hold: float32, little-endian, as base64url.
 * @param {Float32Array} numbers
 */
export function toText(numbers) {
  const bytes = new Uint8Array(4 * numbers.length);
  const view = new DataView(bytes.buffer);
  numbers.forEach((number, i) => {
    view.setFloat32(4 * i, number, true);
  });
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

/** The part of a link that carries weights; nothing where there are too many. @param {Float32Array} weights */
export function weightsPart(weights) {
  return weights.length > MOST_WEIGHTS ? '' : `&${WEIGHTS}=${toText(weights)}`;
}
