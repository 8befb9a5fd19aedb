/** Serves the site of the last `npm run site` until it is stopped: `npm run site:serve`, or `npm run site:serve -- <port>`. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from './site/pages.js';
import { serveFolder } from './site/serve.js';

const PORT = 8080;
const SITE = path.join(root, 'build/site');

const port = Number(process.argv[2] ?? PORT);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  throw new RangeError(`site:serve: port is ${process.argv[2]}, expected a whole number from 0 to 65535.`);
}
if (!existsSync(path.join(SITE, 'index.html'))) {
  console.error('site:serve: there is no site yet. Run: npm run site');
  process.exit(1);
}
// Below a path, as on GitHub Pages: what would work at the root alone is seen here.
const { url } = await serveFolder(SITE, port, '/wasmlp/');
console.log(`The site: ${url} (Ctrl+C ends it)`);
