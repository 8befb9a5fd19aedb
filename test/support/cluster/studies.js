/** Searches for tests of clusters: what they look for, and what of a study does not depend on who trained. For processes of their own too. */

/**
 * Points, and whether they are in a circle.
 * @param {number} count
 */
export function points(count) {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const inputs = Float32Array.from({ length: count * 2 }, next);
  const targets = Array.from({ length: count }, (_, i) =>
    Math.hypot(Number(inputs[2 * i]), Number(inputs[2 * i + 1])) < 0.7 ? 'inside' : 'outside',
  );
  return { inputs, targets };
}

/**
 * A search of small networks.
 * @param {number} trials
 * @param {number} epochs
 * @returns {import('../../../src/search/index.js').SearchSettings}
 */
export function settings(trials, epochs) {
  return {
    trials,
    seed: 7,
    network: (trial) => ({
      inputs: 2,
      layers: [
        // Some trials have options that no network takes: they fail, here and there alike.
        {
          units: trial.number % 19 === 18 ? -1 : trial.integer('units', 4, 24),
          activation: trial.choice('activation', ['relu', 'tanh']),
        },
        { units: 1, activation: 'sigmoid' },
      ],
      labels: ['outside', 'inside'],
      optimizer: { type: 'adam', learningRate: trial.float('rate', 0.001, 0.1, { log: true }) },
    }),
    fit: { epochs, batchSize: 8 },
  };
}

/**
 * All of a study but how long it took.
 * @param {import('../../../src/search/index.js').Study} study
 */
export function bitsOf(study) {
  return {
    trials: study.trials.map(({ seconds: _, ...trial }) => trial),
    best: study.best.number,
    network: Buffer.from(study.network.save()).toString('base64'),
  };
}
