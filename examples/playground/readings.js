/** Lets visitors read the values of charts and of the plane: by pointer, or by the keys left, right, Home and End. Draws nothing. */
import { extended } from './datasets.js';
import { EXTRAS } from './extras.js';
import { namesOf } from './names.js';
import { hundredths, percent } from './numbers.js';
import { byId } from './page.js';
import { lossScale, MARGIN } from './plots.js';
import { hasValues } from './settings.js';
import { readingIn } from './table.js';

/** @typedef {import('./curve.js').Point} Point */
/** @typedef {import('./session.js').Session} Session */
/** @typedef {import('./view.js').View} View */

/** How far a key moves, as a share of the width. */
const STEP = 0.02;

/** The share of a chart's width, 0 to 1 between its margins, that a place has. @param {number} x @param {number} width */
function shareOfWidth(x, width) {
  return Math.min(1, Math.max(0, (x - MARGIN.left) / (width - MARGIN.left - MARGIN.right)));
}
/**
 * @param {HTMLElement} chart
 * @param {(share: number | undefined) => void} onRead Called with where it is read, from 0 to 1; undefined when nobody reads.
 */
export function readable(chart, onRead) {
  let share = 1;
  const read = (/** @type {number} */ at) => {
    share = Math.min(1, Math.max(0, at));
    onRead(share);
  };
  chart.addEventListener('pointermove', ({ clientX }) => {
    const { left, width } = chart.getBoundingClientRect();
    read(shareOfWidth(clientX - left, width));
  });
  chart.addEventListener('pointerleave', () => onRead(chart.matches(':focus') ? share : undefined));
  chart.addEventListener('focus', () => read(share));
  chart.addEventListener('blur', () => onRead(undefined));
  chart.addEventListener('keydown', (event) => {
    const to = { ArrowLeft: share - STEP, ArrowRight: share + STEP, Home: 0, End: 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    read(to);
  });
  // The visitor may have been there before this was loaded.
  if (chart.matches(':focus, :hover')) read(share);
}

/**
 * Lets visitors read the losses.
 * @param {View} view
 * @param {() => void} onChange Called when another point is read.
 */
export function readLosses(view, onChange) {
  const canvas = byId('losses', HTMLCanvasElement);
  /** @type {number | undefined} */
  let share;
  view.readLosses = (curves) => {
    const [points = []] = curves;
    if (share === undefined || points.length === 0) return undefined;
    const { right } = lossScale(curves, canvas.clientWidth, canvas.clientHeight);
    const epoch = 1 + share * (right - 1);
    const nearest = (/** @type {Point} */ best, /** @type {Point} */ point) =>
      Math.abs(point.epoch - epoch) < Math.abs(best.epoch - epoch) ? point : best;
    return points.reduce(nearest);
  };
  readable(byId('losses-chart', HTMLElement), (at) => {
    share = at;
    onChange();
  });
}

/**
 * What is answered where the visitor points.
 * @param {Session} session
 * @param {View} view
 * @returns {View['readPlane']}
 */
export function planeReader(session, view) {
  return (network) => {
    const { settled } = session;
    const isReached = byId('plane', HTMLElement).matches(':focus-visible');
    if (view.unit !== undefined) {
      const { layer, unit } = view.unit;
      const inputs = ['x1', 'x2', ...settled.extra.map((each) => EXTRAS[each].title)];
      const name = layer < 0 ? inputs[unit] : namesOf(network.layers).layers[layer]?.outputs[unit];
      const hasKeys = layer >= 0 && document.activeElement?.closest('#units') != null;
      return `Enlarged: unit ${name}.${hasKeys ? ' Enter edits its weights.' : ''}`;
    }
    // Who came by keys sees what they do.
    if (view.read === undefined) return isReached ? (byId('plane-how', HTMLElement).textContent ?? '') : '';
    const { x, y } = view.read;
    const [answer = 0] = network.predict(extended(Float32Array.of(x, y), settled.extra));
    const { table } = session.problem ?? {};
    const name = table?.classes[answer < 0.5 ? 0 : 1] ?? `class ${answer < 0.5 ? 0 : 1}`;
    const sure = `${name}, ${percent(Math.max(answer, 1 - answer))} sure`;
    const value = table === undefined ? hundredths(answer) : readingIn(table, 2, answer);
    const places =
      table === undefined ? [hundredths(x), hundredths(y)] : [readingIn(table, 0, x), readingIn(table, 1, y)];
    return `At ${places.join(', ')}: ${hasValues(settled) ? value : sure}`;
  };
}
