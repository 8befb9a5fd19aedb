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

/** The points of a search that outlasts every test. */
export const MANY = points(5000);

/**
 * Such a search. Its epochs are few and long: a training tells of all its epochs with each checkpoint, and a million of them keep the
 * worker busy with nothing else.
 * @param {number} trials
 * @returns {import('../../../src/search/index.js').SearchSettings}
 */
export function endless(trials) {
  return { ...settings(trials, 0), fit: { epochs: 100_000, batchSize: 1 } };
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
