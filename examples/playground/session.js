/**
 * The state behind the page: the network that the settings make, its samples, its training. Changes happen one after another, however
 * fast they come. Knows no page.
 */
import { Network } from 'wasmlp';
import { Curve } from './curve.js';
import { sampleAt } from './datasets.js';
import { networkOptions } from './settings.js';
import { Source } from './source.js';
import { summaryOf } from './summary.js';
import { Trainer } from './trainer.js';

/** @typedef {import('./settings.js').Settings} Settings */
/** @typedef {import('./datasets.js').Problem} Problem */
/** @typedef {import('./step.js').Steps} Steps */
/** @typedef {{ checkpoint: Uint8Array, next: number, single: { steps: number, loss: number }, steps: Steps | undefined, sample: Session['sample'] }} Moment */

/**
 * @typedef {object} Listener
 * @property {() => void} onChange There is something new to show.
 * @property {(text: string) => void} onSay Something happened that a visitor should be told.
 * @property {(error: unknown) => void} onError
 */

/** Earlier curves that stay in sight, and steps that can be taken back. */
const MOST_GHOSTS = 3;
const MOST_MOMENTS = 200;
/** A shorter curve is no loss. */
const LEAST_CURVE = 4;
/** Hints of shorter fits say nothing about most of their causes. */
const HINTING_SAMPLES = 6400;

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
  /** The curves before this one, the newest first. @type {Curve[]} */
  ghosts = [];
  /** What the last long fit noticed. @type {readonly import('wasmlp').Hint[]} */
  hints = [];
  /** Where its samples come from. */
  source;
  trainer = new Trainer({
    onEpoch: (result) => {
      this.last = result;
      this.#single.steps = 0;
      this.curve.add({ epoch: result.epoch, loss: result.loss, validationLoss: result.validationLoss ?? result.loss });
    },
    onFit: (hints, samples) => {
      if (samples < HINTING_SAMPLES && hints.length === 0) return;
      this.hints = hints;
    },
  });
  /** Whether the visitor changed a weight by hand. */
  isEdited = false;
  /** Whether it trains, or will train when a change is done. */
  isTraining = false;
  #listener;
  #next = 0;
  /** Steps on single samples since the last epoch, and the loss before the last of them. */
  #single = { steps: 0, loss: 0 };
  #queue = Promise.resolve();
  /** What steps were taken from, the newest last. @type {Moment[]} */
  #past = [];
  /** Whether there were more. */
  #isCut = false;

  /**
   * @param {Settings} settings
   * @param {() => Promise<string>} readTable Gives the table of digits.
   * @param {Listener} listener
   */
  constructor(settings, readTable, listener) {
    this.settings = settings;
    this.source = new Source(readTable);
    this.#listener = listener;
  }

  /** Starts a new network with these settings. If the old one was training, the new one trains too. @param {Settings} settings */
  use(settings) {
    // Shown at once: the rest may have to wait until training pauses.
    this.settings = settings;
    return this.#afterPause(async () => {
      // Of several changes in a row the last one counts.
      if (this.settings !== settings) return;
      const problem = await this.source.problemOf(settings).catch((error) => {
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
   * Takes over a learning rate and a batch size, and goes on with the same network.
   * @param {Settings} settings That differ in nothing else.
   */
  adjust(settings) {
    this.settings = settings;
    return this.#afterPause(async () => {
      if (this.settings !== settings) return;
      this.#settled = settings;
      this.#listener.onSay(`From here on the learning rate is ${settings.rate}, the batch size ${settings.batch}.`);
    });
  }

  /**
   * Takes over other points, and keeps the network.
   * @param {Settings} settings That make the same network.
   */
  repoint(settings) {
    this.settings = settings;
    return this.#afterPause(async () => {
      if (this.settings !== settings) return;
      this.problem = await this.source.problemOf(settings);
      this.#settled = settings;
    });
  }

  /**
   * Changes the parameters of a layer.
   * @param {number} layer
   * @param {(parameters: import('wasmlp').LayerParameters) => void} change Writes into them.
   */
  edit(layer, change) {
    return this.#afterPause(async () => {
      const parameters = this.network?.getParameters(layer);
      if (parameters === undefined) return;
      change(parameters);
      this.network?.setParameters(layer, parameters);
      this.isEdited = true;
      this.#forgetSteps();
    });
  }

  /** Judges the network on the validation samples, as one that was not trained here. @param {string} words What the visitor is told. */
  judge(words) {
    return this.#afterPause(async () => {
      const { inputs, targets } = this.problem?.validation ?? {};
      if (inputs !== undefined && targets !== undefined) this.loaded = this.network?.evaluate(inputs, targets);
      this.#listener.onSay(`${words} ${this.summary}`);
    });
  }

  /**
   * Takes over a network from a file. Resolves to whether it did: the file may be refused, or other settings may be chosen meanwhile.
   * @param {() => Promise<Network>} open
   * @param {import('./link.js').Link} [link] What the page said when it saved the file.
   */
  async load(open, link) {
    this.isTraining = false;
    const before = this.settings;
    let isLoaded = false;
    await this.#afterPause(async () => {
      const network = await open();
      try {
        const { settingsOf } = await import('./stored.js');
        const settings = await settingsOf(network, link?.settings ?? this.settings);
        if (link?.owned !== undefined)
          this.source.setOwn(/** @type {import('./source.js').Own} */ (settings.data), link.owned);
        const problem = await this.source.problemOf(settings);
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
      const { stepOne } = await import('./step.js');
      const { network, problem, steps: before, sample: shown } = this;
      if (network === undefined || problem === undefined) return;
      const sample = sampleAt(problem.training, this.#next);
      const moment = { next: this.#next, single: this.#single, steps: before, sample: shown };
      this.#isCut ||= this.#past.length === MOST_MOMENTS;
      this.#past = [...this.#past.slice(1 - MOST_MOMENTS), { ...moment, checkpoint: network.saveCheckpoint() }];
      const { loss, steps } = stepOne(network, sample, this.settings);
      this.#next = (this.#next + 1) % problem.training.targets.length;
      this.steps = steps;
      this.sample = sample;
      this.#single = { steps: this.#single.steps + 1, loss };
      this.#listener.onSay(this.summary);
    });
  }

  /** Takes the last step back: the network becomes what it was before. */
  stepBack() {
    if (!this.canStepBack) return this.#listener.onSay('There is no step to take back.');
    this.isTraining = false;
    return this.#afterPause(async () => {
      const moment = this.#past.pop();
      if (moment === undefined) return;
      const network = await Network.load(moment.checkpoint);
      this.network?.dispose();
      this.network = network;
      this.#next = moment.next;
      this.#single = moment.single;
      this.steps = moment.steps;
      this.sample = moment.sample;
      const end =
        this.#isCut && !this.canStepBack ? ` Further back the page keeps nothing: ${MOST_MOMENTS} steps at most.` : '';
      this.#listener.onSay(`One step back. ${this.summary}${end}`);
    });
  }

  /** Whether there is a step to take back. */
  get canStepBack() {
    return this.#past.length > 0;
  }

  /** The settings of the network that is there. `settings` may be ahead of it. */
  get settled() {
    return this.#settled ?? this.settings;
  }

  /** Whether the network has learned anything, here or before it was saved. Most files do not say how long it was trained. */
  get isTrained() {
    return this.loaded !== undefined || this.#single.steps > 0 || (this.network?.epochs ?? 0) > 0;
  }

  /** How far the training is, in a sentence. */
  get summary() {
    return summaryOf(this, this.#single);
  }

  /** @param {Network} network @param {Problem} problem @param {Settings} settings */
  #replace(network, problem, settings) {
    const before = this.#settled;
    this.#settled = settings;
    this.network?.dispose();
    this.network = network;
    this.problem = problem;
    // Losses of other data, or by another rule, are no measure for these.
    if (before?.data !== settings.data || before.loss !== settings.loss) this.ghosts = [];
    else if (this.curve.points.length > LEAST_CURVE) this.ghosts = [this.curve, ...this.ghosts].slice(0, MOST_GHOSTS);
    this.curve = new Curve();
    this.hints = [];
    this.last = undefined;
    this.loaded = undefined;
    this.isEdited = false;
    this.#forgetSteps();
    this.#next = 0;
    this.#single = { steps: 0, loss: 0 };
  }

  /** From now on the weights differ from those of the steps. */
  #forgetSteps() {
    this.steps = undefined;
    this.sample = undefined;
    this.#past = [];
    this.#isCut = false;
  }

  #train() {
    const { network, problem } = this;
    if (network === undefined || problem === undefined) return;
    this.#forgetSteps();
    this.trainer.start(network, problem, this.settings).catch((error) => {
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
