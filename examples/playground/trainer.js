/**
 * Trains a network off the page's thread, in step with the page's frames: some epochs, then it waits for the next frame. The only place,
 * besides the race, that calls `fit`. All it knows of the page is that it has frames.
 */

/** @typedef {import('wasmlp').Network} Network */
/** @typedef {import('wasmlp').EpochResult} EpochResult */
/** @typedef {import('./datasets.js').Problem} Problem */
/** @typedef {'slow' | 'steady' | 'fast'} Speed */

/** A fit keeps the results of all its epochs until it ends, so it must not run for hours. */
const EPOCHS_PER_FIT = 1000;
/** The part of a frame's 16.7 ms for training. The rest is for drawing. */
const FRAME_MILLISECONDS = 5;
/** Frames from one epoch to the next. */
const FRAMES_PER_EPOCH = { slow: 12, steady: 1, fast: 1 };

/** The reason that aborts a fit in order to pause it. */
const PAUSED = Symbol('paused');

export class Trainer {
  /** @type {Speed} */
  speed = 'steady';
  /** Whether to train off the page's thread. A test whose frames wait for nobody would leave a worker behind. */
  background = true;
  #onEpoch;
  /** @type {AbortController | undefined} */
  #controller;
  /** @type {Promise<void>} */
  #run = Promise.resolve();
  #frames = 0;
  #frameStarted = 0;
  /** Wakes a fit that waits for a frame. @type {(() => void) | undefined} */
  #goOn;

  /** @param {(result: EpochResult) => void} onEpoch Called after every epoch. */
  constructor(onEpoch) {
    this.#onEpoch = onEpoch;
  }

  get isRunning() {
    return this.#controller !== undefined;
  }

  /**
   * Trains until `pause`. Resolves then; rejects where the fit fails.
   * @param {Network} network
   * @param {Problem} problem
   * @param {number} batchSize
   */
  start(network, problem, batchSize) {
    const controller = new AbortController();
    this.#controller = controller;
    const run = this.#train(network, problem, batchSize, controller.signal).finally(() => {
      if (this.#controller === controller) this.#controller = undefined;
    });
    // pause() waits only for the end. How the run failed does not concern it.
    this.#run = run.catch(() => undefined);
    return run;
  }

  /** Resolves when the network is at rest, with the weights after a whole batch. */
  async pause() {
    this.#controller?.abort(PAUSED);
    await this.#run;
  }

  /** Call it in each frame. */
  onFrame() {
    this.#frames++;
    if (this.#frames % FRAMES_PER_EPOCH[this.speed] !== 0) return;
    this.#frameStarted = performance.now();
    this.#goOn?.();
  }

  /**
   * @param {Network} network
   * @param {Problem} problem
   * @param {number} batchSize
   * @param {AbortSignal} signal
   */
  async #train(network, { training, validation }, batchSize, signal) {
    const options = {
      epochs: EPOCHS_PER_FIT,
      batchSize,
      validation,
      background: this.background,
      signal,
      onEpoch: (/** @type {EpochResult} */ result) => {
        this.#onEpoch(result);
        return this.#frameIfDue();
      },
    };
    try {
      for (;;) await network.fit(training.inputs, training.targets, options);
    } catch (reason) {
      if (reason !== PAUSED) throw reason;
    }
  }

  /** What `fit` waits for after an epoch: nothing while there is time left in this frame. */
  #frameIfDue() {
    const spent = performance.now() - this.#frameStarted;
    if (this.speed === 'fast' && spent < FRAME_MILLISECONDS) return undefined;
    return /** @type {Promise<void>} */ (
      new Promise((resolve) => {
        this.#goOn = resolve;
      })
    );
  }
}
