/**
 * Writes dist/THIRD-PARTY-NOTICES.txt: whose code the files of dist/ contain, and on what terms. The bundler says which modules it took;
 * a package whose license is not known here fails the build.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './root.js';

/** @typedef {import('rolldown').RolldownOutput} RolldownOutput */
/** @typedef {{ name: string, version: string, license: string, folder: string, files: Set<string>, modules: Set<string> }} Embedded */

export const NOTICES = 'THIRD-PARTY-NOTICES.txt';

/** Licenses by what package.json calls them, each with the text to print where the package itself brings none. */
const LICENSES = {
  MIT: undefined,
  'Apache-2.0': fileURLToPath(new URL('LICENSE', import.meta.resolve('assemblyscript/package.json'))),
  // Its second part is in the modules that it is about.
  '(Apache-2.0 AND BSD-3-Clause)': fileURLToPath(
    new URL('LICENSE', import.meta.resolve('assemblyscript/package.json')),
  ),
};

/** The mathematics that assembly/ and src/ translate from C. */
const SUN = `Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.

Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software is freely granted,
provided that this notice is preserved.`;

/** The comment at the end of a file that contains code of packages. */
export function commentOf(/** @type {{ moduleIds: readonly string[] }} */ { moduleIds }) {
  const names = new Set(moduleIds.flatMap((id) => packageFolderOf(id)?.split('node_modules/').at(-1) ?? []));
  if (names.size === 0) return '';
  return `/*! Contains code of ${[...names].sort().join(', ')}: see ${NOTICES} of wasmlp. */`;
}

/**
 * @param {readonly RolldownOutput[]} outputs what the bundler wrote to dist/
 */
export async function writeNotices(outputs) {
  /** @type {Map<string, Embedded>} */
  const packages = new Map();
  for (const chunk of outputs.flatMap(({ output }) => output)) {
    if (chunk.type !== 'chunk') continue;
    for (const id of chunk.moduleIds) {
      const folder = packageFolderOf(id);
      if (folder === undefined) continue;
      const known = packages.get(folder) ?? (await embedded(folder));
      known.files.add(chunk.fileName);
      if (path.isAbsolute(id)) known.modules.add(id);
      packages.set(folder, known);
    }
  }
  const sections = await Promise.all([...packages.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map(sectionOf));
  const kernels = await embedded(path.join(root, 'node_modules/assemblyscript'));
  kernels.files.add('kernel.wasm, and the kernels in other files: parts of its standard library');
  sections.push(await sectionOf(kernels));
  sections.push(`FreeBSD msun, e_log.c\nThe logarithm in kernels and in the js engine.\n\n${SUN}`);
  const head = 'wasmlp is under the MIT license (LICENSE). Its files in dist/ contain code of others, on these terms.';
  const line = '-'.repeat(78);
  await writeFile(path.join(root, 'dist', NOTICES), `${[head, ...sections].join(`\n\n${line}\n\n`)}\n`);
}

/**
 * The folder of the package that a module belongs to; undefined for modules of wasmlp. Rolldown brings modules of its own.
 * @param {string} id
 */
function packageFolderOf(id) {
  if (id.startsWith('\0rolldown')) return path.join(root, 'node_modules/rolldown');
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.split(path.sep).join('/'))?.[0];
}

/**
 * @param {string} folder
 * @returns {Promise<Embedded>}
 */
async function embedded(folder) {
  const { name, version, license } = await manifestOf(folder);
  if (!(license in LICENSES)) throw new Error(`${NOTICES}: nobody has looked at the license ${license} of ${name}.`);
  return { name, version, license, folder, files: new Set(), modules: new Set() };
}

/**
 * @param {string} folder
 * @returns {Promise<{ name: string, version: string, license: string }>}
 */
async function manifestOf(folder) {
  return JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
}

/** @param {Embedded} embedded */
async function sectionOf({ name, version, license, folder, files, modules }) {
  const own = await textOf(path.join(folder, 'LICENSE'));
  const byName = LICENSES[/** @type {keyof typeof LICENSES} */ (license)];
  const text = own ?? (byName && (await textOf(byName)));
  if (text === undefined) throw new Error(`${NOTICES}: ${name} brings no text of its license, ${license}.`);
  const heads = await Promise.all([...modules].map(headOf));
  const parts = [
    `${name} ${version}, ${license}\nIn ${[...files].sort().join(', ')}.`,
    ...new Set(heads.filter((head) => head !== undefined)),
    await textOf(path.join(folder, 'NOTICE')),
    text,
  ];
  return parts
    .filter((part) => part !== undefined)
    .map((part) => part.trim())
    .join('\n\n');
}

/**
 * The comment with which a module begins, if it is about its authors.
 * @param {string} file
 */
async function headOf(file) {
  const head = /^(?:\s*\/\/.*\n)+|^\s*\/\*[\s\S]*?\*\//.exec((await readFile(file, 'utf8')).trimStart())?.[0];
  if (head === undefined || !/copyright|license/i.test(head)) return undefined;
  return head.replace(/^\s*(?:\/\/|\/?\*+\/?) ?/gm, '').trim();
}

/** @param {string} file */
async function textOf(file) {
  return await readFile(file, 'utf8').catch(() => undefined);
}
