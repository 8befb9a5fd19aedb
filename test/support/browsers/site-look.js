/** Visits pages of the site. Served as look.js, beside frame.js. */
import { open, troubles, until } from './frame.js';

/**
 * @param {string} name
 * @param {(page: Document) => boolean} isReady
 */
async function visit(name, isReady) {
  const { view, page } = await open(`build/site/${name}`);
  await until(() => isReady(page));
  for (const { name: url, responseStatus } of /** @type {PerformanceResourceTiming[]} */ (
    view.performance.getEntriesByType('resource')
  )) {
    if (!url.startsWith(location.origin) || responseStatus >= 400) troubles.push(`${name}: ${responseStatus} ${url}`);
  }
  return page;
}

const isRunning = (/** @type {Document} */ page) =>
  page.querySelector('.no-modules') === null && page.querySelector('h1') !== null;
const numberOn = (/** @type {Document} */ page, /** @type {string} */ id) =>
  Number(page.getElementById(id)?.textContent);

async function look() {
  const start = await visit('index.html', (page) => numberOn(page, 'live-epoch') >= 1);
  const first = numberOn(start, 'live-loss');
  await until(() => numberOn(start, 'live-epoch') >= 60);
  const last = numberOn(start, 'live-loss');
  for (const name of ['guide', 'reference/index', 'reference/wasmlp/classes/Network'])
    await visit(`${name}.html`, isRunning);
  await visit('playground/index.html', (page) => page.getElementById('engine')?.textContent === 'wasm');
  return { first, last, troubles };
}
Object.assign(globalThis, { outcome: look() });
