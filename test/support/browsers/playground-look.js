/** Uses the playground. Served as look.js, beside frame.js. */
import { open, troubles, until } from './frame.js';

async function look() {
  const { view, page } = await open('playground/index.html#layers=16-16');
  await until(() => page.getElementById('engine')?.textContent === 'wasm');
  const at = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (page.getElementById(id));
  const says = (/** @type {string} */ id) => at(id)?.textContent ?? '';
  const number = (/** @type {string} */ id) => Number(says(id).replaceAll(',', '').replace('−', '-'));
  const press = (/** @type {Element} */ element, /** @type {string} */ key) =>
    element.dispatchEvent(new view.KeyboardEvent('keydown', { key, bubbles: true }));
  const choose = (/** @type {string} */ id, /** @type {string} */ value) => {
    at(id).value = value;
    at(id).dispatchEvent(new view.Event('change', { bubbles: true }));
  };
  at('start').click();
  await until(() => number('epoch') >= 10);
  const first = number('loss-now');
  choose('speed', 'fast');
  await until(() => number('epoch') >= 400);
  at('start').click();
  await until(() => says('status').startsWith('Paused.'));
  const last = number('loss-now');
  at('step').click();
  await until(() => says('stage').startsWith('1 of '));
  at('step-back').click();
  await until(() => says('status').startsWith('One step back.'));
  /** @type {HTMLElement} */ (page.querySelector('[data-layer="1"]')).click();
  await until(() => !at('edge').hidden);
  press(at('edge'), 'Escape');
  press(at('plane'), 'ArrowUp');
  press(at('plane'), ' ');
  await until(() => at('data').value === 'own');
  choose('data', 'digits');
  await until(() => says('status').startsWith('A new network, 64-'));
  await until(() => at('pad')?.tabIndex === 0);
  press(at('pad'), ' ');
  await until(() => / sure$/.test(says('answer')));
  at('race-start').click();
  await until(() => / times as fast\.$/.test(says('race-result')));
  return { first, last, troubles };
}
Object.assign(globalThis, { outcome: look() });
