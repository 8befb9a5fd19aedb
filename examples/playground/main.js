/** Starts the playground: connects the controls with the session, and the session with what is drawn. What few visitors need comes later. */
import { Form } from './form.js';
import { startFrames } from './frames.js';
import { byId, withStyle } from './page.js';
import { wordsOf } from './problems.js';
import { Session } from './session.js';
import { DEFAULTS, differInPace, TUTORIAL } from './settings.js';
import { startTheme } from './theme.js';
import { Units } from './units.js';
import { toHash } from './url.js';
import { View } from './view.js';

/** @typedef {import('./settings.js').Settings} Settings */

// The notice for browsers in which nothing of this runs.
byId('waiting', HTMLElement).remove();

const startButton = byId('start', HTMLButtonElement);

/** @param {string} text */
function say(text) {
  byId('status', HTMLElement).textContent = text;
}

/** @param {string} text */
function complain(text) {
  byId('problem', HTMLElement).textContent = text;
}

/** Reads the table of digits. Called when it is first needed. */
async function readTable() {
  const response = await fetch(new URL('../data/digits.csv', import.meta.url)).catch(() => undefined);
  if (!response?.ok) throw new Error('The digits could not be read from the server. Choose other data, or try again.');
  return await response.text();
}

/** Shows the settings of the session wherever the page shows settings. */
function showSettings() {
  const { settings } = session;
  form.show(settings);
  // Points and view come a moment later.
  if (!location.hash.startsWith(toHash(settings))) history.replaceState(null, '', toHash(settings));
  showLink();
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let addressing;

/**
 * The link carries what the network has learned, where that is little; while it trains, it does not. The address has all else. Both have
 * points of the visitor, and how the answers are shown.
 */
async function showLink() {
  const { settings, network } = session;
  const hash = toHash(settings);
  const hasWeights = (session.isTrained || session.isEdited) && !session.isTraining;
  const isPlain = !hasWeights && !view.isDiscrete && !settings.data.startsWith('own');
  const { address, weights, title } = isPlain
    ? { address: '', weights: '', title: 'Link to these settings' }
    : await (await import('./sharing.js')).linkParts(session, view, hasWeights);
  // Something else may have come meanwhile, and shows its own link.
  if (session.settings !== settings || session.network !== network || (hasWeights && session.isTraining)) return;
  byId('link', HTMLInputElement).value = `${location.origin}${location.pathname}${hash}${address}${weights}`;
  byId('link-title', HTMLElement).textContent = title;
  // Browsers refuse an address that changes with each point of a stroke.
  clearTimeout(addressing);
  addressing = setTimeout(() => {
    if (location.hash !== hash + address) history.replaceState(null, '', hash + address);
  }, 400);
}

/**
 * @param {Settings} settings
 * @param {{ told?: string | undefined, isMoving?: boolean }} [more] `told`: what is wrong with them.
 */
async function use(settings, { told = '', isMoving = false } = {}) {
  complain(told);
  parts?.heat?.clear();
  const isPace = session.network !== undefined && differInPace(settings, session.settings);
  const done = isPace ? session.adjust(settings) : session.use(settings);
  if (!isMoving) showSettings();
  await done;
  // If that failed, the old network stays: show its settings.
  if (session.settings !== form.settings) showSettings();
}

/**
 * Opens what the address says, which may be nothing. `newURL` is the address as the visitor changed it: the page itself may have written its
 * own over that since.
 */
async function openAddress({ newURL = location.href } = {}) {
  clearTimeout(addressing);
  const { hash } = new URL(newURL);
  if (hash.length < 2) return use(DEFAULTS);
  const { openLink } = await import('./sharing.js');
  await openLink(page, hash);
}

const session = new Session(DEFAULTS, readTable, {
  onChange: () => {
    startButton.textContent = session.isTraining ? 'Pause' : session.isTrained ? 'Continue' : 'Start';
    byId('step-back', HTMLButtonElement).ariaDisabled = `${!session.canStepBack}`;
    if (parts !== undefined || session.steps !== undefined || session.network?.inputs === 64)
      later((all) => all.show());
    showLink();
    requestDraw();
  },
  onSay: say,
  onError: (error) => complain(wordsOf(error)),
});
const view = new View(session, () => requestDraw());
const requestDraw = startFrames(session.trainer, view);
const form = new Form(DEFAULTS, (settings, isMoving) => use(settings, { isMoving }));
const units = new Units({
  onShow: (unit) => {
    view.unit = unit;
    later(requestDraw);
  },
  onMark: (edge) => {
    view.marked = edge;
    requestDraw();
  },
  onEdit: (edge, place) => later((all) => all.editEdge(edge, place)),
  onUnits: (layer, count) =>
    form.change(
      'layers',
      session.settings.layers.map((units, i) => (i === layer ? count : units)),
    ),
});
view.layOut = (network, inputs) => units.layOut(network, inputs);

/** @type {import('./parts.js').Page} */
const page = { session, view, units, use, say, complain, requestDraw, showSettings };
/** The parts that few visits need, once they are loaded. @type {import('./parts.js').Parts | undefined} */
let parts;
/** @type {Promise<import('./parts.js').Parts> | undefined} */
let loading;

/** Loads the parts with their first use. @param {(parts: import('./parts.js').Parts) => unknown} act */
async function later(act) {
  loading ??= import('./parts.js').then(({ Parts }) => new Parts(page));
  try {
    parts = await loading;
    await act(parts);
  } catch (error) {
    complain(wordsOf(error));
  }
}

/** @param {string} id @param {() => unknown} act */
function onClick(id, act) {
  byId(id, HTMLButtonElement).addEventListener('click', () => {
    // What went wrong before is over.
    complain('');
    return act();
  });
}

onClick('start', () => {
  if (session.isTraining) return session.pause();
  parts?.endRace();
  return session.start();
});
onClick('step', () => {
  parts?.endRace();
  return session.step();
});
onClick('step-back', () => {
  if (session.canStepBack) parts?.endRace();
  return session.stepBack();
});
onClick('restart', () => use({ ...session.settings }));
onClick('lesson-tutorial', () => {
  // This button disappears with the first step. The step button is what the visitor needs next.
  byId('step', HTMLButtonElement).focus({ preventScroll: true });
  byId('network', HTMLElement).scrollIntoView({ block: 'nearest' });
  return use(TUTORIAL);
});
onClick('undo', () => later((all) => all.brush.undo()));
onClick('clear-points', () => later((all) => all.brush.clear()));
onClick('race-start', () => later((all) => all.race()));
for (const id of /** @type {const} */ (['save', 'code', 'picture', 'film']))
  onClick(id, () => later((all) => all[id]()));
onClick('copy', () => later((all) => all.copy('link', 'The link')));
byId('challenges', HTMLElement).addEventListener('click', ({ target }) => {
  const { challenge } = target instanceof HTMLElement ? target.dataset : {};
  if (challenge !== undefined) later((all) => all.take(Number(challenge)));
});
for (const id of /** @type {const} */ (['csv', 'file'])) {
  const input = byId(id, HTMLInputElement);
  input.addEventListener('change', async () => {
    const [chosen] = input.files ?? [];
    complain('');
    if (chosen !== undefined) await later((all) => (id === 'csv' ? all.brush.readTable(chosen) : all.load(chosen)));
    // Lets the visitor choose the same file again.
    input.value = '';
  });
}
addEventListener('dragover', (event) => event.preventDefault());
addEventListener('drop', (event) => {
  event.preventDefault();
  const [dropped] = event.dataTransfer?.files ?? [];
  if (dropped !== undefined) later((all) => all.read(dropped));
});
const chart = byId('losses-chart', HTMLElement);
chart.tabIndex = 0;
for (const touch of ['pointerover', 'focus']) chart.addEventListener(touch, () => later((all) => all.readLosses()));
// The hand on the plane comes with its first touch, which must not be lost.
const plane = byId('plane', HTMLElement);
plane.tabIndex = 0;
for (const touch of ['pointerover', 'focus']) plane.addEventListener(touch, () => later(requestDraw));
plane.addEventListener('pointerdown', (event) => {
  if (parts === undefined) later(() => plane.dispatchEvent(new PointerEvent('pointerdown', event)));
});
plane.addEventListener('keydown', (event) => {
  if (parts !== undefined || event.key === 'Tab') return;
  event.preventDefault();
  later(() => plane.dispatchEvent(new KeyboardEvent('keydown', event)));
});
// Below the fold, it is drawn from when it is seen.
const activation = byId('activation-chart', HTMLElement);
activation.tabIndex = 0;
const observer = new IntersectionObserver(async ([entry]) => {
  if (!entry?.isIntersecting) return;
  observer.disconnect();
  const { activationOf } = await import('./activation-plot.js');
  view.drawMore = activationOf(session, requestDraw);
  requestDraw();
});
observer.observe(activation);
byId('words', HTMLDetailsElement).addEventListener('toggle', async () => {
  const [{ showWords }] = await Promise.all([import('./words.js'), withStyle('tables')]);
  showWords();
});
const speed = byId('speed', HTMLSelectElement);
speed.addEventListener('change', () => {
  session.trainer.speed = /** @type {import('./trainer.js').Speed} */ (speed.value);
});
const discretise = byId('discretise', HTMLInputElement);
discretise.addEventListener('change', () => {
  view.isDiscrete = discretise.checked;
  showLink();
  requestDraw();
});
byId('weights', HTMLDetailsElement).addEventListener('toggle', requestDraw);
addEventListener('hashchange', openAddress);
new ResizeObserver(requestDraw).observe(byId('main', HTMLElement));
startTheme(() => {
  view.repaint();
  requestDraw();
});

// In a task of its own: together with what runs until here it would be a long one. What it loads may import this module.
setTimeout(openAddress);
