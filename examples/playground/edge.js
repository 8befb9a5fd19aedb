/** The small window in which a weight or a bias is edited, beside its line. Knows no drawing. */
import { namesOf } from './names.js';
import { digits, readTyped, withMinus } from './numbers.js';
import { byId, make } from './page.js';

/** @typedef {import('./session.js').Session} Session */
/** @typedef {import('./places.js').Edge} Edge */
/** @typedef {import('./places.js').Place} Place */

/** How far the slider goes. A typed number may be larger. */
const MOST = 5;
const LARGEST = 1000;

export class EdgeEditor {
  #window = byId('edge', HTMLElement);
  #title = make('span', {});
  #field = make('input', {
    type: 'text',
    inputmode: 'decimal',
    autocomplete: 'off',
    'aria-describedby': 'edge-problem',
  });
  #problem = make('p', { id: 'edge-problem', class: 'problem', role: 'alert' });
  #slider = make('input', { type: 'range', min: `${-MOST}`, max: `${MOST}`, step: '0.05' });
  #session;
  #onClose;
  #onMove;
  /** The weight that is edited; the bias where `input` is the number of inputs. @type {Edge} */
  #edge = { layer: 0, unit: 0, input: 0 };

  /**
   * @param {Session} session
   * @param {(edge: Edge) => void} onMove Called when another weight is edited.
   * @param {(edge: Edge, isDone: boolean) => void} onClose Called when the window has closed; `isDone` unless the visitor is elsewhere.
   */
  constructor(session, onMove, onClose) {
    this.#session = session;
    this.#onMove = onMove;
    this.#onClose = onClose;
    const step = (/** @type {string} */ text, /** @type {string} */ label, /** @type {number} */ by) => {
      const button = make('button', { type: 'button', 'aria-label': label }, text);
      button.addEventListener('click', () => this.#move(by));
      return button;
    };
    const close = make('button', { type: 'button', 'aria-label': 'Close' }, '×');
    close.addEventListener('click', () => this.close());
    this.#window.append(
      make('div', { class: 'row' }, step('‹', 'Weight before', -1), this.#title, step('›', 'Next weight', 1), close),
      make('div', { class: 'row' }, this.#slider, this.#field),
      this.#problem,
    );
    this.#slider.addEventListener('input', () => this.#set(this.#slider.valueAsNumber));
    this.#field.addEventListener('change', () => {
      const value = readSigned(this.#field.value);
      const isValid = value !== undefined && Math.abs(value) <= LARGEST;
      if (isValid) {
        this.#set(value);
        return;
      }
      this.#field.setAttribute('aria-invalid', 'true');
      this.#problem.textContent = `Expected a number from −${LARGEST} to ${LARGEST}. The weight stays.`;
    });
    this.#window.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') this.close();
    });
    // Who tabs on is done here. Where the whole page loses the focus, nothing else has it.
    this.#window.addEventListener('focusout', ({ relatedTarget }) => {
      if (relatedTarget instanceof Node && !this.#window.contains(relatedTarget)) this.close(false);
    });
    document.addEventListener('pointerdown', ({ target }) => {
      const isOutside = target instanceof Node && !this.#window.contains(target);
      if (isOutside) this.close(false);
    });
  }

  /** @param {Edge} edge @param {Place} place Where, in the drawing. */
  open(edge, { x, y }) {
    this.#edge = edge;
    const { style, parentElement } = this.#window;
    this.#window.hidden = false;
    const { offsetWidth: width } = this.#window;
    style.left = `${Math.max(0, Math.min((parentElement?.clientWidth ?? 0) - width, x - width / 2))}px`;
    // In the other half of the drawing: what is edited stays in sight.
    const unit = document.querySelector(`[data-layer="${edge.layer}"][data-unit="${edge.unit}"]`);
    const middle = unit instanceof HTMLElement ? unit.offsetTop + unit.offsetHeight / 2 : y;
    const isAbove = middle < (parentElement?.clientHeight ?? 0) / 2;
    [style.top, style.bottom] = isAbove ? ['auto', '0'] : ['0', 'auto'];
    this.#show();
    this.#slider.focus({ preventScroll: true });
    for (const seen of [byId('network', HTMLElement), this.#window]) seen.scrollIntoView({ block: 'nearest' });
  }

  /** Closes it, if it is open. @param {boolean} [isDone] Whether the focus goes back to the drawing. */
  close(isDone = true) {
    if (this.#window.hidden) return;
    this.#window.hidden = true;
    this.#onClose(this.#edge, isDone);
  }

  #inputs() {
    return this.#session.network?.layers[this.#edge.layer]?.inputs ?? 0;
  }

  /** @param {number} by */
  #move(by) {
    const count = this.#inputs() + 1;
    this.#edge = { ...this.#edge, input: (this.#edge.input + by + count) % count };
    this.#show();
    this.#onMove(this.#edge);
  }

  #show() {
    const { layer, unit, input } = this.#edge;
    const { network } = this.#session;
    if (network?.layers[layer] === undefined) return this.close();
    const { weights, biases } = network.getParameters(layer);
    const inputs = this.#inputs();
    const value = (input === inputs ? biases[unit] : weights[unit * inputs + input]) ?? 0;
    const names = namesOf(network.layers);
    const [from, to] = [names.layers[layer - 1]?.outputs ?? names.inputs, names.layers[layer]];
    const name =
      input === inputs
        ? `bias ${to?.biases[unit]}`
        : `${to?.weights[unit]?.[input]}, ${from[input]} to ${to?.outputs[unit]}`;
    this.#title.textContent = name;
    this.#slider.setAttribute('aria-label', `Slider of ${name}`);
    this.#field.setAttribute('aria-label', `Value of ${name}`);
    this.#write(value);
  }

  /** @param {number} value */
  #write(value) {
    this.#slider.value = `${value}`;
    this.#field.value = asTyped(value);
    this.#field.removeAttribute('aria-invalid');
    this.#problem.textContent = '';
  }

  /** @param {number} value */
  async #set(value) {
    const { layer, unit, input } = this.#edge;
    const inputs = this.#inputs();
    this.#write(value);
    await this.#session.edit(layer, ({ weights, biases }) => {
      if (input === inputs) biases[unit] = value;
      else weights[unit * inputs + input] = value;
    });
  }
}

/** With two decimals, or as many as it has, up to six. @param {number} value */
function asTyped(value) {
  const isSmall = value !== 0 && Math.abs(value) < 1e-4;
  return isSmall ? digits(value) : withMinus(value.toFixed(6).replace(/(\.\d\d\d*?)0+$/, '$1'));
}

/** As `readTyped`, with a sign. @param {string} text */
export function readSigned(text) {
  const [, sign, rest = ''] = /^\s*([-−+]?)(.*)$/.exec(text) ?? [];
  const size = readTyped(rest);
  return size === undefined ? undefined : sign === '-' || sign === '−' ? -size : size;
}
