/** The parts of the page that few visits need. Each is loaded with its first use. */

import { Hand } from './hand.js';
import { byId, withStyle } from './page.js';
import { planeReader, readLosses } from './readings.js';
import { hasValues } from './settings.js';

/** @typedef {import('./settings.js').Settings} Settings */
/** @typedef {import('./hand.js').Brush} Brush */
/** @typedef {import('./places.js').Edge} Edge */
/** @typedef {import('./places.js').Place} Place */
/**
 * What the parts work with.
 * @typedef {object} Page
 * @property {import('./session.js').Session} session
 * @property {import('./view.js').View} view
 * @property {import('./units.js').Units} units
 * @property {(settings: Settings) => Promise<void>} use
 * @property {(text: string) => void} say
 * @property {(text: string) => void} complain
 * @property {() => void} requestDraw
 * @property {() => void} showSettings
 */

/** A table of points that is larger has more of them than the page shows. */
const MOST_BYTES = 1_000_000;

export class Parts {
  /** @type {import('./race.js').Race | undefined} */
  heat;
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
  #strokes = Promise.resolve();
  #readsLosses = false;

  /** @param {Page} page */
  constructor(page) {
    this.#page = page;
    const { session, view, requestDraw } = page;
    view.readPlane = planeReader(session, view);
    new Hand({
      onRead: (place, isKey) => {
        view.read = place;
        view.cursor = isKey ? place : undefined;
        requestDraw();
      },
      onBrush: (place, brush) => this.#brush(place, brush),
    });
  }

  /** Shows what belongs to the state of the session. */
  async show() {
    const { session, view, requestDraw } = this.#page;
    const { steps, network, problem } = session;
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

  /** One point after the other: each takes the points that the one before has left. @param {Place} place @param {Brush} brush */
  #brush(place, brush) {
    this.#strokes = this.#strokes.then(() => this.#change(place, brush));
  }

  /** @param {Place} place @param {Brush} brush */
  async #change(place, brush) {
    const [{ withPoint, without }, { joinedPoints }] = await Promise.all([import('./own.js'), import('./values.js')]);
    const { session, showSettings } = this.#page;
    const { problem, settings, source } = session;
    if (problem === undefined || settings.data === 'digits') return;
    const data = hasValues(settings) ? 'ownValues' : 'own';
    // The first stroke makes the points that are shown the visitor's own.
    const points = settings.data === data ? await source.own(data) : joinedPoints(problem);
    const low = data === 'own' ? 0 : -1;
    source.setOwn(data, brush === 'erase' ? without(points, place) : withPoint(points, place, brush === '0' ? low : 1));
    // Not awaited: it waits for an epoch to end, and of several in a row only the last one counts.
    session.repoint({ ...settings, data });
    showSettings();
  }

  /** @param {File} file A table of points. */
  async readTable(file) {
    const { readPoints } = await import('./own.js');
    if (file.size > MOST_BYTES)
      throw new RangeError(`${file.name} has ${file.size} bytes, more than this page can show.`);
    const { points, hasValues: values } = readPoints(await file.text());
    const { session, use, say } = this.#page;
    const data = values ? 'ownValues' : 'own';
    session.source.setOwn(data, points);
    await use({ ...session.settings, data });
    say(`Read ${points.targets.length} points from ${file.name}. The link does not have them.`);
  }

  /** @param {File} file A network. */
  async load(file) {
    const { session, say, showSettings } = this.#page;
    const { open } = await import('./files.js');
    this.endRace();
    if (!(await session.load(() => open(file)))) return;
    this.heat?.clear();
    showSettings();
    // Data must be chosen before the file is loaded: a choice of data starts a new network.
    const isDigits = session.settings.data === 'digits';
    const other = isDigits ? '' : ' Is that poor? Choose the data it was trained on, then load it again.';
    const { MOST_WEIGHTS } = await import('./link.js');
    const hasLink = (session.network?.parameterCount ?? 0) <= MOST_WEIGHTS;
    say(
      `Loaded ${file.name}. ${session.summary}${other} The link has ${hasLink ? 'its weights too' : 'the settings, not the weights'}.`,
    );
  }

  /** Reads a file that was dropped: a network, or a table of points. @param {File} file */
  async read(file) {
    this.#page.complain('');
    await (file.name.endsWith('.safetensors') ? this.load(file) : this.readTable(file));
  }

  async save() {
    const { session, say } = this.#page;
    const { download } = await import('./files.js');
    if (session.network !== undefined) say(download(session.network, session.settings.data));
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
    if (session.network === undefined) return;
    const field = byId('code-text', HTMLTextAreaElement);
    field.hidden = false;
    field.value = codeOf(session.settings, session.network);
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
    this.#page.say(await savePicture(this.#page.session.settings.data));
  }

  /** Shows the next validation digit. */
  another() {
    const { session, view } = this.#page;
    view.showDigit(this.#shownDigit);
    this.#shownDigit = (this.#shownDigit + 1) % (session.problem?.validation.targets.length ?? 1);
  }

  async record() {
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
    const line = byId('challenge-state', HTMLElement);
    view.onNumbers = () => {
      if (this.#challenge === undefined) return;
      const { text, isDone } = stateOf(this.#challenge, { settings: session.settled, last: session.last });
      if (line.textContent !== text) line.textContent = text;
      // It stays done, whatever comes.
      if (isDone) this.#challenge = undefined;
    };
    if (challenge === undefined) return;
    this.#challenge = undefined;
    await use(challenge.settings);
    this.#challenge = challenge;
    view.onNumbers();
    byId('network', HTMLElement).scrollIntoView({ block: 'nearest' });
  }
}
