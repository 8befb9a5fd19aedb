/** The panel that shows one step of backpropagation in numbers. Computes nothing itself: step.js does. */
import { NAMES, PATHS } from './backpropagation.js';
import { digits } from './numbers.js';
import { byId, make, scroller } from './page.js';

/** @typedef {import('./settings.js').Settings} Settings */
/** @typedef {import('./backpropagation.js').Line} Line */
/** @typedef {import('./step.js').Steps} Steps */

/**
 * Shows a step, or what to do to see one.
 * @param {Steps | undefined} steps
 * @param {Settings} settings
 * @param {boolean} fits Whether the next step will be shown.
 */
export function showLesson(steps, settings, fits) {
  byId('lesson-hint', HTMLElement).hidden = fits && steps !== undefined;
  byId('lesson-tutorial', HTMLButtonElement).hidden = fits;
  byId('lesson-how', HTMLElement).textContent = fits
    ? 'Press “Step one sample” to see every number of one step.'
    : 'A network of two inputs, two hidden units and one output, made of the settings, is small enough to see every number.';
  byId('lesson', HTMLElement).replaceChildren(...(fits && steps !== undefined ? tablesOf(steps, settings) : []));
}

/** @param {Steps} steps @param {Settings} settings */
function tablesOf({ pass, before, theirs, after, sample }, settings) {
  const inputs = [
    { name: 'x1', formula: 'input', value: sample.x1 },
    { name: 'x2', formula: 'input', value: sample.x2 },
    { name: 't', formula: 'target', value: sample.t },
  ];
  const plain = settings.optimizer === 'sgd';
  const head = [
    '',
    'before',
    'derivative',
    'by hand',
    'network',
    plain ? `step: −${settings.rate} dL/dw` : 'step',
    'after',
  ];
  const rows = NAMES.map((name) => {
    const numbers = [pass.derivatives[name], theirs[name], after[name] - before[name], after[name]];
    return make(
      'tr',
      {},
      make('th', { scope: 'row' }, name),
      make('td', {}, digits(before[name])),
      make('td', { class: 'formula' }, `dL/d${name} = ${PATHS[name]}`),
      ...numbers.map((value) => make('td', {}, digits(value))),
    );
  });
  const header = make(
    'tr',
    {},
    ...head.map((text) => make('th', { scope: 'col', ...(text === 'derivative' && { class: 'formula' }) }, text)),
  );
  const update = make(
    'table',
    {},
    make('caption', {}, 'The step'),
    make('thead', {}, header),
    make('tbody', {}, ...rows),
  );
  return [
    make(
      'div',
      { class: 'passes' },
      linesTable('Forward', [...inputs, ...pass.forward, ...pass.loss]),
      linesTable('Backward', pass.backward),
    ),
    scroller('The step, a table', update),
  ];
}

/** @param {string} caption @param {readonly Line[]} lines */
function linesTable(caption, lines) {
  const rows = lines.map(({ name, formula, value }) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, name),
      make('td', { class: 'formula' }, formula),
      make('td', {}, digits(value)),
    ),
  );
  return make('table', {}, make('caption', {}, caption), make('tbody', {}, ...rows));
}
