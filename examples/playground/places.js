/** Where a drawing has the units of a network, and which line is near a place. Pure arithmetic: draws nothing. */
import { PICTURE } from './ink.js';

/** @typedef {import('wasmlp').Network} Network */
/** @typedef {{ x: number, y: number }} Place */
/** A weight: its layer, the unit that it leads into, and the unit or input that it comes from. */
/** @typedef {{ layer: number, unit: number, input: number }} Edge */

/** Most units of a layer that are drawn, and most that are drawn as pictures. */
const MOST_SHOWN = 16;
const MOST_PICTURES = 10;
const PADDING = { x: 34, top: 4, bottom: 22 };
/** How far from a line a pointer may be. */
const REACH = 7;

/**
 * The columns of the drawing: the inputs, unless they are a picture, and the layers. `layer` is -1 for the inputs.
 * @param {Pick<Network, 'inputs' | 'layers'>} network
 */
export function columnsOf({ inputs, layers }) {
  const seesPicture = inputs === PICTURE * PICTURE;
  const columns = layers.map(({ units, activation }, layer) => {
    const most = seesPicture && layer === 0 ? MOST_PICTURES : MOST_SHOWN;
    return { units, shown: Math.min(units, most), name: activation, layer };
  });
  return seesPicture ? columns : [{ units: inputs, shown: inputs, name: 'inputs', layer: -1 }, ...columns];
}

/**
 * Where the units of each column are drawn.
 * @param {readonly number[]} columns How many units each has.
 * @param {number} width
 * @param {number} height
 * @returns {Place[][]}
 */
export function positionsOf(columns, width, height) {
  const inner = height - PADDING.top - PADDING.bottom;
  return columns.map((units, column) => {
    const share = columns.length === 1 ? 0.5 : column / (columns.length - 1);
    const x = PADDING.x + share * (width - 2 * PADDING.x);
    // With so few units, numbers are written between them.
    const gap = Math.min(inner / units, Math.max(...columns) <= 2 ? 150 : 96);
    const top = PADDING.top + (inner - gap * units) / 2;
    return Array.from({ length: units }, (_, unit) => ({ x, y: top + gap * (unit + 0.5) }));
  });
}

/** The side of a unit's map. @param {readonly Place[][]} positions @param {number} height */
export function sideOf(positions, height) {
  const crowd = Math.max(...positions.map(({ length }) => length));
  return Math.max(8, Math.min(48, ((height - PADDING.top - PADDING.bottom) / crowd) * 0.8));
}

/** The columns, places and size of units for a drawing of this size. @param {Pick<Network, 'inputs' | 'layers'>} network @param {number} width @param {number} height */
export function placesOf(network, width, height) {
  const columns = columnsOf(network);
  const positions = positionsOf(
    columns.map(({ shown }) => shown),
    width,
    height,
  );
  return { columns, positions, side: sideOf(positions, height) };
}

/**
 * The weight whose line is near a place; undefined where none is.
 * @param {ReturnType<typeof placesOf>} places
 * @param {Place} place
 * @returns {Edge | undefined}
 */
export function edgeAt({ columns, positions }, place) {
  /** @type {{ edge: Edge, distance: number } | undefined} */
  let best;
  positions.slice(1).forEach((to, i) => {
    const layer = columns[i + 1]?.layer ?? 0;
    to.forEach((end, unit) => {
      (positions[i] ?? []).forEach((start, input) => {
        const distance = distanceTo(start, end, place);
        if (distance <= (best?.distance ?? REACH)) best = { edge: { layer, unit, input }, distance };
      });
    });
  });
  return best?.edge;
}

/** @param {Place} start @param {Place} end @param {Place} place */
function distanceTo(start, end, place) {
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  const along = ((place.x - start.x) * dx + (place.y - start.y) * dy) / (dx * dx + dy * dy);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(place.x - start.x - t * dx, place.y - start.y - t * dy);
}

/** The middle of a weight's line. @param {ReturnType<typeof placesOf>} places @param {Edge} edge @returns {Place} */
export function middleOf({ columns, positions }, { layer, unit, input }) {
  const column = columns.findIndex((each) => each.layer === layer);
  const end = positions[column]?.[unit] ?? { x: 0, y: 0 };
  const start = positions[column - 1]?.[input] ?? end;
  return { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 };
}
