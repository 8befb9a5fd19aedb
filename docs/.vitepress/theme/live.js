/**
 * The network of the start page: a session of the playground, which this file starts, draws and ends by itself after some epochs. Knows its
 * two canvases, and nothing else of the page.
 */
import { Boundary } from '../../../examples/playground/boundary.js';
import { startFrames } from '../../../examples/playground/frames.js';
import { digits, grouped, percent } from '../../../examples/playground/numbers.js';
import { readPalette } from '../../../examples/playground/page.js';
import { drawLosses } from '../../../examples/playground/plots.js';
import { wordsOf } from '../../../examples/playground/problems.js';
import { Session } from '../../../examples/playground/session.js';
import { defaultsOf } from '../../../examples/playground/settings.js';

/** @typedef {'spirals' | 'moons' | 'circles' | 'xor'} Data */

/**
 * What the page shows.
 * @typedef {object} State
 * @property {string} epoch
 * @property {string} loss
 * @property {string} accuracy Of points that it does not train on.
 * @property {boolean} isTraining
 * @property {boolean} isDone
 * @property {string} said What happened last, in a sentence.
 * @property {string} problem
 */

/** A page that is left open must not compute for hours. */
const MOST_EPOCHS = 400;

export class Live {
  #session;
  #boundary;
  #losses;
  #palette = readPalette();
  #tell;
  #requestDraw;
  #observer;
  #said = '';
  #problem = '';

  /** @param {HTMLCanvasElement} answers @param {HTMLCanvasElement} losses @param {(state: State) => void} tell */
  constructor(answers, losses, tell) {
    this.#boundary = new Boundary(answers);
    this.#losses = losses;
    this.#tell = tell;
    this.#session = new Session(defaultsOf('spirals'), () => Promise.reject(new Error('No table is read here.')), {
      onChange: () => this.#changed(),
      onSay: (text) => {
        this.#said = text;
      },
      onError: (error) => {
        this.#problem = wordsOf(error);
      },
    });
    // An epoch takes less than a millisecond: a worker would have to be loaded.
    this.#session.trainer.background = false;
    const draw = () => this.#draw();
    this.#requestDraw = startFrames(this.#session.trainer, { parts: [draw], all: [draw] });
    this.#observer = new ResizeObserver(this.#requestDraw);
    this.#observer.observe(answers);
  }

  /** A new network for some points. Trains at once, unless the visitor asked the system for less motion. @param {Data} data */
  async open(data) {
    await this.#session.use(defaultsOf(data));
    if (!matchMedia('(prefers-reduced-motion: reduce)').matches) await this.#session.start();
  }

  /** The same points, and other weights to begin with. */
  async restart() {
    const { settings } = this.#session;
    await this.#session.use({ ...settings, seed: settings.seed + 1 });
  }

  /** Trains or pauses; begins anew where the training is over. */
  async toggle() {
    const session = this.#session;
    if (session.isTraining) return await session.pause();
    if (this.#isDone) await this.restart();
    await session.start();
  }

  /** Reads the colours again, after they changed. */
  repaint() {
    this.#palette = readPalette();
    this.#requestDraw();
  }

  async close() {
    this.#observer.disconnect();
    await this.#session.pause();
    this.#session.network?.dispose();
    this.#session.network = undefined;
  }

  get #isDone() {
    return (this.#session.last?.epoch ?? 0) >= MOST_EPOCHS;
  }

  #changed() {
    this.#show();
    this.#requestDraw();
  }

  #show() {
    const { last, isTraining } = this.#session;
    this.#tell({
      epoch: grouped(last?.epoch ?? 0),
      loss: last === undefined ? '–' : digits(last.loss),
      accuracy: last === undefined ? '–' : percent(last.validationAccuracy ?? 0),
      isTraining,
      isDone: this.#isDone,
      said: this.#said,
      problem: this.#problem,
    });
  }

  #draw() {
    const { network, problem, curve, trainer, isTraining } = this.#session;
    if (network === undefined || problem === undefined) return;
    this.#boundary.draw(network, problem, undefined, this.#palette, trainer.isRunning);
    drawLosses(this.#losses, curve.points, this.#palette);
    this.#show();
    if (isTraining && this.#isDone) this.#session.pause(() => `Done. ${this.#session.summary}`);
  }
}
