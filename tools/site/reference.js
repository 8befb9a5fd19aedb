/**
 * The reference: TypeDoc writes its pages from the comments of src/, and this file makes them fit the site. docs/typedoc.js says how, and
 * names the entry points.
 */
import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from './pages.js';
import { SOURCE } from './source.js';

/** @typedef {import('./pages.js').Link} Link */
/** @typedef {import('./pages.js').Sidebar} Sidebar */

const FOLDER = path.join(SOURCE, 'reference');

/** The folders of a module, as TypeDoc names them, in the order of the sidebar. */
const KINDS = ['classes', 'functions', 'interfaces', 'type-aliases', 'variables'];

/** Runs TypeDoc, of which any warning is an error. */
export async function writeReference() {
  const docs = path.join(root, 'docs');
  const program = path.join(docs, 'node_modules/typedoc/bin/typedoc');
  await promisify(execFile)(process.execPath, [program, '--options', 'typedoc.js'], { cwd: docs });
  const names = await readdir(FOLDER, { recursive: true });
  for (const name of names.filter((file) => file.endsWith('.md'))) {
    const file = path.join(FOLDER, name);
    await writeFile(file, withoutInner(await readFile(file, 'utf8')));
  }
}

/**
 * Leaves out names that no program can import: a class of src/ is made of several, which TypeDoc calls inherited.
 * @param {string} text
 */
export function withoutInner(text) {
  return text
    .replace(/\n#+ (?:Inherited from|Overrides)\n\n`\w+`?[^\n]*\n/g, '')
    .replace(/\n## Extends\n\n- `(?:KeepingNetwork|[A-Z]\w*Network)`\n/g, '');
}

/**
 * The entry points, and what each has, for the sidebar.
 * @param {readonly string[]} entryPoints
 * @param {(name: string) => string} importName
 * @returns {Promise<(Sidebar & { link: string })[]>}
 */
export async function readReference(entryPoints, importName) {
  return await Promise.all(
    entryPoints.map(async (name) => {
      /** @type {Link[]} */
      const items = [];
      for (const kind of KINDS) {
        const files = await readdir(path.join(FOLDER, name, kind)).catch(() => []);
        const members = files.map((file) => path.basename(file, '.md')).sort((a, b) => a.localeCompare(b));
        items.push(...members.map((text) => ({ text, link: `/reference/${name}/${kind}/${text}` })));
      }
      return { text: importName(name), link: `/reference/${name}/`, collapsed: true, items };
    }),
  );
}
