/** The panel that shows one step of backpropagation: its stages, and its numbers in tables. Computes nothing itself: step.js does. */
import { decimals, linesOf, parametersOf } from './formulas.js';
import { grouped } from './numbers.js';
import { byId, make, scroller } from './page.js';
import { stagesOf } from './walk.js';

/** @typedef {import('./settings.js').Settings} Settings */
/** @typedef {import('./formulas.js').Line} Line */
/** @typedef {import('./step.js').Steps} Steps */
/** @typedef {import('./walk.js').Stage} Stage */

/** A table of more rows would be slow to make, and nobody would read it. */
const MOST_ROWS = 120;

export class Lesson {
  /** @type {Steps | undefined} */
  #steps;
  /** @type {Stage[]} */
  #stages = [];
  #at = 0;
  #numbers = make('div', { id: 'lesson' });
  #tables = make('details', { id: 'tables' }, make('summary', {}, 'Every number of this step'), this.#numbers);
  #walk = make('fieldset', { id: 'walk', class: 'walk', 'aria-label': 'Stages of the step', hidden: '' });
  #back = make('button', { type: 'button', id: 'stage-back', 'aria-label': 'Stage before' }, '‹');
  #text = make('p', { id: 'stage', role: 'status' });
  #next = make('button', { type: 'button', id: 'stage-next', 'aria-label': 'Next stage' }, 'Next stage ›');
  #settings;
  #onChange;

  /** @param {() => Settings} settings @param {() => void} onChange Called when another stage is shown. */
  constructor(settings, onChange) {
    this.#settings = settings;
    this.#onChange = onChange;
    this.#back.addEventListener('click', () => this.#go(this.#at - 1));
    this.#next.addEventListener('click', () => this.#go(this.#at + 1));
    this.#walk.append(this.#back, this.#text, this.#next);
    byId('columns', HTMLElement).parentElement?.after(this.#walk);
    byId('lesson-hint', HTMLElement).after(this.#tables);
    this.#tables.addEventListener('toggle', () => this.#showTables());
  }

  /** The stage that is shown. @returns {Stage | undefined} */
  get stage() {
    return this.#stages[this.#at];
  }

  /** Shows a step from its first stage on, or that there is none. @param {Steps | undefined} steps */
  show(steps) {
    if (steps === this.#steps) return;
    const isFirst = this.#steps === undefined;
    this.#steps = steps;
    this.#stages = steps === undefined ? [] : stagesOf(steps);
    this.#walk.hidden = steps === undefined;
    this.#tables.hidden = steps === undefined;
    byId('lesson-hint', HTMLElement).hidden = steps !== undefined;
    this.#showTables();
    this.#go(0);
    // What a step does is seen in the drawing. Who reads its numbers below is not taken away from them.
    if (isFirst && !this.#tables.open) byId('network', HTMLElement).scrollIntoView({ block: 'nearest' });
  }

  /** @param {number} stage */
  #go(stage) {
    const last = this.#stages.length - 1;
    this.#at = Math.min(last, Math.max(0, stage));
    // They keep the focus, which really disabled buttons would lose.
    this.#back.ariaDisabled = `${this.#at <= 0}`;
    this.#next.ariaDisabled = `${this.#at >= last}`;
    const end = stage < 0 ? ' No stage is before it.' : stage > last ? ' No stage follows.' : '';
    const text = this.stage === undefined ? '' : `${this.#at + 1} of ${last + 1}. ${this.stage.text}${end}`;
    this.#text.textContent = text;
    this.#onChange();
  }

  #showTables() {
    const shown = this.#steps !== undefined && this.#tables.open ? tablesOf(this.#steps, this.#settings()) : [];
    this.#numbers.replaceChildren(...shown);
  }
}

/** @param {Steps} steps @param {Settings} settings */
function tablesOf({ pass, before, theirs, after, sample }, settings) {
  const lines = linesOf(before, pass, settings.loss);
  const inputs = sample.row.map((value, i) => ({ name: `x${i + 1}`, formula: 'input', value }));
  const target = { name: 't', formula: 'target', value: sample.target };
  const plain = (/** @type {readonly Line[]} */ of) =>
    of.map(({ name, formula, value }) => ({ name, word: wordOf(name), formula, values: [value] }));
  const [old, given, now] = [before, theirs, after].map(parametersOf);
  const derivatives = lines.derivatives.map(({ name, formula, value }, i) => ({
    name: `dL/d${name}`,
    formula,
    values: [value, given?.[i] ?? 0],
  }));
  const steps = lines.derivatives.map(({ name }, i) => {
    const [from, to] = [old?.[i] ?? 0, now?.[i] ?? 0];
    return { name, values: [from, to - from, to] };
  });
  const step = settings.optimizer === 'sgd' && settings.l2 === 0 ? `−${settings.rate} dL/dw` : 'step';
  return [
    table('Forward', [], plain([...inputs, target, ...lines.forward, ...lines.loss])),
    table('Backward', [], plain(lines.backward)),
    table('Derivatives', ['', '', 'by hand', 'network'], derivatives),
    table('The step', ['', 'before', step, 'after'], steps),
    make('p', { class: 'hint' }, 'Computed with more digits than shown.'),
  ];
}

/** What a symbol is, in the words of the tutorial. @param {string} name */
function wordOf(name) {
  const [, of, by] = /^d(\w+)\/d(\w+)$/.exec(name) ?? [];
  if (of === 'L') return `factors up to ${by}`;
  if (of !== undefined) return `slope of ${of}`;
  return { z: 'sum', h: 'output', y: 'output', L: 'loss' }[name[0] ?? ''] ?? '';
}

/**
 * @param {string} caption
 * @param {readonly string[]} head Titles of the columns, where they need any.
 * @param {readonly { name: string, word?: string, formula?: string, values: readonly number[] }[]} rows
 */
function table(caption, head, rows) {
  const header = make(
    'tr',
    {},
    ...head.map((text) => make(text === '' ? 'td' : 'th', text === '' ? {} : { scope: 'col' }, text)),
  );
  const lines = rows
    .slice(0, MOST_ROWS)
    .map(({ name, word, formula, values }) =>
      make(
        'tr',
        {},
        make('th', { scope: 'row' }, name),
        ...(word === undefined ? [] : [make('td', { class: 'formula' }, word)]),
        ...(formula === undefined ? [] : [make('td', { class: 'formula' }, formula)]),
        ...values.map((value) => make('td', {}, decimals(value))),
      ),
    );
  const more = rows.length - MOST_ROWS;
  const made = make(
    'table',
    {},
    make('caption', {}, more > 0 ? `${caption}, without the last ${grouped(more)} rows` : caption),
    ...(head.length === 0 ? [] : [make('thead', {}, header)]),
    make('tbody', {}, ...lines),
  );
  return scroller(caption, made);
}
