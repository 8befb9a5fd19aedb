/** The panel that shows one step of backpropagation in numbers. Computes nothing itself: backpropagation.js does. */
import { backpropagate, NAMES, named, PATHS } from './backpropagation.js';
import { byId, digits, make, scroller } from './page.js';
import { isTutorialShape } from './settings.js';

/** @typedef {import('wasmlp').Network} Network */
/** @typedef {import('./settings.js').Settings} Settings */
/** @typedef {import('./backpropagation.js').Line} Line */
/** @typedef {{ row: number[], target: number }} Sample */

/**
 * Trains the network on one sample, in one step. For a 2-2-1 network everything on the way is returned; for others the loss.
 * @param {Network} network
 * @param {Sample} sample
 * @param {Settings} settings
 */
export function stepOne(network, { row, target }, settings) {
  const answer = Uint8Array.of(target);
  if (!isTutorialShape(settings)) return { loss: network.trainOnBatch(row, answer), steps: undefined };
  const parameters = () => named([network.getParameters(0), network.getParameters(1)]);
  const [x1 = 0, x2 = 0] = row;
  const before = parameters();
  const pass = backpropagate(before, { x1, x2, t: target }, settings);
  const theirs = named(network.gradients(row, answer).layers);
  const loss = network.trainOnBatch(row, answer);
  return { loss, steps: { pass, before, theirs, after: parameters(), sample: { x1, x2, t: target } } };
}

/** @typedef {NonNullable<ReturnType<typeof stepOne>['steps']>} Steps */

/**
 * Shows a step, or what to do to see one.
 * @param {Steps | undefined} steps
 * @param {Settings} settings
 */
export function showLesson(steps, settings) {
  const fits = isTutorialShape(settings);
  byId('lesson-hint', HTMLElement).hidden = fits && steps !== undefined;
  byId('lesson-tutorial', HTMLButtonElement).hidden = fits;
  byId('lesson-how', HTMLElement).textContent = fits
    ? 'Press “Step one sample” to see every number of one step.'
    : 'A network of two inputs, two hidden units and one output is small enough to see every number.';
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
