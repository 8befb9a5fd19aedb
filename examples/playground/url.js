/** Writes settings as the part of an address after the #. link.js reads them back, and adds weights. */

/** @typedef {import('./settings.js').Settings} Settings */

/**
 * Writes all settings, defaults too, so that a link still means the same after the defaults have changed.
 * @param {Settings} settings
 */
export function toHash(settings) {
  const [layers, extra] = [settings.layers, settings.extra].map((list) => list.join('-') || 'none');
  const entries = Object.entries({ ...settings, layers, extra });
  return `#${entries.map(([key, value]) => `${key}=${value}`).join('&')}`;
}
