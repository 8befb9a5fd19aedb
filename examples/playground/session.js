/**
 * The state behind the page: the network that the settings make, its samples, its training. Changes happen one after another, however
 * fast they come. Knows no page.
 */
import { Network } from 'wasmlp';
import { Curve } from './curve.js';
import { drawPoints, readDigits, sampleAt } from './datasets.js';
import { digits, grouped, percent } from './numbers.js';
import { isTutorialShape, networkOptions } from './settings.js';
import { stepOne } from './step.js';
import { settingsOf } from './stored.js';
import { Trainer } from './trainer.js';

/** @typedef {import('./settings.js').Settings} Settings */
/** @typedef {import('./datasets.js').Problem} Problem */
/** @typedef {import('./step.js').Steps} Steps */

/**
 * @typedef {object} Listener
 * @property {() => void} onChange There is something new to show.
 * @property {(text: string) => void} onSay Something happened that a visitor should be told.
 * @property {(error: unknown) => void} onError
 */

export class Session {
  /** @type {Settings} */
  settings;
  /** The settings of the network. @type {Settings | undefined} */
  #settled;
  /** @type {Network | undefined} */
  network;
  /** @type {Problem | undefined} */
  problem;
  curve = new Curve();
  /** @type {import('wasmlp').EpochResult | undefined} */
  last;
  /** How good a network from a file was when it was loaded. @type {import('wasmlp').Evaluation | undefined} */
  loaded;
  /** The step that was taken one sample at a time. @type {Steps | undefined} */
  steps;
  /** The sample of that step. @type {{ row: number[], target: number } | undefined} */
  sample;
  trainer = new Trainer((result) => {
    this.last = result;
    this.#single.steps = 0;
    this.curve.add({ epoch: result.epoch, loss: result.loss, validationLoss: result.validationLoss ?? result.loss });
  });
  /** Whether it trains, or will train when a change is done. */
  isTraining = false;
  #listener;
  #readTable;
  #next = 0;
  /** Steps on single samples since the last epoch, and the loss before the last of them. */
  #single = { steps: 0, loss: 0 };
  #queue = Promise.resolve();

  /**
   * @param {Settings} settings
   * @param {() => Promise<string>} readTable Gives the table of digits.
   * @param {Listener} listener
   */
  constructor(settings, readTable, listener) {
    this.settings = settings;
    this.#readTable = readTable;
    this.#listener = listener;
  }

  /** Starts a new network with these settings. If the old one was training, the new one trains too. @param {Settings} settings */
  use(settings) {
    // Shown at once: the rest may have to wait until training pauses.
    this.settings = settings;
    return this.#afterPause(async () => {
      // Of several changes in a row the last one counts.
      if (this.settings !== settings) return;
      const problem = await this.#problemOf(settings).catch((error) => {
        // The old network stays, with its settings.
        if (this.settings === settings) this.settings = this.#settled ?? settings;
        throw error;
      });
      const network = await Network.create(networkOptions(settings));
      this.#replace(network, problem, settings);
      const shape = [network.inputs, ...network.layers.map(({ units }) => units)].join('-');
      this.#listener.onSay(`A new network, ${shape}${this.isTraining ? ', training' : ''}.`);
    });
  }

  /**
   * Takes over a network from a file. Resolves to whether it did: the file may be refused, or other settings may be chosen meanwhile.
   * @param {() => Promise<Network>} open
   */
  async load(open) {
    this.isTraining = false;
    const before = this.settings;
    let isLoaded = false;
    await this.#afterPause(async () => {
      const network = await open();
      try {
        const settings = await settingsOf(network, this.settings);
        const problem = await this.#problemOf(settings);
        const { inputs, targets } = problem.validation;
        const loaded = network.evaluate(inputs, targets);
        if (this.settings !== before) return network.dispose();
        this.settings = settings;
        this.#replace(network, problem, settings);
        this.loaded = loaded;
        isLoaded = true;
      } catch (error) {
        network.dispose();
        throw error;
      }
    });
    return isLoaded;
  }

  /** @param {string} words What the visitor is told. */
  start(words = 'Training.') {
    this.isTraining = true;
    return this.#afterPause(async () => {
      if (this.network === undefined) throw new Error('There is no network to train yet: choose other data.');
      this.#listener.onSay(words);
    });
  }

  /** @param {() => string} words What the visitor is told once the network is at rest. */
  pause(words = () => `Paused. ${this.summary}`) {
    this.isTraining = false;
    return this.#afterPause(async () => this.#listener.onSay(words()));
  }

  /** Trains one step on the next sample. */
  step() {
    this.isTraining = false;
    return this.#afterPause(async () => {
      const { network, problem } = this;
      if (network === undefined || problem === undefined) return;
      const sample = sampleAt(problem.training, this.#next);
      const { loss, steps } = stepOne(network, sample, this.settings, this.hasLesson);
      this.#next = (this.#next + 1) % problem.training.targets.length;
      this.steps = steps;
      this.sample = sample;
      this.#single = { steps: this.#single.steps + 1, loss };
      this.#listener.onSay(this.summary);
    });
  }

  /** Whether a step can be shown by hand. */
  get hasLesson() {
    return isTutorialShape(this.settings);
  }

  /** Whether the network has learned anything, here or before it was saved. Most files do not say how long it was trained. */
  get isTrained() {
    return this.loaded !== undefined || this.#single.steps > 0 || (this.network?.epochs ?? 0) > 0;
  }

  /** How far the training is, in a sentence. */
  get summary() {
    const { last, loaded, network } = this;
    const { steps, loss } = this.#single;
    const parts = [];
    if (last !== undefined) {
      const accuracy = percent(last.validationAccuracy ?? 0);
      parts.push(`Epoch ${grouped(last.epoch)}, training loss ${digits(last.loss)}, validation accuracy ${accuracy}`);
    } else if (network !== undefined && loaded !== undefined) {
      const epoch = network.epochs > 0 ? `, epoch ${grouped(network.epochs)}` : '';
      const accuracy = percent(loaded.accuracy ?? 0);
      parts.push(`As loaded${epoch}: validation loss ${digits(loaded.loss)}, accuracy ${accuracy}`);
    }
    if (steps > 0) {
      const taken = steps === 1 ? '1 step' : `${grouped(steps)} steps`;
      parts.push(`${taken}, loss of the last sample ${digits(loss)}`);
    }
    return parts.length === 0 ? 'Not trained yet.' : `${parts.join('; then ')}.`;
  }

  /** @param {Settings} settings @returns {Promise<Problem>} */
  async #problemOf({ data, seed }) {
    return data === 'digits' ? readDigits(await this.#readTable(), seed) : drawPoints(data, seed);
  }

  /** @param {Network} network @param {Problem} problem @param {Settings} settings */
  #replace(network, problem, settings) {
    this.#settled = settings;
    this.network?.dispose();
    this.network = network;
    this.problem = problem;
    this.curve = new Curve();
    this.last = undefined;
    this.loaded = undefined;
    this.steps = undefined;
    this.sample = undefined;
    this.#next = 0;
    this.#single = { steps: 0, loss: 0 };
  }

  #train() {
    const { network, problem } = this;
    if (network === undefined || problem === undefined) return;
    // From now on the weights differ from those in the lesson.
    this.steps = undefined;
    this.sample = undefined;
    this.trainer.start(network, problem, this.settings.batch).catch((error) => {
      this.#fail(error);
      this.#listener.onChange();
    });
  }

  /** @param {unknown} error */
  #fail(error) {
    this.isTraining = false;
    this.#listener.onSay(this.summary);
    this.#listener.onError(error);
  }

  /**
   * Makes a change while the network is at rest, after all earlier changes. Then trains, if that is wanted by then.
   * @param {() => Promise<void>} change
   */
  #afterPause(change) {
    this.#queue = this.#queue.then(async () => {
      await this.trainer.pause();
      await change().catch((error) => this.#fail(error));
      if (this.isTraining) this.#train();
      this.#listener.onChange();
    });
    return this.#queue;
  }
}
