/**
 * Tells whether a build would change dist/. Compares contents, not times: the time of a copied file says nothing, and a deleted file
 * has none. `root` is the folder of the repository.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What a build reads, including its own program and the versions of its tools, and what it writes. */
const PLACES = [
  ...['src', 'assembly', 'tools/build', 'tools/build.js'],
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'asconfig.json'],
  ...['dist', 'build/kernels', 'build/abi.js'],
];
const isWritten = (/** @type {string} */ file) => /^(dist|build)\/|\/generated\//.test(file);

const RECORD = 'build/digest.txt';

/**
 * The digest of everything that a build reads.
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
 * Call it after a build, with the digest of the sources from before the build: then edits during the build lead to a new one.
 * @param {string} root
 * @param {string} sources
 */
export async function recordBuild(root, sources) {
  await writeFile(path.join(root, RECORD), await recordOf(root, sources));
}

/**
 * Whether a build was recorded, and neither its sources nor the files that it wrote have changed since.
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
 * All files in PLACES, relative to the root and with forward slashes.
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
 * The digest of names and contents. A missing file counts by its name.
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
