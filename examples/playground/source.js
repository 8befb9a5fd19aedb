/** Where the samples of a session come from: drawn from a seed, read from a table, or made by the visitor. Knows no page. */
import { drawPoints, withExtra } from './datasets.js';

/** @typedef {import('./settings.js').Settings} Settings */
/** @typedef {import('./datasets.js').Problem} Problem */
/** @typedef {import('./datasets.js').Samples} Samples */
/** @typedef {'own' | 'ownValues'} Own */

export class Source {
  /** Points of the visitor, with classes and with values. @type {Partial<Record<Own, Samples>>} */
  #own = {};
  #readTable;

  /** @param {() => Promise<string>} readTable Gives the table of digits. */
  constructor(readTable) {
    this.#readTable = readTable;
  }

  /** @param {Settings} settings @returns {Promise<Problem>} */
  async problemOf({ data, seed, noise, share, extra }) {
    if (data === 'digits') {
      const { readDigits } = await import('./digits.js');
      return readDigits(await this.#readTable(), seed, share);
    }
    const points = await this.#pointsOf(data, seed, { noise, share });
    return { training: withExtra(points.training, extra), validation: withExtra(points.validation, extra) };
  }

  /** The points of the visitor; to begin with, random ones. @param {Own} data @returns {Promise<Samples>} */
  async own(data) {
    const { drawValues, joinedPoints } = await import('./values.js');
    const points = this.#own[data] ?? joinedPoints(data === 'own' ? drawPoints('moons', 1) : drawValues('plane', 1));
    this.#own[data] = points;
    return points;
  }

  /** @param {Own} data @param {Samples} points */
  setOwn(data, points) {
    this.#own[data] = points;
  }

  /** @param {Exclude<Settings['data'], 'digits'>} data @param {number} seed @param {{ noise: number, share: number }} drawing */
  async #pointsOf(data, seed, drawing) {
    if (data === 'moons' || data === 'circles' || data === 'spirals' || data === 'xor')
      return drawPoints(data, seed, drawing);
    const { dealt, drawValues } = await import('./values.js');
    if (data === 'plane' || data === 'hills') return drawValues(data, seed, drawing);
    return dealt(await this.own(data), seed, drawing.share);
  }
}
