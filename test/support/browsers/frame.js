/** In a page with a frame: opens other pages in it, and hears what goes wrong in them. Beside look.js on the server of framed.ts. */

/** @type {string[]} */
export const troubles = [];

/** @param {() => boolean} isTrue */
export async function until(isTrue) {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/**
 * Resolves when the page is loaded.
 * @param {string} address
 */
export async function open(address) {
  const frame = /** @type {HTMLIFrameElement} */ (document.querySelector('iframe'));
  const loaded = new Promise((resolve) => {
    frame.onload = resolve;
  });
  frame.src = address;
  await loaded;
  const view = /** @type {Window & typeof globalThis} */ (frame.contentWindow);
  const page = /** @type {Document} */ (frame.contentDocument);
  const trouble = (/** @type {unknown} */ what) => troubles.push(`${address}: ${what}`);
  const partOf = (/** @type {unknown} */ element) =>
    /** @type {{ src?: string, href?: string, rel?: string }} */ (Object(element));
  const onError = (/** @type {ErrorEvent} */ event) => {
    const { src, href, rel } = partOf(event.target);
    // What a page fetches ahead ends where the next page is opened first.
    if (rel !== 'prefetch') trouble(event.message ?? src ?? href);
  };
  view.addEventListener('error', onError, true);
  view.addEventListener('unhandledrejection', (event) => trouble(event.reason));
  page.addEventListener('securitypolicyviolation', (event) => trouble(event.violatedDirective));
  return { view, page };
}
