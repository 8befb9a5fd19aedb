/**
 * Tells whether dist/ is what a build would make of the files as they are now. Compares contents, not times: the time of a copied file
 * says nothing, and a deleted one has none. `root` is the folder of the repository.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What a build reads, its own program and the versions of its tools among it, and what it writes. */
const PLACES = [
  ...['src', 'assembly', 'tools/build', 'tools/build.js'],
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'asconfig.json'],
  ...['dist', 'build/kernels', 'build/abi.js'],
];
const isWritten = (/** @type {string} */ file) => /^(dist|build)\/|\/generated\//.test(file);

const RECORD = 'build/digest.txt';

/**
 * Of all that a build reads.
 * @param {string} root
 */
export async function digestOfSources(root) {
  const files = await filesOf(root);
  return await digestOf(
    root,
    files.filter((file) => !isWritten(file)),
  );
}

/**
 * To be called after a build, with the digest of its sources from before: what is edited meanwhile is built next time.
 * @param {string} root
 * @param {string} sources
 */
export async function recordBuild(root, sources) {
  await writeFile(path.join(root, RECORD), await recordOf(root, sources));
}

/**
 * Whether a build was recorded, and neither its sources nor what it wrote have changed since.
 * @param {string} root
 */
export async function isUpToDate(root) {
  const record = await readFile(path.join(root, RECORD), 'utf8').catch(() => undefined);
  return record === (await recordOf(root, await digestOfSources(root)));
}

/**
 * @param {string} root
 * @param {string} sources
 */
async function recordOf(root, sources) {
  const files = await filesOf(root);
  return `sources ${sources}\nwritten ${await digestOf(root, files.filter(isWritten))}\n`;
}

/**
 * All in PLACES, from the root and with forward slashes.
 * @param {string} root
 */
async function filesOf(root) {
  const found = await Promise.all(
    PLACES.map(async (place) => {
      if (path.extname(place) !== '') return [place];
      const entries = await readdir(path.join(root, place), { recursive: true, withFileTypes: true }).catch(() => []);
      const files = entries.filter((entry) => entry.isFile());
      return files.map(({ parentPath, name }) => path.relative(root, path.join(parentPath, name)));
    }),
  );
  return found.flat().map((file) => file.split(path.sep).join('/'));
}

/**
 * Of names and contents. A file that is not there has a name alone.
 * @param {string} root
 * @param {string[]} files
 */
async function digestOf(root, files) {
  const lines = files.sort().map(async (file) => {
    const content = await readFile(path.join(root, file)).catch(() => undefined);
    return `${file} ${content && sha256(content)}`;
  });
  return sha256((await Promise.all(lines)).join('\n'));
}

/** @param {string | Uint8Array} data */
function sha256(data) {
  return createHash('sha256').update(data).digest('hex');
}
