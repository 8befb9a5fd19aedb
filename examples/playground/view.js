/** Draws a session: the answers, the network, the curves, the numbers. A part at a time, so that frames stay short. */
import { FORMULAS } from './activations.js';
import { Boundary } from './boundary.js';
import { sampleAt } from './datasets.js';
import { describeDiagram, drawDiagram, weightTables } from './diagram.js';
import { digits, grouped, percent } from './numbers.js';
import { Pad } from './pad.js';
import { byId, readPalette, scroller } from './page.js';
import { drawActivation, drawLosses } from './plots.js';

/** @typedef {import('./session.js').Session} Session */

/** Time between updates of texts for screen readers and of open tables. */
const TEXT_MILLISECONDS = 1000;

export class View {
  #session;
  #palette = readPalette();
  #boundary = new Boundary(byId('boundary', HTMLCanvasElement));
  #pad;
  /** The box stays when its tables change: it may have the focus. */
  #tables = scroller('Weights and biases');
  #described = 0;

  /** @param {Session} session @param {() => void} onChange Called when something other than training changed the picture. */
  constructor(session, onChange) {
    this.#session = session;
    this.#pad = new Pad(onChange);
    byId('weights', HTMLDetailsElement).append(this.#tables);
  }

  /** Reads the colours again, after they changed. */
  repaint() {
    this.#palette = readPalette();
  }

  /** Parts that take about the same time to draw. */
  parts = [() => this.drawAnswers(), () => this.drawNetwork(), () => this.drawCurves()];

  drawAll() {
    for (const part of this.parts) part();
    this.#describe();
  }

  drawAnswers() {
    const { network, problem, sample } = this.#session;
    if (network === undefined || problem === undefined) return;
    const isDigits = network.inputs === 64;
    byId('points', HTMLElement).hidden = isDigits;
    byId('digits', HTMLElement).hidden = !isDigits;
    byId('pictures', HTMLElement).hidden = !isDigits;
    if (isDigits) return this.#pad.draw(network, this.#palette);
    const [x = 0, y = 0] = sample?.row ?? [];
    this.#boundary.draw(network, problem, sample && { x, y }, this.#palette, this.#session.trainer.isRunning);
  }

  drawNetwork() {
    const { network } = this.#session;
    // The open table is shown in its place.
    if (network === undefined || byId('weights', HTMLDetailsElement).open) return;
    drawDiagram(byId('diagram', HTMLCanvasElement), network, this.#palette);
  }

  drawCurves() {
    const { curve, settings, last, loaded, network } = this.#session;
    drawLosses(byId('losses', HTMLCanvasElement), curve.points, this.#palette);
    const plot = byId('activation-plot', HTMLCanvasElement);
    drawActivation(plot, settings.activation, this.#sums(), this.#palette);
    const show = (/** @type {string} */ id, /** @type {string} */ text) => {
      byId(id, HTMLElement).textContent = text;
    };
    const epoch = last?.epoch ?? network?.epochs ?? 0;
    // A file without epochs does not say how long its network was trained.
    show('epoch', epoch === 0 && loaded !== undefined ? '–' : grouped(epoch));
    show('loss-now', last === undefined ? '–' : digits(last.loss));
    const validated = last === undefined ? loaded : { loss: last.validationLoss, accuracy: last.validationAccuracy };
    show('validation-now', validated === undefined ? '–' : digits(validated.loss ?? 0));
    show('accuracy-now', validated === undefined ? '–' : percent(validated.accuracy ?? 0));
    show('engine', network?.engine.kind ?? '–');
    if (performance.now() - this.#described > TEXT_MILLISECONDS) this.#describe();
  }

  /** Shows one of the validation digits. @param {number} index */
  showDigit(index) {
    const { problem } = this.#session;
    if (problem !== undefined) this.#pad.show(sampleAt(problem.validation, index));
  }

  /** The weighted sums of the first hidden layer, for the sample of the last step, or else for the first sample. */
  #sums() {
    const { network, problem, sample } = this.#session;
    if (network === undefined || problem === undefined || network.layers.length < 2) return [];
    const row = sample?.row ?? [...problem.training.inputs.subarray(0, network.inputs)];
    const { weights, biases } = network.getParameters(0);
    return [...biases].map((bias, unit) =>
      row.reduce((sum, input, i) => sum + input * (weights[unit * row.length + i] ?? 0), bias),
    );
  }

  /** Describes the drawings in words, for screen readers. */
  #describe() {
    this.#described = performance.now();
    const { network, settings, summary } = this.#session;
    if (network === undefined) return;
    const label = (/** @type {string} */ id, /** @type {string} */ text) =>
      byId(id, HTMLCanvasElement).setAttribute('aria-label', text);
    label('boundary', `The decision boundary between two classes of ${settings.data}. ${summary}`);
    label('diagram', describeDiagram(network));
    label('losses', `The loss over the epochs, on a logarithmic scale. ${summary}`);
    const at = [-2, 0, 2].map((z) => `${FORMULAS[settings.activation].value(z).toFixed(2)} at ${z}`);
    label('activation-plot', `${settings.activation} and its derivative: ${at.join(', ')}.`);
    byId('activation-name', HTMLElement).textContent = settings.activation;
    const table = byId('weights', HTMLDetailsElement);
    if (table.open) this.#tables.replaceChildren(...weightTables(network));
  }
}
