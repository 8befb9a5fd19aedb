/** Starts the playground: connects the controls with the session, and the session with what is drawn. */
import { copyLink, download, open } from './files.js';
import { Form } from './form.js';
import { startFrames } from './frames.js';
import { showLesson } from './lesson.js';
import { byId } from './page.js';
import { wordsOf } from './problems.js';
import { Race } from './race.js';
import { Session } from './session.js';
import { TUTORIAL } from './settings.js';
import { startTheme } from './theme.js';
import { fromHash, toHash } from './url.js';
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
  history.replaceState(null, '', toHash(settings));
  byId('link', HTMLInputElement).value = location.href;
}

/** @param {Settings} settings @param {string} [told] What is wrong with them. */
async function use(settings, told = '') {
  complain(told);
  race.clear();
  const done = session.use(settings);
  showSettings();
  await done;
  // If that failed, the old network stays: show its settings.
  if (session.settings !== form.settings) showSettings();
}

/** The settings in the address. A link to a place in the page, such as “Skip to the network”, has none. */
function linkedSettings() {
  const isPlace = document.getElementById(location.hash.slice(1)) !== null;
  return isPlace ? undefined : fromHash(location.hash);
}

const linked = linkedSettings() ?? fromHash('');
const session = new Session(linked.settings, readTable, {
  onChange: () => {
    startButton.textContent = session.isTraining ? 'Pause' : session.isTrained ? 'Continue' : 'Start';
    showLesson(session.steps, session.settings, session.hasLesson);
    requestDraw();
  },
  onSay: say,
  onError: (error) => complain(wordsOf(error)),
});
const view = new View(session, () => requestDraw());
const requestDraw = startFrames(session.trainer, view);
const form = new Form(linked.settings, use);

/** Whether to resume training when the race is over. */
let trainsOn = false;
const race = new Race(
  async () => {
    trainsOn = session.isTraining;
    await session.pause(() => `The race is on.${trainsOn ? ' Training waits.' : ''}`);
    if (session.problem === undefined) throw new Error('There is nothing to race with yet.');
    return { settings: session.settings, problem: session.problem };
  },
  () => {
    if (trainsOn) session.start('The race is over. Training goes on.');
    else session.pause(() => `The race is over. ${session.summary}`);
    trainsOn = false;
  },
);

/** Training and a race never run together: each would slow the other down. */
function endRace() {
  trainsOn = false;
  race.stop();
}

/** @param {string} id @param {() => unknown} act */
function onClick(id, act) {
  byId(id, HTMLButtonElement).addEventListener('click', act);
}

startButton.addEventListener('click', () => {
  complain('');
  if (session.isTraining) return session.pause();
  endRace();
  return session.start();
});
onClick('step', () => {
  endRace();
  return session.step();
});
onClick('restart', () => use({ ...session.settings }));
onClick('lesson-tutorial', () => {
  // This button disappears. The step button is what the visitor needs next.
  byId('step', HTMLButtonElement).focus({ preventScroll: true });
  return use(TUTORIAL);
});
onClick('save', () => session.network && say(download(session.network, session.settings.data)));
onClick('copy', async () => say(await copyLink()));
let shownDigit = 0;
onClick('another', () => {
  view.showDigit(shownDigit);
  shownDigit = (shownDigit + 1) % (session.problem?.validation.targets.length ?? 1);
});
const speed = byId('speed', HTMLSelectElement);
speed.addEventListener('change', () => {
  session.trainer.speed = /** @type {import('./trainer.js').Speed} */ (speed.value);
});
const file = byId('file', HTMLInputElement);
file.addEventListener('change', async () => {
  const [chosen] = file.files ?? [];
  if (chosen === undefined) return;
  complain('');
  endRace();
  const isLoaded = await session.load(() => open(chosen));
  // Lets the visitor choose the same file again.
  file.value = '';
  if (!isLoaded) return;
  race.clear();
  showSettings();
  // Data must be chosen before the file is loaded: a choice of data starts a new network.
  const other =
    session.settings.data === 'digits' ? '' : ' Is that poor? Choose the data it was trained on, then load it again.';
  say(`Loaded ${chosen.name}. ${session.summary}${other} The link has the settings, not the weights.`);
});
byId('weights', HTMLDetailsElement).addEventListener('toggle', requestDraw);
addEventListener('hashchange', () => {
  const asked = linkedSettings();
  if (asked === undefined) history.replaceState(null, '', toHash(session.settings));
  else use(asked.settings, asked.problems.join(' '));
});
new ResizeObserver(requestDraw).observe(byId('main', HTMLElement));
startTheme(() => {
  view.repaint();
  requestDraw();
});
await use(linked.settings, linked.problems.join(' '));
