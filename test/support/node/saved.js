/** The networks that saver.js saves. They are so large that many kills happen during a write. */

/**
 * @param {number} seed
 * @returns {import('wasmlp').NetworkOptions}
 */
export function networkOptions(seed) {
  return { inputs: 256, layers: [{ units: 400 }, { units: 2 }], engine: 'js', seed };
}
