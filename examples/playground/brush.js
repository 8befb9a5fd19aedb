/** Brushes points into the data, takes strokes back, clears the plane, and reads tables of points. Knows no pointers and no keys. */
import { isOwn } from './link.js';
import { cleared, MOST_POINTS, without, withPoint } from './own.js';
import { byId } from './page.js';
import { EXTENT } from './plane.js';
import { hasValues, onData } from './settings.js';
import { joinedPoints } from './values.js';

/** @typedef {import('./hand.js').Brush} Kind */
/** @typedef {import('./places.js').Place} Place */
/** @typedef {import('./settings.js').Settings} Settings */
/** What a stroke changed: the data that was shown, and the points that it had if they were the visitor's. */
/** @typedef {{ data: Settings['data'], owned?: import('./source.js').Owned }} Before */

/** Strokes that can be taken back. */
const MOST_STROKES = 100;
const FEWEST = 'Four points stay: a network needs some to learn, and some to be judged by.';
/** A table of points that is larger has more of them than the page shows. */
const MOST_BYTES = 1_000_000;

export class PointBrush {
  #page;
  #button = byId('undo', HTMLButtonElement);
  /** The newest last. @type {Before[]} */
  #past = [];
  #changes = Promise.resolve();

  /** @param {import('./parts.js').Page} page */
  constructor(page) {
    this.#page = page;
    addEventListener('keydown', (event) => {
      const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key === 'z';
      // Fields of text take back what was typed.
      if (!isUndo || this.#past.length === 0 || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      this.undo();
    });
  }

  /** Shows whether there is something to take back. Strokes on data that is gone cannot be taken back. */
  show() {
    if (!isOwn(this.#page.session.settings.data)) this.#past = [];
    this.#button.ariaDisabled = `${this.#past.length === 0}`;
  }

  /** @param {Place} place @param {Kind} kind @param {boolean} isNew Whether a stroke begins. */
  paint(place, kind, isNew) {
    if (kind === 'erase') return this.#change(isNew, (points) => without(points, place), FEWEST);
    // A stroke may leave the plane.
    if (Math.max(Math.abs(place.x), Math.abs(place.y)) > EXTENT) return;
    const full = `No more than ${MOST_POINTS} points fit.`;
    return this.#change(isNew, (points, low) => withPoint(points, place, kind === '0' ? low : 1), full);
  }

  /** Leaves four points. */
  async clear() {
    await this.#change(true, (_, low) => cleared(low < 0));
    this.#page.say(FEWEST);
  }

  /** Takes the last stroke back. */
  undo() {
    return this.#next(async () => {
      const { session, showSettings } = this.#page;
      const before = this.#past.pop();
      if (before === undefined) return this.#page.say('There is no stroke to take back.');
      const { data, owned } = before;
      if (isOwn(data) && owned !== undefined) session.source.setOwn(data, owned);
      session.repoint({ ...session.settings, data });
      showSettings();
      this.show();
      this.#page.say('The last stroke is taken back.');
    });
  }

  /** @param {File} file A table of points. */
  async readTable(file) {
    if (file.size > MOST_BYTES)
      throw new RangeError(`${file.name} has ${file.size} bytes, more than this page can show.`);
    const { readPoints } = await import('./read-points.js');
    const { points, hasValues: areValues, table } = await readPoints(file);
    const { session, use, say } = this.#page;
    const data = areValues ? 'ownValues' : 'own';
    this.#past = [];
    session.source.setOwn(data, { points, table });
    // Extra inputs stay as they are chosen.
    await use(onData(session.settings, data));
    say(`Read ${points.targets.length} points from ${file.name}.`);
  }

  /** One change after the other: each takes the points that the one before has left. @param {() => Promise<void>} act */
  #next(act) {
    // Also after one that failed, which has said so.
    this.#changes = this.#changes.then(act, act);
    return this.#changes;
  }

  /**
   * @param {boolean} isNew
   * @param {(points: import('./datasets.js').Samples, low: number) => import('./datasets.js').Samples} make `low` is the target of the first colour.
   * @param {string} [told] What the visitor is told where nothing changes.
   */
  #change(isNew, make, told = '') {
    return this.#next(async () => {
      const { session, showSettings } = this.#page;
      const { problem, settings, source } = session;
      if (problem === undefined || settings.data === 'digits') return;
      const data = hasValues(settings) ? 'ownValues' : 'own';
      // The first stroke makes the points that are shown the visitor's own.
      const owned = settings.data === data ? await source.own(data) : { points: joinedPoints(problem) };
      const points = make(owned.points, data === 'own' ? 0 : -1);
      if (points === owned.points) return this.#page.say(told);
      if (isNew || this.#past.length === 0) {
        const before = { data: settings.data, ...(settings.data === data && { owned }) };
        this.#past = [...this.#past.slice(1 - MOST_STROKES), before];
      }
      source.setOwn(data, { ...owned, points });
      // Not awaited: it waits for an epoch to end, and of several in a row only the last one counts.
      session.repoint({ ...settings, data });
      showSettings();
      this.show();
    });
  }
}
