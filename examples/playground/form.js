/** The controls of the settings: shows settings in them, and reads settings from them. Knows no network. */
import { readNumber, readTyped } from './numbers.js';
import { byId, make } from './page.js';
import {
  ACTIVATIONS,
  DATASETS,
  defaultsOf,
  LOSSES,
  MOST_LAYERS,
  MOST_UNITS,
  OPTIMIZERS,
  onData,
  RULES,
  UNITS,
} from './settings.js';

/** @typedef {import('./settings.js').Settings} Settings */

/** Titles of choices that do not show their own names. @type {Record<string, string>} */
const TITLES = {
  moons: 'Two moons',
  circles: 'Circles',
  spirals: 'Spirals',
  xor: 'Exclusive or',
  digits: 'Handwritten digits',
  crossEntropy: 'Cross-entropy',
  squaredError: 'Squared error',
};
const CHOICES = { data: DATASETS, activation: ACTIVATIONS, loss: LOSSES, optimizer: OPTIMIZERS };
const NUMBERS = /** @type {const} */ (['rate', 'batch', 'seed']);

export class Form {
  #form = byId('settings', HTMLFormElement);
  #layers = byId('layers', HTMLElement);
  #add = byId('layer-add', HTMLButtonElement);
  #remove = byId('layer-remove', HTMLButtonElement);
  #problem = byId('settings-problem', HTMLElement);
  #settings;
  #onChange;

  /**
   * @param {Settings} settings The first that it shows.
   * @param {(settings: Settings) => void} onChange Called after every valid change.
   */
  constructor(settings, onChange) {
    this.#settings = settings;
    this.#onChange = onChange;
    for (const [name, values] of Object.entries(CHOICES)) {
      byId(name, HTMLSelectElement).append(...values.map((value) => make('option', { value }, TITLES[value] ?? value)));
    }
    this.#form.addEventListener('submit', (event) => event.preventDefault());
    this.#form.addEventListener('change', ({ target }) => this.#changed(target));
    this.#form.addEventListener('keydown', (event) => this.#count(event));
    this.#add.addEventListener('click', () =>
      this.#change('layers', [...this.#settings.layers, this.#settings.layers.at(-1) ?? 8]),
    );
    this.#remove.addEventListener('click', () => this.#change('layers', this.#settings.layers.slice(0, -1)));
    byId('seed-new', HTMLButtonElement).addEventListener('click', () => this.#change('seed', this.#settings.seed + 1));
    byId('defaults', HTMLButtonElement).addEventListener('click', () => this.#use(defaultsOf(this.#settings.data)));
    byId('layers-title', HTMLElement).textContent = `Hidden layers, up to ${MOST_LAYERS} of ${MOST_UNITS} units`;
    this.show(settings);
  }

  /** @param {Settings} settings */
  show(settings) {
    this.#settings = settings;
    for (const name of /** @type {(keyof typeof CHOICES)[]} */ (Object.keys(CHOICES))) {
      byId(name, HTMLSelectElement).value = settings[name];
    }
    for (const name of NUMBERS) byId(name, HTMLInputElement).value = `${settings[name]}`;
    this.#showLayers(settings.layers);
    const [add, remove] = [this.#add, this.#remove];
    const focused = document.activeElement;
    add.disabled = settings.layers.length === MOST_LAYERS;
    remove.disabled = settings.layers.length === 0;
    // A disabled button loses the focus. The other button is next to it.
    if (focused === add && add.disabled) remove.focus();
    if (focused === remove && remove.disabled) add.focus();
    this.#complain('');
  }

  /** The settings that it shows. */
  get settings() {
    return this.#settings;
  }

  /** Keeps the fields that are there: one of them may have the focus. @param {readonly number[]} layers */
  #showLayers(layers) {
    while (this.#layers.children.length > layers.length) this.#layers.lastElementChild?.remove();
    while (this.#layers.children.length < layers.length) {
      const name = `Units in hidden layer ${this.#layers.children.length + 1}`;
      const kind = { type: 'text', inputmode: 'numeric', autocomplete: 'off', required: '' };
      this.#layers.append(make('input', { ...kind, 'aria-label': name, 'aria-describedby': 'settings-problem' }));
    }
    this.#fields().forEach((field, i) => {
      field.value = `${layers[i]}`;
    });
  }

  #fields() {
    return [...this.#layers.querySelectorAll('input')];
  }

  /** @param {EventTarget | null} target */
  #changed(target) {
    if (target instanceof HTMLInputElement && this.#fields().includes(target)) return this.#changeUnits();
    if (target instanceof HTMLSelectElement) return this.#change(target.id, target.value, target);
    if (target instanceof HTMLInputElement) return this.#change(target.id, read(target), target);
  }

  /** Arrows count whole numbers up and down, as in a field of type "number". @param {KeyboardEvent} event */
  #count(event) {
    const { key, target } = event;
    const step = key === 'ArrowUp' ? 1 : key === 'ArrowDown' ? -1 : 0;
    if (step === 0 || !(target instanceof HTMLInputElement) || target.inputMode !== 'numeric') return;
    const value = read(target);
    if (value === undefined) return;
    event.preventDefault();
    target.value = `${value + step}`;
    this.#changed(target);
  }

  #changeUnits() {
    const fields = this.#fields();
    const units = fields.map(read);
    const wrong = fields[units.findIndex((count) => !UNITS.accepts(count))];
    if (wrong !== undefined) return this.#complain(`${titleOf(wrong)}: expected ${UNITS.expected}.`, wrong);
    this.#change('layers', units);
  }

  /**
   * @param {string} key
   * @param {unknown} value
   * @param {HTMLElement} [field]
   */
  #change(key, value, field) {
    const { accepts, expected } = RULES[/** @type {keyof Settings} */ (key)];
    if (!accepts(value)) return this.#complain(`${field ? titleOf(field) : key}: expected ${expected}.`, field);
    if (key === 'data') return this.#use(onData(this.#settings, /** @type {Settings['data']} */ (value)));
    this.#use({ ...this.#settings, [key]: value });
  }

  /** @param {Settings} settings */
  #use(settings) {
    this.show(settings);
    this.#onChange(settings);
  }

  /**
   * @param {string} problem
   * @param {HTMLElement} [field]
   */
  #complain(problem, field) {
    for (const input of this.#form.querySelectorAll('[aria-invalid]')) input.removeAttribute('aria-invalid');
    field?.setAttribute('aria-invalid', 'true');
    this.#problem.textContent = problem;
  }
}

/**
 * A field of type "number" gives 5 for "0,05" in some browsers, so these fields are of type "text". Only the rate has decimals. Elsewhere
 * a comma could as well be one between thousands, so it is refused.
 * @param {HTMLInputElement} field
 */
function read({ id, value }) {
  return id === 'rate' ? readTyped(value) : readNumber(value.trim());
}

/** @param {HTMLElement} field */
function titleOf(field) {
  return field.getAttribute('aria-label') ?? field.closest('label')?.firstElementChild?.textContent ?? field.id;
}
