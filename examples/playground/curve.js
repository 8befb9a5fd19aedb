/** The losses of a training, thinned out so that hours of it fit into a chart. Knows neither networks nor pages. */

/** @typedef {{ epoch: number, loss: number, validationLoss: number }} Point */

const MOST_POINTS = 512;

export class Curve {
  /** @type {Point[]} */
  points = [];
  /** Every how many epochs there is a point. */
  #every = 1;

  /** @param {Point} point */
  add(point) {
    if (point.epoch % this.#every !== 0 && this.points.length > 0) {
      return;
    }
    this.points.push(point);
    if (this.points.length >= MOST_POINTS) {
      this.#every *= 2;
      // The first stays: where the training began.
      this.points = this.points.filter(({ epoch }, index) => index === 0 || epoch % this.#every === 0);
    }
  }
}

/**
 * The decades between which the losses lie, at least one.
 * @param {readonly Point[]} points
 * @returns {{ low: number, high: number }} Exponents of 10.
 */
export function decadesOf(points) {
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const { loss, validationLoss } of points) {
    least = Math.min(least, loss, validationLoss);
    most = Math.max(most, loss, validationLoss);
  }
  if (!(most > 0)) return { low: -1, high: 0 };
  const high = Math.ceil(Math.log10(most));
  // Beyond six decades a curve says nothing more; a loss of 0 has no logarithm.
  const low = Math.max(Math.floor(Math.log10(Math.max(least, 1e-12))), high - 6);
  return { low: Math.min(low, high - 1), high };
}
