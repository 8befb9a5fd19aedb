/** The clock of the page: trains and draws in each frame while there is something new, and sleeps otherwise. */

/** Time between drawings for visitors who asked their system for less motion. */
const CALM_MILLISECONDS = 500;

/**
 * @param {import('./trainer.js').Trainer} trainer
 * @param {Pick<import('./view.js').View, 'parts' | 'drawAll'>} view
 * @returns {() => void} Call it when there is something new to draw.
 */
export function startFrames(trainer, view) {
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  let scheduled = false;
  let isStale = false;
  let frame = 0;
  let drawn = 0;

  const draw = (/** @type {number} */ now) => {
    if (trainer.isRunning && !isStale) {
      if (!calm.matches) return view.parts[frame++ % view.parts.length]?.();
      if (now - drawn < CALM_MILLISECONDS) return;
    }
    isStale = false;
    drawn = now;
    view.drawAll();
  };
  const onFrame = (/** @type {number} */ now) => {
    scheduled = false;
    draw(now);
    trainer.onFrame();
    if (trainer.isRunning) schedule();
  };
  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(onFrame);
  };
  return () => {
    isStale = true;
    schedule();
  };
}
