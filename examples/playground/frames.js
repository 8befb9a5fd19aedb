/** The clock of the page: trains and draws in each frame while there is something new, and sleeps otherwise. */

/** Time between drawings for visitors who asked their system for less motion. */
const CALM_MILLISECONDS = 500;
/** A frame begins no other part after this time: a first drawing would be one task of 70 ms. */
const MOST_MILLISECONDS = 8;

/**
 * @param {import('./trainer.js').Trainer} trainer
 * @param {Pick<import('./view.js').View, 'parts' | 'all'>} view
 * @returns {() => void} Call it when there is something new to draw.
 */
export function startFrames(trainer, view) {
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  let scheduled = false;
  let frame = 0;
  let drawn = 0;
  /** What is still to be drawn. It keeps its order, so that every part has its turn. @type {Set<() => unknown>} */
  const stale = new Set();

  const drawStale = () => {
    const began = performance.now();
    for (const part of stale) {
      if (performance.now() - began > MOST_MILLISECONDS) return;
      stale.delete(part);
      part();
    }
  };
  const draw = (/** @type {number} */ now) => {
    if (trainer.isRunning && stale.size === 0) {
      if (!calm.matches) return view.parts[frame++ % view.parts.length]?.();
      if (now - drawn < CALM_MILLISECONDS) return;
    }
    if (stale.size === 0) addAll();
    drawn = now;
    drawStale();
  };
  const addAll = () => {
    for (const part of view.all) stale.add(part);
  };
  const onFrame = (/** @type {number} */ now) => {
    scheduled = false;
    draw(now);
    trainer.onFrame();
    if (trainer.isRunning || stale.size > 0) schedule();
  };
  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(onFrame);
  };
  return () => {
    addAll();
    schedule();
  };
}
