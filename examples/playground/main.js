/** Starts the playground: joins the controls to the session, and the session to what is drawn. */
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

const startButton = byId('start', HTMLButtonElement);

/** @param {string} text */
function say(text) {
  byId('status', HTMLElement).textContent = text;
}

/** @param {string} text */
function complain(text) {
  byId('problem', HTMLElement).textContent = text;
}

/** The table of digits, read when it is first needed. */
async function readTable() {
  const response = await fetch(new URL('../data/digits.csv', import.meta.url)).catch(() => undefined);
  if (!response?.ok) throw new Error('The digits could not be read from the server. Choose other data, or try again.');
  return await response.text();
}

/** The settings in everything that shows them. */
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
  // Where it failed, those of the network that stays.
  if (session.settings !== form.settings) showSettings();
}

/** Of the address. A link within the page, as to skip to the network, says nothing of them. */
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

/** Whether to go on training when the race is over. */
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

/** What trains is alone: a race would take time from it, and be slowed down. */
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
  // This button hides itself, and what it is about begins with a step.
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
  // The same file may be chosen again.
  file.value = '';
  if (!isLoaded) return;
  race.clear();
  showSettings();
  // A choice of data after it would start a new network.
  const other =
    session.settings.data === 'digits' ? '' : ' Poor? Choose the data it was trained on, then load it again.';
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
