/** The parts of the page that few visits need. Each is loaded with its first use. */

import { PointBrush } from './brush.js';
import { Hand } from './hand.js';
import { byId, withStyle } from './page.js';
import { planeReader, readLosses } from './readings.js';

/** @typedef {import('./settings.js').Settings} Settings */
/** @typedef {import('./places.js').Edge} Edge */
/** @typedef {import('./places.js').Place} Place */
/**
 * What the parts work with.
 * @typedef {object} Page
 * @property {import('./session.js').Session} session
 * @property {import('./view.js').View} view
 * @property {import('./units.js').Units} units
 * @property {(settings: Settings, more?: { told?: string }) => Promise<void>} use
 * @property {(text: string) => void} say
 * @property {(text: string) => void} complain
 * @property {() => void} requestDraw
 * @property {() => void} showSettings
 */

export class Parts {
  /** @type {import('./race.js').Race | undefined} */
  heat;
  brush;
  #page;
  /** Whether to resume training when the race is over. */
  #trainsOn = false;
  /** @type {import('./lesson.js').Lesson | undefined} */
  #lesson;
  /** @type {import('./edge.js').EdgeEditor | undefined} */
  #editor;
  /** @type {typeof import('./challenges.js').CHALLENGES[number] | undefined} */
  #challenge;
  /** @type {ReturnType<typeof import('./film.js').record> | undefined} */
  #film;
  #shownDigit = 0;
  #readsLosses = false;

  /** @param {Page} page */
  constructor(page) {
    this.#page = page;
    const { session, view, requestDraw } = page;
    view.readPlane = planeReader(session, view);
    this.brush = new PointBrush(page);
    new Hand({
      onRead: (place, isKey) => {
        view.read = place;
        view.cursor = isKey ? place : undefined;
        requestDraw();
      },
      onBrush: (place, kind, isNew) => this.brush.paint(place, kind, isNew),
      onTurnOn: () => page.say(`The brush is on: ${byId('brush-1', HTMLElement).textContent}.`),
    });
  }

  /** Shows what belongs to the state of the session. */
  async show() {
    const { session, view, requestDraw } = this.#page;
    const { steps, network, problem } = session;
    this.brush.show();
    // What was done with another network is no news.
    if (this.#challenge === undefined && !session.isTrained) view.task = undefined;
    if (steps !== undefined || this.#lesson !== undefined) {
      const { Lesson } = await import('./lesson.js');
      await withStyle('tables');
      this.#lesson ??= new Lesson(() => session.settings, requestDraw);
      const lesson = this.#lesson;
      view.stage = () => lesson.stage;
      lesson.show(session.steps);
    }
    const isDigits = network?.inputs === 64;
    byId('gallery-card', HTMLElement).hidden = !isDigits || !session.isTrained || session.isTraining;
    if (!isDigits || problem === undefined) return;
    if (view.pad === undefined) {
      const { makeDigits, Pad } = await import('./pad.js');
      await withStyle('digits');
      if (view.pad === undefined) makeDigits(() => this.another());
      view.pad ??= new Pad(requestDraw);
      requestDraw();
    }
    if (session.isTraining || !session.isTrained || session.network !== network) return;
    const { showGallery } = await import('./gallery.js');
    showGallery(network, problem.validation, (index) => {
      view.showDigit(index);
      byId('pad', HTMLElement).focus();
    });
  }

  /** Training and a race never run together: each would slow the other down. */
  endRace() {
    this.#trainsOn = false;
    this.heat?.stop();
  }

  /** @param {Edge} edge @param {Place} place */
  async editEdge(edge, place) {
    const { session, view, units, requestDraw } = this.#page;
    const { EdgeEditor } = await import('./edge.js');
    await withStyle('tables');
    const mark = (/** @type {Edge | undefined} */ marked) => {
      view.marked = marked;
      requestDraw();
    };
    this.#editor ??= new EdgeEditor(session, mark, (closed, isDone) => {
      mark(undefined);
      if (isDone) units.focus(closed);
    });
    this.#editor.open(edge, place);
    mark(edge);
  }

  async race() {
    const { session } = this.#page;
    const { Race } = await import('./race.js');
    this.heat ??= new Race(
      async () => {
        this.#trainsOn = session.isTraining;
        await session.pause(() => `The race is on.${this.#trainsOn ? ' Training waits.' : ''}`);
        if (session.problem === undefined) throw new Error('There is nothing to race with yet.');
        return { settings: session.settings, problem: session.problem };
      },
      () => {
        if (this.#trainsOn) session.start('The race is over. Training goes on.');
        else session.pause(() => `The race is over. ${session.summary}`);
        this.#trainsOn = false;
      },
    );
    return this.heat.toggle();
  }

  /** @param {File} file A network. */
  async load(file) {
    const { session, say, showSettings } = this.#page;
    const { open } = await import('./files.js');
    this.endRace();
    const { bring, link } = await open(file);
    if (!(await session.load(bring, link))) return;
    this.heat?.clear();
    showSettings();
    // Data must be chosen before the file is loaded: a choice of data starts a new network.
    const isSure = link !== undefined || session.settings.data === 'digits';
    const other = isSure ? '' : ' Is that poor? Choose the data it was trained on, then load it again.';
    const { MOST_WEIGHTS } = await import('./link.js');
    const hasLink = (session.network?.parameterCount ?? 0) <= MOST_WEIGHTS;
    say(
      `Loaded ${file.name}. ${session.summary}${other} The link has ${hasLink ? 'its weights too' : 'the settings, not the weights'}.`,
    );
  }

  /** Reads a file that was dropped: a network, or a table of points. @param {File} file */
  async read(file) {
    this.#page.complain('');
    await (file.name.endsWith('.safetensors') ? this.load(file) : this.brush.readTable(file));
  }

  async save() {
    const { session, say } = this.#page;
    const { download } = await import('./files.js');
    if (session.network !== undefined) say(await download(session));
  }

  /** @param {'link' | 'code-text'} id @param {string} name */
  async copy(id, name) {
    const { copy } = await import('./files.js');
    const field = document.getElementById(id);
    if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)
      this.#page.say(await copy(field, name));
  }

  async code() {
    const { session } = this.#page;
    const { codeOf } = await import('./code.js');
    const { sampleAt } = await import('./datasets.js');
    const { network, problem } = session;
    if (network === undefined || problem === undefined) return;
    const { row, target } = sampleAt(problem.validation, 0);
    const field = byId('code-text', HTMLTextAreaElement);
    field.hidden = false;
    field.value = codeOf(session.settings, network, problem.table, [...row.slice(0, 2), target]);
    await this.copy('code-text', 'The code');
  }

  /** Lets visitors read the losses. */
  readLosses() {
    if (this.#readsLosses) return;
    this.#readsLosses = true;
    readLosses(this.#page.view, this.#page.requestDraw);
  }

  async picture() {
    const { savePicture } = await import('./film.js');
    this.#page.say(await savePicture(this.#page.session));
  }

  /** Shows the next validation digit. */
  another() {
    const { session, view } = this.#page;
    view.showDigit(this.#shownDigit);
    this.#shownDigit = (this.#shownDigit + 1) % (session.problem?.validation.targets.length ?? 1);
  }

  async film() {
    const { session, say } = this.#page;
    const { record } = await import('./film.js');
    const button = byId('film', HTMLButtonElement);
    const film = this.#film;
    this.#film = film === undefined ? record(session.settings.data) : undefined;
    button.textContent = film === undefined ? 'End the recording' : 'Record an animation';
    if (film !== undefined) return say(await film.stop());
    if (session.isTraining) say('Recording.');
    else await session.start('Training, and recording.');
  }

  /** @param {number} index */
  async take(index) {
    const { session, view, use } = this.#page;
    const { CHALLENGES, stateOf } = await import('./challenges.js');
    const challenge = CHALLENGES[index];
    if (challenge === undefined) return;
    const { keeps } = challenge;
    const line = byId('challenge-state', HTMLElement);
    view.onNumbers = () => {
      if (this.#challenge === undefined) return;
      // Who chooses other data has something else in mind.
      if (session.settled.data !== this.#challenge.settings.data) {
        this.#challenge = undefined;
        line.textContent = '';
        view.task = undefined;
        return;
      }
      const { text, isDone } = stateOf(this.#challenge, { settings: session.settled, last: session.last });
      if (line.textContent === text) return;
      line.textContent = text;
      // The card is out of sight while the network is looked at.
      view.task = { text: `Challenge: ${text}`, keeps };
      view.advise();
      if (!isDone) return;
      // It stays done, whatever comes.
      this.#challenge = undefined;
      const button = document.querySelector(`[data-challenge="${index}"]`);
      if (button !== null) button.textContent = `${button.textContent?.replace(' ✓', '')} ✓`;
    };
    this.#challenge = undefined;
    line.textContent = '';
    view.task = undefined;
    await use(challenge.settings);
    this.#challenge = challenge;
    view.onNumbers();
    // The rule is above, on a phone too, and Start is what the visitor needs next.
    scrollTo(0, 0);
    byId('start', HTMLButtonElement).focus({ preventScroll: true });
  }
}
