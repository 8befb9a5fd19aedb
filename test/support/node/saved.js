/** The networks that saver.js saves: large enough that many kills come while one is written. */

/**
 * @param {number} seed
 * @returns {import('wasmlp').NetworkOptions}
 */
export function networkOptions(seed) {
  return { inputs: 256, layers: [{ units: 400 }, { units: 2 }], engine: 'js', seed };
}
