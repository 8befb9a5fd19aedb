/** The panel that shows one step of backpropagation in numbers. Computes nothing itself: step.js does. */
import { NAMES, PATHS } from './backpropagation.js';
import { decimals } from './numbers.js';
import { byId, make } from './page.js';

/** @typedef {import('./settings.js').Settings} Settings */
/** @typedef {import('./backpropagation.js').Line} Line */
/** @typedef {import('./step.js').Steps} Steps */

const TOO_LARGE = 'A network of two inputs, two hidden units and one output is small enough to see every number.';

/** Whether a step was shown before: only the first one of a network scrolls into view. */
let isShown = false;

/**
 * Shows a step, or what to do to see one.
 * @param {Steps | undefined} steps
 * @param {Settings} settings
 * @param {boolean} fits Whether the next step will be shown.
 */
export function showLesson(steps, settings, fits) {
  const shown = fits ? steps : undefined;
  byId('lesson-hint', HTMLElement).hidden = shown !== undefined;
  byId('lesson-tutorial', HTMLButtonElement).hidden = fits;
  byId('lesson-how', HTMLElement).replaceChildren(...(fits ? invitation() : [TOO_LARGE]));
  byId('lesson', HTMLElement).replaceChildren(...(shown === undefined ? [] : tablesOf(shown, settings)));
  if (shown !== undefined && !isShown) {
    // The panel may be far away from the button.
    const behavior = matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth';
    byId('lesson-card', HTMLElement).scrollIntoView({ behavior, block: 'nearest' });
  }
  isShown = shown !== undefined;
}

/** Names the button by its label, which is shorter on phones. */
function invitation() {
  return ['Press “Step', make('span', { class: 'long' }, ' one sample'), '” to see every number of one step.'];
}

/** @param {Steps} steps @param {Settings} settings */
function tablesOf({ pass, before, theirs, after, sample }, settings) {
  const inputs = [
    { name: 'x1', formula: 'input', value: sample.x1 },
    { name: 'x2', formula: 'input', value: sample.x2 },
    { name: 't', formula: 'target', value: sample.t },
  ];
  const lines = (/** @type {readonly Line[]} */ of) =>
    of.map(({ name, formula, value }) => ({ name, formula, values: [value] }));
  const derivatives = NAMES.map((name) => ({
    name: `dL/d${name}`,
    formula: PATHS[name],
    values: [pass.derivatives[name], theirs[name]],
  }));
  const steps = NAMES.map((name) => ({ name, values: [before[name], after[name] - before[name], after[name]] }));
  const step = settings.optimizer === 'sgd' ? `−${settings.rate} dL/dw` : 'step';
  return [
    table('Forward', [], lines([...inputs, ...pass.forward, ...pass.loss])),
    table('Backward', [], lines(pass.backward)),
    table('Derivatives', ['', '', 'by hand', 'network'], derivatives),
    table('The step', ['', 'before', step, 'after'], steps),
    make('p', { class: 'hint' }, 'Computed with more digits than shown.'),
  ];
}

/**
 * @param {string} caption
 * @param {readonly string[]} head Titles of the columns, where they need any.
 * @param {readonly { name: string, formula?: string, values: readonly number[] }[]} rows
 */
function table(caption, head, rows) {
  const header = make(
    'tr',
    {},
    ...head.map((text) => make(text === '' ? 'td' : 'th', text === '' ? {} : { scope: 'col' }, text)),
  );
  const lines = rows.map(({ name, formula, values }) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, name),
      ...(formula === undefined ? [] : [make('td', { class: 'formula' }, formula)]),
      ...values.map((value) => make('td', {}, decimals(value))),
    ),
  );
  return make(
    'table',
    {},
    make('caption', {}, caption),
    ...(head.length === 0 ? [] : [make('thead', {}, header)]),
    make('tbody', {}, ...lines),
  );
}
