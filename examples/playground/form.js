/** The controls of the settings: shows settings in them, and reads settings from them. Knows no network. */
import { EXTRAS } from './extras.js';
import { percent, readNumber, readTyped } from './numbers.js';
import { byId, make } from './page.js';
import {
  ACTIVATIONS,
  DATASETS,
  defaultsOf,
  hasValues,
  LOSSES,
  MOST_LAYERS,
  OPTIMIZERS,
  onData,
  RULES,
} from './settings.js';
import { toHash } from './url.js';

/** @typedef {import('./settings.js').Settings} Settings */

/** Titles of choices that do not show their own names. @type {Record<string, string>} */
const TITLES = {
  moons: 'Two moons',
  circles: 'Circles',
  spirals: 'Spirals',
  xor: 'Exclusive or',
  plane: 'Values: a plane',
  hills: 'Values: four hills',
  own: 'Own points',
  ownValues: 'Own values',
  digits: 'Handwritten digits',
  crossEntropy: 'Cross-entropy',
  squaredError: 'Squared error',
};
const CHOICES = { data: DATASETS, activation: ACTIVATIONS, optimizer: OPTIMIZERS, loss: LOSSES };
const NUMBERS = /** @type {const} */ (['rate', 'batch', 'seed']);
/** The penalties that the slider offers. */
const PENALTIES = [0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3];

/**
 * How each slider shows its setting, and what it means.
 * @type {Record<'noise' | 'share' | 'l2', { read: (value: number) => number, show: (value: number) => number, text: (value: number) => string }>}
 */
const SLIDERS = {
  noise: { read: (value) => value, show: (value) => value, text: (value) => `${value}` },
  share: { read: (value) => value, show: (value) => value, text: (value) => percent(value / 100).replace('.0', '') },
  l2: {
    read: (index) => PENALTIES[index] ?? 0,
    show: (value) => PENALTIES.findLastIndex((penalty) => penalty <= value),
    text: (value) => `${value}`,
  },
};

export class Form {
  #add = byId('layer-add', HTMLButtonElement);
  #remove = byId('layer-remove', HTMLButtonElement);
  #problem = byId('settings-problem', HTMLElement);
  #extra = makeExtra();
  #settings;
  /** What the visitor had before data brought defaults of their own, and what these made of it: the next data begin with the former. */
  #chosen;
  #brought;
  #onChange;

  /**
   * @param {Settings} settings The first that it shows.
   * @param {(settings: Settings, isMoving: boolean) => void} onChange Called after every valid change; `isMoving` while a slider moves.
   */
  constructor(settings, onChange) {
    this.#settings = this.#chosen = this.#brought = settings;
    this.#onChange = onChange;
    for (const [name, values] of Object.entries(CHOICES)) {
      const select = byId(name, HTMLSelectElement);
      select.append(...values.map((value) => make('option', { value }, TITLES[value] ?? value)));
      select.addEventListener('change', () => this.change(name, select.value));
    }
    for (const name of NUMBERS) this.#listenToNumber(byId(name, HTMLInputElement));
    for (const [name, { read }] of Object.entries(SLIDERS)) {
      const slider = byId(name, HTMLInputElement);
      slider.addEventListener('input', () => this.change(name, read(slider.valueAsNumber), slider, true));
      slider.addEventListener('change', () => this.change(name, read(slider.valueAsNumber), slider));
    }
    byId('extra', HTMLElement).addEventListener('change', () =>
      this.change(
        'extra',
        this.#extra.filter(({ checked }) => checked).map(({ value }) => value),
      ),
    );
    this.#add.addEventListener('click', () =>
      this.change('layers', [...this.#settings.layers, this.#settings.layers.at(-1) ?? 4]),
    );
    this.#remove.addEventListener('click', () => {
      const { layers } = this.#settings;
      if (layers.length === 0) this.#complain('No layer is left.');
      else this.change('layers', layers.slice(0, -1));
    });
    byId('seed-new', HTMLButtonElement).addEventListener('click', () => this.change('seed', this.#settings.seed + 1));
    byId('defaults', HTMLButtonElement).addEventListener('click', () => this.#use(defaultsOf(this.#settings.data)));
    this.show(settings);
  }

  /** @param {Settings} settings */
  show(settings) {
    this.#settings = settings;
    for (const name of /** @type {(keyof typeof CHOICES)[]} */ (Object.keys(CHOICES))) {
      byId(name, HTMLSelectElement).value = settings[name];
    }
    for (const name of NUMBERS) byId(name, HTMLInputElement).value = `${settings[name]}`;
    for (const name of /** @type {(keyof typeof SLIDERS)[]} */ (Object.keys(SLIDERS))) {
      const { show, text } = SLIDERS[name];
      byId(name, HTMLInputElement).value = `${show(settings[name])}`;
      byId(`${name}-now`, HTMLOutputElement).textContent = text(settings[name]);
    }
    for (const box of this.#extra) box.checked = /** @type {readonly string[]} */ (settings.extra).includes(box.value);
    this.#showWhatCounts(settings);
    this.#complain('');
  }

  /** The settings that it shows. */
  get settings() {
    return this.#settings;
  }

  /**
   * @param {string} key
   * @param {unknown} value
   * @param {HTMLElement} [field]
   * @param {boolean} [isMoving]
   */
  change(key, value, field, isMoving = false) {
    const { accepts, expected } = RULES[/** @type {keyof Settings} */ (key)];
    if (!accepts(value)) return this.#complain(`${field ? titleOf(field) : key}: expected ${expected}.`, field);
    if (key === 'data') {
      const { data } = this.#brought;
      if (toHash({ ...this.#settings, data }) !== toHash(this.#brought)) this.#chosen = this.#settings;
      this.#brought = onData(this.#chosen, /** @type {Settings['data']} */ (value));
      return this.#use(this.#brought);
    }
    this.#use({ ...this.#settings, [key]: value }, isMoving);
  }

  /** Turns off what means nothing for this data, and what has reached its end. @param {Settings} settings */
  #showWhatCounts({ data, layers }) {
    const isDigits = data === 'digits';
    byId('noise', HTMLInputElement).disabled = isDigits || data === 'own' || data === 'ownValues';
    byId('loss', HTMLSelectElement).disabled = hasValues({ data });
    for (const name of ['extra', 'brush']) byId(name, HTMLFieldSetElement).disabled = isDigits;
    byId('layers-now', HTMLElement).textContent =
      layers.length === 1 ? '1 hidden layer' : `${layers.length} hidden layers`;
    const [add, remove] = [this.#add, this.#remove];
    // Really disabled they would lose the focus, and the next press would be that of another button. What they cannot do is told.
    add.ariaDisabled = `${layers.length === MOST_LAYERS}`;
    remove.ariaDisabled = `${layers.length === 0}`;
  }

  /** @param {HTMLInputElement} field */
  #listenToNumber(field) {
    field.addEventListener('change', () => this.change(field.id, read(field), field));
    // Arrows count whole numbers up and down, as in a field of type "number".
    field.addEventListener('keydown', (event) => {
      const step = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
      const value = read(field);
      if (step === 0 || field.inputMode !== 'numeric' || value === undefined) return;
      event.preventDefault();
      this.change(field.id, value + step, field);
    });
  }

  /** @param {Settings} settings @param {boolean} [isMoving] */
  #use(settings, isMoving = false) {
    this.show(settings);
    this.#onChange(settings, isMoving);
  }

  /**
   * @param {string} problem
   * @param {HTMLElement} [field]
   */
  #complain(problem, field) {
    for (const input of document.querySelectorAll('[aria-invalid]')) input.removeAttribute('aria-invalid');
    field?.setAttribute('aria-invalid', 'true');
    this.#problem.textContent = problem;
  }
}

/** A box to check for each extra input. */
function makeExtra() {
  return Object.entries(EXTRAS).map(([value, { title }]) => {
    const box = make('input', { type: 'checkbox', value });
    byId('extra', HTMLElement).append(make('label', {}, box, title));
    return box;
  });
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
