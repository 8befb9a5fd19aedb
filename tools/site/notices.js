/**
 * Writes THIRD-PARTY-NOTICES.txt of the site: whose code its scripts contain, and on what terms. The bundler says which modules it took. The
 * notices of wasmlp's own files are added.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './pages.js';

const LINE = `\n\n${'-'.repeat(78)}\n\n`;

/** The folder of the package that a module belongs to. @param {string} id */
function packageOf(id) {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/\0]+/.exec(id.split(path.sep).join('/').replace(/^\0/, ''))?.[0];
}

/** @param {string} folder */
async function sectionOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((other) => /^licen[cs]e/i.test(other));
  const text = file === undefined ? '' : await readFile(path.join(folder, file), 'utf8');
  return `${name} ${version}, ${license}\n\n${text.trim()}`.trim();
}

/** A plugin for the build of the pages. @returns {import('rolldown').Plugin} */
export function notices() {
  return {
    name: 'notices',
    async generateBundle(_, bundle) {
      const ids = Object.values(bundle).flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
      const folders = new Set(ids.map(packageOf).filter((folder) => folder !== undefined));
      const sections = await Promise.all([...folders].sort().map(sectionOf));
      const own = await readFile(path.join(root, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
      const head =
        'The site of wasmlp is under the MIT license (LICENSE.txt). It contains code of others, on these terms.';
      const source = [head, ...sections, own.trim()].join(LINE);
      this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-NOTICES.txt', source: `${source}\n` });
    },
  };
}
