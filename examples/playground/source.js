/** Where the samples of a session come from: drawn from a seed, read from a table, or made by the visitor. Knows no page. */
import { dealt, drawPoints, withExtra } from './datasets.js';

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
    const isOwn = data === 'own' || data === 'ownValues';
    const points = isOwn ? dealt(this.own(data), seed, share) : drawPoints(data, seed, { noise, share });
    return { training: withExtra(points.training, extra), validation: withExtra(points.validation, extra) };
  }

  /** The points of the visitor; to begin with, random ones. @param {Own} data @returns {Samples} */
  own(data) {
    const points = this.#own[data] ?? joinedPoints(drawPoints(data === 'own' ? 'moons' : 'plane', 1));
    this.#own[data] = points;
    return points;
  }

  /** @param {Own} data @param {Samples} points */
  setOwn(data, points) {
    this.#own[data] = points;
  }
}

/** The places and targets of both parts, without extra inputs. @param {Problem} problem @returns {Samples} */
export function joinedPoints({ training, validation }) {
  const parts = [training, validation];
  const inputs = parts.flatMap((part) => {
    const width = part.inputs.length / part.targets.length;
    return [...part.inputs].filter((_, i) => i % width < 2);
  });
  const targets = parts.flatMap((part) => [...part.targets]);
  return {
    inputs: Float32Array.from(inputs),
    targets: training.targets instanceof Uint8Array ? Uint8Array.from(targets) : Float32Array.from(targets),
  };
}
