/** Reads the tutorial. Served as look.js, beside frame.js. */
import { open, troubles, until } from './frame.js';

async function look() {
  const { page } = await open('build/site/learn.html');
  const text = (/** @type {string} */ name) => page.querySelector(`[data-number="${name}"]`)?.textContent;
  const chapters = [...page.querySelectorAll('.chapter')].map(({ id }) => id);
  for (const id of chapters) {
    const chapter = /** @type {HTMLElement} */ (page.getElementById(id));
    chapter.scrollIntoView();
    await until(() => chapter.dataset.awake === 'true');
  }
  await until(() => text('neuron-answer') !== '–' && text('gradient-w1') !== '–' && text('error-loss') !== '–');
  const before = text('neuron-answer');
  const sun = /** @type {Element} */ (page.querySelector('#neuron [role="spinbutton"]'));
  sun.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, cancelable: true }));
  await until(() => text('neuron-answer') !== before);
  const gradients = [...page.querySelectorAll('#chain tbody td:last-child')].map(({ textContent }) => textContent);
  return { troubles, chapters, before, after: text('neuron-answer'), gradients };
}
Object.assign(globalThis, { outcome: look() });
