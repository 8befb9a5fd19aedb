/**
 * Trains a network off the page's thread: an epoch with each frame, or as many as there is time for. The only place, besides the race,
 * that calls `fit`. All it knows of the page is that it has frames.
 */

/** @typedef {import('wasmlp').Network} Network */
/** @typedef {import('wasmlp').EpochResult} EpochResult */
/** @typedef {import('wasmlp').Hint} Hint */
/** @typedef {import('./datasets.js').Problem} Problem */
/** @typedef {'slow' | 'steady' | 'fast'} Speed */
/** @typedef {{ batch: number, rate: number }} Pace The samples and the length of a step. */

/**
 * @typedef {object} Listener
 * @property {(result: EpochResult) => void} onEpoch Called for every epoch, in order.
 * @property {(hints: readonly Hint[], samples: number) => void} onFit Called after some epochs, with how many samples they saw.
 */

/** Epochs until `fit` says what it noticed. */
const EPOCHS_PER_FIT = 64;
/** A fast fit takes about so long, and its epochs cost no message each. Shorter ones would spend a larger part on starting. */
const FAST_MILLISECONDS = 40;
/** A fit keeps the results of all its epochs until it ends. */
const MOST_EPOCHS = 4096;
/** Frames from one epoch to the next. */
const FRAMES_PER_EPOCH = { slow: 12, steady: 1, fast: 1 };

export class Trainer {
  /** @type {Speed} */
  speed = 'steady';
  /** Whether to train off the page's thread. A test whose frames wait for nobody would leave a worker behind. */
  background = true;
  #listener;
  #isRunning = false;
  #isPausing = false;
  /** @type {Promise<void>} */
  #run = Promise.resolve();
  #frames = 0;
  /** Epochs of the next fast fit. */
  #many = 8;
  /** Wakes a fit that waits for a frame. @type {(() => void) | undefined} */
  #goOn;

  /** @param {Listener} listener */
  constructor(listener) {
    this.#listener = listener;
  }

  get isRunning() {
    return this.#isRunning;
  }

  /**
   * Trains until `pause`. Resolves then; rejects where the fit fails.
   * @param {Network} network
   * @param {Problem} problem
   * @param {Pace} pace
   */
  start(network, problem, pace) {
    this.#isRunning = true;
    this.#isPausing = false;
    this.#many = 8;
    const run = this.#train(network, problem, pace).finally(() => {
      this.#isRunning = false;
    });
    // pause() waits only for the end. How the run failed does not concern it.
    this.#run = run.catch(() => undefined);
    return run;
  }

  /** Resolves when the network is at rest, with the weights after a whole epoch. */
  async pause() {
    this.#isPausing = true;
    this.#goOn?.();
    await this.#run;
  }

  /** Call it in each frame. */
  onFrame() {
    this.#frames++;
    if (this.#frames % FRAMES_PER_EPOCH[this.speed] === 0) this.#goOn?.();
  }

  /** @param {Network} network @param {Problem} problem @param {Pace} pace */
  async #train(network, { training, validation }, { batch, rate }) {
    const options = { batchSize: batch, learningRate: rate, validation, background: this.background };
    const rows = training.targets.length;
    while (!this.#isPausing) {
      const isFast = this.speed === 'fast';
      const history = await network.fit(training.inputs, training.targets, {
        ...options,
        epochs: isFast ? this.#many : EPOCHS_PER_FIT,
        ...(!isFast && { onEpoch: (/** @type {EpochResult} */ result) => this.#afterEpoch(result) }),
      });
      if (isFast) this.#afterMany(history);
      this.#listener.onFit(history.hints, history.epochs.length * rows);
    }
  }

  /** What a fit waits for after an epoch: the next frame. False ends it. @param {EpochResult} result */
  async #afterEpoch(result) {
    this.#listener.onEpoch(result);
    await new Promise((resolve) => {
      this.#goOn = () => resolve(undefined);
      if (this.#isPausing) this.#goOn();
    });
    return this.#isPausing || this.speed === 'fast' ? false : undefined;
  }

  /** @param {import('wasmlp').History} history */
  #afterMany({ epochs, seconds }) {
    for (const result of epochs) this.#listener.onEpoch(result);
    const ideal = (epochs.length * FAST_MILLISECONDS) / Math.max(1000 * seconds, 0.1);
    this.#many = Math.round(Math.min(MOST_EPOCHS, 2 * this.#many, Math.max(1, ideal)));
  }
}
