/** What the head of a page says to others: the card that is shown where the page is shared, and the content policy. Knows no VitePress. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

export const NAME = 'wasmlp';
export const SENTENCE = 'Train and run small neural networks on WebAssembly SIMD, in Node and in browsers.';
/** The picture of the card, in pixels. */
export const CARD = { file: 'card.png', width: 1200, height: 630 };

/** A name and its value. @typedef {['meta', Record<string, string>]} Meta */

/**
 * The card of a page. Its picture needs a whole address, which the machine that publishes knows: `siteUrl`, with a slash at its end. Without
 * it the address is relative, which only some readers of cards follow.
 * @param {{ title: string, description: string, page: string, siteUrl: string | undefined }} page `page` is its path: `guide.html`.
 * @returns {Meta[]}
 */
export function cardOf({ title, description, page, siteUrl }) {
  const depth = page.split('/').length - 1;
  const picture = siteUrl === undefined ? `${'../'.repeat(depth) || './'}${CARD.file}` : siteUrl + CARD.file;
  /** @type {[string, string][]} */
  const properties = [
    ['og:type', 'website'],
    ['og:site_name', NAME],
    ['og:title', title],
    ['og:description', description],
    ['og:image', picture],
    ['og:image:width', `${CARD.width}`],
    ['og:image:height', `${CARD.height}`],
    ['og:image:alt', 'Two spirals of points, and the regions into which a network has divided the plane'],
  ];
  if (siteUrl !== undefined) properties.push(['og:url', siteUrl + page.replace(/(^|\/)index\.html$/, '$1')]);
  return [
    ...properties.map(([property, content]) => /** @type {Meta} */ (['meta', { property, content }])),
    ['meta', { name: 'twitter:card', content: 'summary_large_image' }],
  ];
}

/**
 * An icon as an address of its own. VitePress goes from page to page without loading one, and a relative address would then be one of another
 * folder.
 * @param {string} file
 */
export async function iconOf(file) {
  return `data:image/svg+xml;base64,${(await readFile(file)).toString('base64')}`;
}

/** @param {readonly Meta[]} metas */
export function htmlOf(metas) {
  const escaped = (/** @type {string} */ text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return metas
    .map(([tag, attributes]) => {
      const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(value)}"`);
      return `<${tag}${written.join('')}>`;
    })
    .join('\n    ');
}

/** A script or a sheet of styles, as a policy names it. @param {string} text */
export function hashOf(text) {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/**
 * The policy of a page as VitePress writes it: its own files, and the inline scripts that it has, by their hashes. No sheet of styles may be
 * inline; attributes may, because VitePress and the colours of code use them. Images may be data of its style sheets. What the default would
 * allow besides is forbidden by name: Firefox fetches the next pages ahead by the default alone.
 * @param {string} html
 */
export function policyOf(html) {
  const inline = [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(([, code = '']) => code);
  const hashes = [...new Set(inline)].map(hashOf);
  return [
    "default-src 'self'",
    `script-src ${["'self'", "'wasm-unsafe-eval'", ...hashes].join(' ')}`,
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "frame-src 'none'",
    "media-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** The page with its policy, right after the encoding: a policy holds for what comes after it. @param {string} html */
export function withPolicy(html) {
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policyOf(html)}">`;
  return html.replace('<meta charset="utf-8">', `<meta charset="utf-8">\n    ${meta}`);
}
