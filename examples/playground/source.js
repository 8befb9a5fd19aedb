/** Where the samples of a session come from: drawn from a seed, read from a table, or made by the visitor. Knows no page. */
import { drawPoints, withExtra } from './datasets.js';

/** @typedef {import('./settings.js').Settings} Settings */
/** @typedef {import('./datasets.js').Problem} Problem */
/** @typedef {import('./datasets.js').Samples} Samples */
/** @typedef {import('./table.js').Table} Table */
/** @typedef {'own' | 'ownValues'} Own */
/** Points of the visitor, and the table that they came from. */
/** @typedef {{ points: Samples, table?: Table | undefined }} Owned */

export class Source {
  /** Points of the visitor, with classes and with values. @type {Partial<Record<Own, Owned>>} */
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
    return { ...points, training: withExtra(points.training, extra), validation: withExtra(points.validation, extra) };
  }

  /** The points of the visitor; to begin with, random ones. @param {Own} data @returns {Promise<Owned>} */
  async own(data) {
    const { drawValues, joinedPoints } = await import('./values.js');
    this.#own[data] ??= { points: joinedPoints(data === 'own' ? drawPoints('moons', 1) : drawValues('plane', 1)) };
    return this.#own[data];
  }

  /** @param {Own} data @param {Owned} owned */
  setOwn(data, owned) {
    this.#own[data] = owned;
  }

  /**
   * @param {Exclude<Settings['data'], 'digits'>} data
   * @param {number} seed
   * @param {{ noise: number, share: number }} drawing
   * @returns {Promise<Problem>}
   */
  async #pointsOf(data, seed, drawing) {
    if (data === 'moons' || data === 'circles' || data === 'spirals' || data === 'xor')
      return drawPoints(data, seed, drawing);
    const { dealt, drawValues } = await import('./values.js');
    if (data === 'plane' || data === 'hills') return drawValues(data, seed, drawing);
    const { points, table } = await this.own(data);
    const problem = dealt(points, seed, drawing.share);
    if (table === undefined) return problem;
    const { axesOf, endsOf } = await import('./table.js');
    return { ...problem, table, axes: axesOf(table), ends: endsOf(table) };
  }
}
