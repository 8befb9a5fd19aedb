/** Lets visitors read the values of a chart: by pointer, or by the keys left, right, Home and End. Draws nothing. */

/** How far a key moves, as a share of the width. */
const STEP = 0.02;

/**
 * @param {HTMLElement} chart
 * @param {(x: number, width: number) => number} shareOf The share of the chart's width that a pointer is at.
 * @param {(share: number | undefined) => void} onRead Called with where it is read, from 0 to 1; undefined when nobody reads.
 */
export function readable(chart, shareOf, onRead) {
  let share = 1;
  chart.tabIndex = 0;
  const read = (/** @type {number} */ at) => {
    share = Math.min(1, Math.max(0, at));
    onRead(share);
  };
  chart.addEventListener('pointermove', ({ clientX }) => {
    const { left, width } = chart.getBoundingClientRect();
    read(shareOf(clientX - left, width));
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
}
