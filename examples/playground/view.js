/** Draws a session: the answers, the network, the curves, the numbers. A part at a time, so that frames stay short. */
import { Boundary } from './boundary.js';
import { sampleAt } from './datasets.js';
import { drawDiagram } from './diagram.js';
import { EXTRAS } from './extras.js';
import { layersOf, outputsOf } from './forward.js';
import { Maps } from './maps.js';
import { digits, grouped, percent } from './numbers.js';
import { byId, readPalette, scroller, withStyle } from './page.js';
import { DEFAULTS, hasValues } from './settings.js';

/** @typedef {import('./session.js').Session} Session */
/** @typedef {import('./boundary.js').Unit} Unit */
/** @typedef {import('./places.js').Edge} Edge */
/** @typedef {{ x: number, y: number }} Place */

/** Time between updates of texts for screen readers and of open tables. */
const TEXT_MILLISECONDS = 1000;
/** A network with fewer is drawn with its numbers. */
const MANY_PARAMETERS = 16;

export class View {
  /** The unit that is enlarged. @type {Unit | undefined} */
  unit;
  /** The weight that is pointed at. @type {Edge | undefined} */
  marked;
  /** Where answers are read, and whether by keys. @type {Place | undefined} */
  read;
  /** @type {Place | undefined} */
  cursor;
  isDiscrete = false;
  /** What the visitor has taken on. @type {import('./coach.js').Task | undefined} */
  task;
  /** Lays out what lies over the drawing. @type {(network: import('wasmlp').Network, inputs: string[]) => void} */
  layOut = () => undefined;
  /** What is answered where the visitor points. @type {(network: import('wasmlp').Network) => string} */
  readPlane = () => '';
  /** The point of a curve that the visitor reads. @type {(curves: (readonly import('./curve.js').Point[])[]) => import('./curve.js').Point | undefined} */
  readLosses = () => undefined;
  /** Draws what lies below, once that is in sight. @type {(palette: import('./page.js').Palette) => void} */
  drawMore = () => undefined;
  /** Called when new numbers were shown. */
  onNumbers = () => undefined;
  /** The stage of backpropagation that is shown. @type {() => import('./walk.js').Stage | undefined} */
  stage = () => undefined;
  /** The sheet for digits; undefined until digits are shown. @type {import('./pad.js').Pad | undefined} */
  pad;
  #session;
  #onChange;
  #palette = readPalette();
  #boundary = new Boundary(byId('boundary', HTMLCanvasElement));
  #maps = new Maps();
  /** The box stays when its tables change: it may have the focus. */
  #tables = scroller('Weights and biases');
  #described = 0;
  #isCoached = false;
  /** @type {typeof import('./diagram-more.js') | undefined} */
  #more;
  /** Draws the losses, once there are some. @type {typeof import('./plots.js') | undefined} */
  #plots;

  /** @param {Session} session @param {() => void} onChange Called when something other than training changed the picture. */
  constructor(session, onChange) {
    this.#session = session;
    this.#onChange = onChange;
    byId('weights', HTMLDetailsElement).append(this.#tables);
  }

  /** Reads the colours again, after they changed. */
  repaint() {
    this.#palette = readPalette();
  }

  /** Parts that take about the same time to draw. */
  parts = [() => this.drawAnswers(), () => this.drawNetwork(), () => this.drawCurves()];
  /** All that there is to draw and to say. */
  all = [...this.parts, () => this.#describe()];

  drawAnswers() {
    const { network, problem, sample, settled: settings, trainer } = this.#session;
    if (network === undefined || problem === undefined) return;
    const isDigits = network.inputs === 64;
    document.body.classList.toggle('with-digits', isDigits);
    byId('points', HTMLElement).hidden = isDigits;
    byId('digits', HTMLElement).hidden = !isDigits;
    if (isDigits) return this.pad?.draw(network, this.#palette);
    const [x = 0, y = 0] = sample?.row ?? [];
    this.#boundary.draw(network, problem, sample && { x, y }, this.#palette, trainer.isRunning, {
      extra: settings.extra,
      isDiscrete: this.isDiscrete,
      ...(this.unit !== undefined && { unit: this.unit }),
      ...(this.cursor !== undefined && { cursor: this.cursor }),
    });
    if (this.#boundary.isRough) this.#onChange();
    // Told when asked for, not with every epoch.
    byId('plane-read', HTMLElement).ariaLive = trainer.isRunning ? 'off' : 'polite';
    show('plane-read', this.readPlane(network));
  }

  drawNetwork() {
    const { network } = this.#session;
    // The open table is shown in its place.
    if (network === undefined || byId('weights', HTMLDetailsElement).open) return;
    const inputs = this.#inputs();
    this.layOut(network, inputs);
    const stage = this.stage();
    const isDigits = network.inputs === 64;
    if (!isDigits) this.#maps.update(network, this.#session.settled.extra, this.#palette, this.isDiscrete);
    if (isDigits || stage !== undefined || network.parameterCount < MANY_PARAMETERS) {
      this.#loadOnce(this.#more, async () => {
        this.#more = await import('./diagram-more.js');
      });
    }
    const picture = isDigits ? this.pad?.picture : undefined;
    drawDiagram(byId('diagram', HTMLCanvasElement), network, this.#palette, {
      inputs,
      ...(!isDigits && { maps: this.#maps }),
      ...(picture !== undefined && { lit: outputsOf(layersOf(network), picture) }),
      ...(stage !== undefined && { stage }),
      ...(this.marked !== undefined && { marked: this.marked }),
      ...(this.#more !== undefined && { more: this.#more }),
    });
  }

  /** The names of the inputs: columns of a table have some. */
  #inputs() {
    const { problem, settled } = this.#session;
    const [x1 = 'x1', x2 = 'x2'] = problem?.axes?.map(({ name }) => name) ?? [];
    return [x1, x2, ...settled.extra.map((name) => EXTRAS[name].title)];
  }

  /** Loads a part that comes later, and shows it. @param {object | undefined} part @param {() => Promise<void>} load */
  async #loadOnce(part, load) {
    if (part !== undefined) return;
    await load();
    this.#onChange();
  }

  drawCurves() {
    const { curve, ghosts, last, loaded, network, settled } = this.#session;
    const canvas = byId('losses', HTMLCanvasElement);
    const curves = [curve, ...ghosts].map(({ points }) => points);
    const isEmpty = curves.every(({ length }) => length === 0);
    if (!isEmpty) {
      this.#loadOnce(this.#plots, async () => {
        this.#plots = await import('./plots.js');
      });
    }
    const point = this.readLosses(curves);
    this.#plots?.drawLosses(canvas, curve.points, this.#palette, { ghosts: curves.slice(1), read: point?.epoch });
    show(
      'losses-read',
      point === undefined
        ? isEmpty
          ? 'No curve yet.'
          : ''
        : `Epoch ${grouped(point.epoch)}: training ${digits(point.loss)}, validation ${digits(point.validationLoss)}`,
    );
    const epoch = last?.epoch ?? network?.epochs ?? 0;
    // A file without epochs does not say how long its network was trained.
    show('epoch', epoch === 0 && loaded !== undefined ? '–' : grouped(epoch));
    show('loss-now', last === undefined ? '–' : digits(last.loss));
    const validated = last === undefined ? loaded : { loss: last.validationLoss, accuracy: last.validationAccuracy };
    show('validation-now', validated === undefined ? '–' : digits(validated.loss ?? 0));
    show('accuracy-now', validated?.accuracy === undefined ? '–' : percent(validated.accuracy));
    // Values have none.
    byId('accuracy-now', HTMLElement).parentElement?.toggleAttribute('hidden', hasValues(settled));
    show('engine', network?.engine.kind ?? '–');
    this.drawMore(this.#palette);
    this.onNumbers();
    if (performance.now() - this.#described > TEXT_MILLISECONDS) this.#describe();
  }

  /** Shows one of the validation digits. @param {number} index */
  showDigit(index) {
    const { problem } = this.#session;
    if (problem !== undefined) this.pad?.show(sampleAt(problem.validation, index));
  }

  /** Shows what `fit` noticed, what to try next, or what the visitor has taken on. The page comes with what to do first. */
  async advise() {
    const { last, settled } = this.#session;
    if (last === undefined && settled.data === DEFAULTS.data && !this.task && !this.#isCoached) return;
    this.#isCoached = true;
    const { coachOf } = await import('./coach.js');
    show('coach', coachOf(this.#session, this.task));
  }

  /** @param {import('wasmlp').Network} network */
  async #showTables(network) {
    const { weightTables } = await import('./weights.js');
    await withStyle('tables');
    if (this.#session.network === network) this.#tables.replaceChildren(...weightTables(network, this.#inputs()));
  }

  /** Describes the drawings in words, for screen readers. */
  #describe() {
    this.#described = performance.now();
    const { network, problem, settled: settings, summary } = this.#session;
    if (network === undefined) return;
    const label = (/** @type {string} */ id, /** @type {string} */ text) =>
      byId(id, HTMLCanvasElement).setAttribute('aria-label', text);
    const what = hasValues(settings)
      ? 'The values that the network answers'
      : 'The decision boundary between two classes';
    label('boundary', `${what}, ${settings.data}. ${summary}`);
    const layers = network.layers.map(({ units, activation }) => `${units} ${activation}`);
    const { inputs, parameterCount } = network;
    label('diagram', `Network of ${inputs} inputs, ${layers.join(', ')}; ${parameterCount} parameters.`);
    label('losses', `The loss over the epochs, on a logarithmic scale. ${summary}`);
    this.advise();
    const ends = problem?.ends ?? (hasValues(settings) ? ['−1', '1'] : ['class 0', 'class 1']);
    ends.forEach((end, i) => {
      for (const id of ['name', 'brush']) show(`${id}-${i}`, end);
    });
    const isDigits = network.inputs === 64;
    byId('pictures', HTMLElement).hidden = !isDigits;
    byId('network-how', HTMLElement).hidden = isDigits;
    if (byId('weights', HTMLDetailsElement).open) this.#showTables(network);
  }
}

/** Writes only what is new: a text that stays is not told again. @param {string} id @param {string} text */
function show(id, text) {
  const element = byId(id, HTMLElement);
  if (element.textContent !== text) element.textContent = text;
}
