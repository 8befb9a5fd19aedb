/**
 * What visitors do in the drawing of the network: units that enlarge, weights that are edited, layers that grow and shrink. Each unit is a
 * button over its map, and one of them is in the order of Tab: arrows move from there. Draws nothing itself.
 */
import { namesOf } from './names.js';
import { byId, make } from './page.js';
import { edgeAt, middleOf, placesOf } from './places.js';
import { MOST_UNITS } from './settings.js';

/** @typedef {import('wasmlp').Network} Network */
/** @typedef {import('./boundary.js').Unit} Unit */
/** @typedef {import('./places.js').Edge} Edge */
/** @typedef {import('./places.js').Place} Place */
/**
 * @typedef {object} Listener
 * @property {(unit: Unit | undefined) => void} onShow A unit is pointed at, or none.
 * @property {(edge: Edge | undefined) => void} onMark A weight is pointed at, or none.
 * @property {(edge: Edge, place: Place) => void} onEdit
 * @property {(layer: number, units: number) => void} onUnits
 */

/** Half the width of the controls above a column. */
const HALF_CONTROLS = 44;

export class Units {
  #canvas = byId('diagram', HTMLCanvasElement);
  #columns = byId('columns', HTMLElement);
  #units = byId('units', HTMLElement);
  #listener;
  /** The network whose units are there. @type {Network | undefined} */
  #network;
  /** What the buttons were laid out for. */
  #layout = '';
  /** @type {ReturnType<typeof placesOf> | undefined} */
  #places;
  /** The controls above the hidden layers that there were. @type {{ group: HTMLElement, remove: HTMLButtonElement, count: HTMLElement, add: HTMLButtonElement }[]} */
  #groups = [];
  /** The unit in the order of Tab. @type {Unit} */
  #current = { layer: 0, unit: 0 };

  /** @param {Listener} listener */
  constructor(listener) {
    this.#listener = listener;
    const canvas = this.#canvas;
    canvas.addEventListener('pointermove', (event) => {
      const edge = this.#edgeOf(event);
      canvas.classList.toggle('pointed', edge !== undefined);
      listener.onMark(edge);
    });
    canvas.addEventListener('pointerleave', () => listener.onMark(undefined));
    canvas.addEventListener('click', (event) => {
      const edge = this.#edgeOf(event);
      if (edge !== undefined) listener.onEdit(edge, { x: event.offsetX, y: event.offsetY });
    });
    this.#units.addEventListener('keydown', (event) => this.#key(event));
    this.#units.addEventListener('pointerover', ({ target }) => listener.onShow(unitOf(target)));
    this.#units.addEventListener('pointerleave', () => listener.onShow(unitOf(document.activeElement)));
    this.#units.addEventListener('focusin', ({ target }) => {
      this.#current = unitOf(target) ?? this.#current;
      this.#roam();
      listener.onShow(unitOf(target));
    });
    this.#units.addEventListener('focusout', () => listener.onShow(undefined));
    this.#units.addEventListener('click', ({ target }) => this.#editUnit(unitOf(target)));
  }

  /**
   * Lays the buttons out again where the network or the drawing has another shape, or inputs other names.
   * @param {Network} network
   * @param {readonly string[]} inputs
   */
  layOut(network, inputs) {
    this.#network = network;
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const shape = [network.inputs, ...network.layers.map(({ units }) => units)].join('-');
    const layout = `${shape} ${width} ${height} ${inputs}`;
    if (layout === this.#layout || width === 0) return;
    this.#layout = layout;
    this.#places = placesOf(network, width, height);
    this.#makeColumns(network, width);
    this.#makeUnits(network, inputs);
  }

  /** The place of a weight in the drawing. @param {Edge} edge */
  placeOf(edge) {
    return this.#places === undefined ? { x: 0, y: 0 } : middleOf(this.#places, edge);
  }

  /** Puts the focus on a unit. @param {Unit} unit */
  focus(unit) {
    const button = this.#buttonOf(unit);
    button?.focus();
  }

  /** @param {MouseEvent} event */
  #edgeOf({ offsetX, offsetY }) {
    return this.#places && edgeAt(this.#places, { x: offsetX, y: offsetY });
  }

  /** @param {Network} network @param {number} width */
  #makeColumns(network, width) {
    const { columns = [], positions = [] } = this.#places ?? {};
    const isNarrow = width / Math.max(1, columns.length - 1) < 96;
    this.#columns.classList.toggle('narrow', isNarrow);
    const shown = columns.flatMap(({ layer, units }, column) => {
      if (layer < 0 || layer === network.layers.length - 1) return [];
      this.#groups[layer] ??= this.#makeGroup(layer);
      const { group, remove, count, add } = this.#groups[layer];
      count.textContent = `${units}`;
      // They keep the focus. Whoever takes the count says what is wrong with it.
      remove.ariaDisabled = `${units <= 1}`;
      add.ariaDisabled = `${units >= MOST_UNITS}`;
      // Whole, also at the edge of the drawing.
      group.style.left = `${Math.max(HALF_CONTROLS, positions[column]?.[0]?.x ?? 0)}px`;
      return [group];
    });
    holdOnly(this.#columns, shown);
  }

  /** The controls above a hidden layer. @param {number} layer */
  #makeGroup(layer) {
    const name = `hidden layer ${layer + 1}`;
    const button = (/** @type {string} */ text, /** @type {number} */ step, /** @type {string} */ label) => {
      const id = `units${step > 0 ? '-add' : '-remove'}-${layer}`;
      const made = make('button', { type: 'button', id, 'aria-label': `${label} ${name}` }, text);
      made.addEventListener('click', () =>
        this.#listener.onUnits(layer, (this.#network?.layers[layer]?.units ?? 1) + step),
      );
      return made;
    };
    const [remove, count, add] = [
      button('−', -1, 'Remove a unit from'),
      make('span', {}),
      button('+', 1, 'Add a unit to'),
    ];
    return { group: make('fieldset', { 'aria-label': `Units of ${name}` }, remove, count, add), remove, count, add };
  }

  /** @param {Network} network @param {readonly string[]} inputs */
  #makeUnits(network, inputs) {
    const { columns = [], positions = [], side = 0 } = this.#places ?? {};
    const hadFocus = this.#units.contains(document.activeElement);
    const names = namesOf(network.layers);
    const top = this.#canvas.offsetTop;
    const shown = columns.flatMap(({ layer, shown }, column) =>
      Array.from({ length: shown }, (_, unit) => {
        const { x = 0, y = 0 } = positions[column]?.[unit] ?? {};
        const input = layer < 0 ? inputs[unit] : undefined;
        const name = input ?? names.layers[layer]?.outputs[unit];
        const data = { type: 'button', 'data-layer': `${layer}`, 'data-unit': `${unit}` };
        const button = this.#buttonOf({ layer, unit }) ?? make('button', data);
        button.ariaLabel = `Unit ${name}`;
        // Whole, where the drawing cuts it.
        button.title = input ?? '';
        button.style.left = `${x - side / 2}px`;
        button.style.top = `${top + y - side / 2}px`;
        button.style.width = button.style.height = `${side}px`;
        return button;
      }),
    );
    holdOnly(this.#units, shown);
    if (this.#buttonOf(this.#current) === undefined) this.#current = unitOf(shown[0]) ?? this.#current;
    this.#roam();
    if (hadFocus) this.focus(this.#current);
  }

  /** @param {Unit} unit */
  #buttonOf({ layer, unit }) {
    return [...this.#units.querySelectorAll('button')].find(
      ({ dataset }) => dataset.layer === `${layer}` && dataset.unit === `${unit}`,
    );
  }

  #roam() {
    const current = this.#buttonOf(this.#current);
    for (const button of this.#units.querySelectorAll('button')) button.tabIndex = button === current ? 0 : -1;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { columns = [] } = this.#places ?? {};
    const at = columns.findIndex(({ layer }) => layer === this.#current.layer);
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const column = columns[at + (step?.[0] ?? 0)];
    if (step === undefined) return;
    event.preventDefault();
    if (column === undefined) return;
    const unit = Math.min(column.shown - 1, Math.max(0, this.#current.unit + (step[1] ?? 0)));
    this.focus({ layer: column.layer, unit });
  }

  /** Edits the first weight that leads into a unit. Inputs have none. @param {Unit | undefined} unit */
  #editUnit(unit) {
    const isDrawn = unit !== undefined && unit.layer > (this.#places?.columns[0]?.layer ?? 0);
    if (!isDrawn || this.#network === undefined) return;
    const edge = { ...unit, input: 0 };
    this.#listener.onEdit(edge, this.placeOf(edge));
  }
}

/**
 * Makes a parent hold just these elements. Those that it has already stay as they are: a button that is taken out between a press and its
 * release is never clicked.
 * @param {HTMLElement} parent
 * @param {readonly HTMLElement[]} wanted In their order.
 */
function holdOnly(parent, wanted) {
  for (const child of [...parent.children]) if (!wanted.includes(/** @type {HTMLElement} */ (child))) child.remove();
  wanted.forEach((child, i) => {
    if (parent.children[i] !== child) parent.insertBefore(child, parent.children[i] ?? null);
  });
}

/** The unit of a button. @param {EventTarget | null | undefined} target @returns {Unit | undefined} */
function unitOf(target) {
  if (!(target instanceof HTMLElement) || target.dataset.unit === undefined) return undefined;
  return { layer: Number(target.dataset.layer), unit: Number(target.dataset.unit) };
}
