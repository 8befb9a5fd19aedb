/** A search and a cross-validation that give the same bits everywhere. Runs in Node and in pages. */

/** @type {(index: number) => number} */
const noise = (index) => ((index * 2654435761) >>> 0) / 2 ** 32;

const INPUTS = Array.from({ length: 60 }, (_, row) => [0.1 * Math.floor(30 * noise(2 * row)), noise(2 * row + 1)]);
const CLASSES = Uint8Array.from(INPUTS, ([a = 0, b = 0]) => Number(a + b > 1.7));

/** Sparse rows of 2000 inputs: those whose class is 1 have other columns. */
const ROWS = {
  starts: Uint32Array.from({ length: 61 }, (_, row) => 2 * row),
  columns: Uint32Array.from(
    { length: 120 },
    (_, i) => 1000 * (i % 2) + 2 * Math.floor(9 * noise(i)) + (CLASSES[i >> 1] ?? 0),
  ),
};

/**
 * Everything that they give, but for the times.
 * @param {Pick<typeof import('../../../../src/search/index.js'), 'crossValidate' | 'search'>} library
 * @param {number} workers
 * @param {string} [workerUrl]
 */
export async function searches({ crossValidate, search }, workers, workerUrl) {
  const options = {
    inputs: 2,
    layers: [{ units: 4, activation: /** @type {const} */ ('tanh') }, { units: 1 }],
    normalize: /** @type {const} */ ('standard'),
  };
  const settings = { workers, ...(workerUrl && { workerUrl }) };
  const folds = await crossValidate(options, INPUTS, CLASSES, { ...settings, folds: 4, fit: { epochs: 5 } });
  const study = await search(
    {
      ...settings,
      network: (trial) => ({ ...options, layers: [{ units: trial.integer('units', 2, 9) }, { units: 1 }] }),
      fit: (trial) => ({ epochs: 6, learningRate: trial.float('rate', 0.01, 1, { log: true }) }),
      halving: { minEpochs: 2, factor: 2 },
      trials: 6,
    },
    INPUTS,
    CLASSES,
  );
  const wide = { ...options, inputs: 2000, normalize: /** @type {const} */ (false) };
  const sparse = await crossValidate(wide, ROWS, CLASSES, { ...settings, folds: 3, fit: { epochs: 5 } });
  return {
    sparse: sparse.folds.map(({ loss }) => loss),
    folds: folds.folds.map(({ loss }) => loss),
    trials: study.trials.map(({ seconds: _, ...trial }) => JSON.stringify(trial)),
    weights: [...study.network.getParameters(0).weights],
  };
}
