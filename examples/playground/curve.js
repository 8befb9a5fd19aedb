/** The losses of a training, thinned out so that hours of it fit into a chart. Knows neither networks nor pages. */

/** @typedef {{ epoch: number, loss: number, validationLoss: number }} Point */

const MOST_POINTS = 512;

export class Curve {
  /** @type {Point[]} */
  points = [];
  /** There is a point every so many epochs. */
  #every = 1;

  /** @param {Point} point */
  add(point) {
    if (point.epoch % this.#every !== 0 && this.points.length > 0) {
      return;
    }
    this.points.push(point);
    if (this.points.length >= MOST_POINTS) {
      this.#every *= 2;
      // The first point stays: it shows where training began.
      this.points = this.points.filter(({ epoch }, index) => index === 0 || epoch % this.#every === 0);
    }
  }
}

/**
 * The decades that the losses lie in, at least one. A loss of 0 has no logarithm: it counts as the lowest.
 * @param {readonly Point[]} points
 * @returns {{ low: number, high: number }} Exponents of 10.
 */
export function decadesOf(points) {
  const losses = points.flatMap(({ loss, validationLoss }) => [loss, validationLoss]);
  const positive = losses.filter((loss) => loss > 0);
  if (positive.length === 0) return { low: -1, high: 0 };
  const high = Math.ceil(Math.log10(Math.max(...positive)));
  const low = Math.floor(Math.log10(Math.min(...positive))) - (positive.length < losses.length ? 1 : 0);
  return { low: Math.min(low, high - 1), high };
}
