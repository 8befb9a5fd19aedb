/** The package as tools/pack.js installed it, programs that use it, and their expected outcome. */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Network } from '../../../src/index.js';
import { sha256 } from '../networks.js';
import { type Outcome, trainings } from './pages/trainings.js';

/** The folder in which programs find the package by its name. */
export const INSTALLED = fileURLToPath(new URL('../../../build/package', import.meta.url));
export const PACKAGE = path.join(INSTALLED, 'node_modules/wasmlp');

/** A new folder with the programs of pages/, and other files by name. */
export async function createApp(name: string, files: Record<string, string> = {}): Promise<string> {
  const folder = path.join(INSTALLED, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await cp(fileURLToPath(new URL('pages', import.meta.url)), folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(path.join(folder, file), text);
  return folder;
}

/** A page that runs a program, by default as a module. */
export function pageOf(program: string, type = 'type="module"'): string {
  const head = '<meta charset="utf-8"><title>wasmlp</title><link rel="icon" href="data:,">';
  return `<!doctype html>${head}<script ${type} src="${program}"></script>`;
}

/** A content security policy: scripts only from this server, no workers, no blobs. */
export const STRICT = "default-src 'none'; connect-src 'self'; img-src data:; script-src 'self'";

/** The headers by which a page may share memory between threads. */
export const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** A page's program that uses wasmlp/slim: `kernel` is an expression that gives the kernel, and `before` may import what it needs. */
export function slimProgram(kernel: string, before = ''): string {
  return `${before}
import { init, Network } from 'wasmlp/slim';
import { trainings } from './trainings.js';
globalThis.outcome = init(${kernel}).then(() => trainings(Network));
`;
}

/** The kernels whose text is in some file of a folder. */
export async function kernelsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name));
  const texts = await Promise.all(files.map((file) => readFile(file, 'latin1')));
  const found: string[] = [];
  for (const name of await readdir(`${PACKAGE}/dist`)) {
    if (!/-kernel-\w+\.js$/.test(name)) continue;
    const kernel = (await readFile(`${PACKAGE}/dist/${name}`, 'latin1')).slice(5000, 5100);
    if (texts.some((text) => text.includes(kernel))) found.push(name);
  }
  return found;
}

/** SHA-256 of the parameters at the end of each training, and the engine of each. */
export function digestsOf({ engines, bits }: Outcome): { engines: string[]; digests: string[] } {
  const digests = bits.map((words) => {
    const bytes = Buffer.alloc(words.length * 4);
    words.forEach((word, i) => {
      bytes.writeUInt32LE(word, i * 4);
    });
    return sha256(bytes);
  });
  return { engines, digests };
}

/** The outcome in this Node, with the source. */
export async function expectedOf(engine: 'wasm' | 'js'): Promise<ReturnType<typeof digestsOf>> {
  return digestsOf(await trainings(Network, engine));
}
