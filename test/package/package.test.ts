/** The packed package in Node, and what is in it: every entry point, source maps, no side effect, types under every moduleResolution. */
import { execFile } from 'node:child_process';
import { access, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { SourceMap, type SourceMapPayload } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { createApp, digestsOf, expectedOf, INSTALLED, PACKAGE } from '../support/package/packed.js';

interface Manifest {
  exports: Record<string, string | Record<string, string>>;
  sideEffects: boolean;
}

const manifest: Manifest = JSON.parse(await readFile(path.join(PACKAGE, 'package.json'), 'utf8'));
const run = promisify(execFile);

/** Runs a program in its own Node, in a folder where the package is installed, and resolves to what it prints. */
async function printed(program: string, ...flags: string[]): Promise<string> {
  const args = [...flags, '--input-type=module', '--eval', program];
  const { stdout } = await run(process.execPath, args, { cwd: INSTALLED });
  return stdout;
}

/** Everything in one file: they have no map in the package. */
const ONE_FILE = ['browser.js', 'browser-csv.js', 'react-native.js', 'worker.js', 'search-worker.js'];

/** The bytes of all files of a folder. */
async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => stat(file)))).reduce((sum, { size }) => sum + size, 0);
}

describe('the package', () => {
  it('takes as much on a disk as README.md says', async () => {
    const [, megabytes] = /Unpacked it takes ([\d.]+) MB/.exec(await readFile('README.md', 'utf8')) ?? [];
    const size = (await bytesIn(PACKAGE)) / 1e6;
    expect(Math.abs(Number(megabytes) - size), `README.md says ${megabytes} MB, it has ${size}`).toBeLessThan(0.2);
  });

  it('has the files of the last build of dist/', async () => {
    const [packed, built] = await Promise.all(
      [PACKAGE, '.'].map((folder) => readdir(path.join(folder, 'dist'), { recursive: true })),
    );
    expect(packed?.sort()).toEqual(built?.sort());
    for (const file of built?.filter((name) => /\.(js|wasm)$/.test(name)) ?? []) {
      const original = await readFile(path.join('dist', file));
      expect(original.equals(await readFile(path.join(PACKAGE, 'dist', file))), file).toBe(true);
    }
  });

  it('has a command that runs where the package is installed', async () => {
    const { bin } = JSON.parse(await readFile(path.join(PACKAGE, 'package.json'), 'utf8')) as {
      bin: { wasmlp: string };
    };
    const command = path.join(PACKAGE, bin.wasmlp);
    expect((await readFile(command, 'utf8')).split('\n')[0]).toBe('#!/usr/bin/env node');
    const { stdout } = await run(process.execPath, [command, '--help'], { cwd: INSTALLED });
    expect(stdout).toMatch(/^Usage: wasmlp /);
  });

  it('has every file that its exports name', async () => {
    const targets = Object.values(manifest.exports);
    const paths = targets.flatMap((target) => (typeof target === 'string' ? [target] : Object.values(target)));
    expect(paths.length).toBeGreaterThan(10);
    for (const file of paths) await access(path.join(PACKAGE, file));
  });

  it('has source maps that lead to the lines of src/', async () => {
    const scripts = (await readdir(path.join(PACKAGE, 'dist'))).filter((name) => name.endsWith('.js'));
    expect(scripts).toEqual(expect.arrayContaining(ONE_FILE));
    for (const script of scripts) {
      const text = await readFile(path.join(PACKAGE, 'dist', script), 'utf8');
      const [, link] = /\n\/\/# sourceMappingURL=(.+)\n?$/.exec(text) ?? [];
      if (ONE_FILE.includes(script)) {
        expect(link, script).toBeUndefined();
        continue;
      }
      // The bundler's own.
      if (text.includes('rolldown/runtime.js')) continue;
      if (link === undefined) {
        // It only passes on what other scripts have.
        expect(
          text
            .trim()
            .split('\n')
            .every((line) => /^(import|export) /.test(line)),
          script,
        ).toBe(true);
        continue;
      }
      const map: SourceMapPayload = JSON.parse(await readFile(path.join(PACKAGE, 'dist', link), 'utf8'));
      expect(map.sourcesContent).toHaveLength(map.sources.length);
      for (const [i, source] of map.sources.entries()) {
        expect(await readFile(path.join('dist', source), 'utf8')).toBe(map.sourcesContent[i]);
      }
    }
  });

  it('leads from a message in a script to the line of src/ that has it', async () => {
    const message = 'instead of new Network(options)';
    const original = (await readFile('src/network.ts', 'utf8')).split('\n');
    const found: string[] = [];
    for (const script of (await readdir(path.join(PACKAGE, 'dist'))).filter((name) => name.endsWith('.js'))) {
      const text = await readFile(path.join(PACKAGE, 'dist', script), 'utf8');
      if (ONE_FILE.includes(script) || !text.includes(message)) continue;
      found.push(script);
      const lines = text.slice(0, text.indexOf(message)).split('\n');
      const map = new SourceMap(JSON.parse(await readFile(path.join(PACKAGE, 'dist', `${script}.map`), 'utf8')));
      const entry = map.findEntry(lines.length - 1, (lines.at(-1) as string).length);
      if (!('originalSource' in entry)) throw new Error('no line of src/ is found');
      expect(entry.originalSource).toMatch(/src\/network\.ts$/);
      // The bundler may write a constant where it is used, a line or two further down.
      expect(original.slice(entry.originalLine - 2, entry.originalLine + 3).join()).toContain(message);
    }
    // The file from which all entry points import it that are not one file.
    expect(found).toHaveLength(1);
  });

  it('gives the bits of the source, in Node', async () => {
    await createApp('node');
    const program = `
      import { trainings } from './node/trainings.js';
      import { Network } from 'wasmlp';
      console.log(JSON.stringify(await trainings(Network)));`;
    expect(digestsOf(JSON.parse(await printed(program)))).toEqual(await expectedOf('wasm'));
  });

  it('has the same classes in all its entry points, except the one-file build', async () => {
    const program = `
      import * as index from 'wasmlp';
      import * as slim from 'wasmlp/slim';
      import { loadFile } from 'wasmlp/node';
      import { parseRows } from 'wasmlp/csv';
      const failed = await parseRows(new Response('', { status: 404 })).catch((error) => error);
      console.log(failed instanceof index.WasmlpError, failed.code);
      console.log(index.Network === slim.Network, index.WasmlpError === slim.WasmlpError);
      const network = await index.Network.create({ inputs: 1, layers: [{ units: 1 }], engine: 'wasm' });
      console.log(network.engine.kind);`;
    expect(await printed(program)).toBe('true ERR_IO\ntrue true\nwasm\n');
  });

  it('loads a model with wasmlp/node only', async () => {
    const program = `
      import { writeFile } from 'node:fs/promises';
      import { Network } from 'wasmlp';
      const network = await Network.create({ inputs: 1, layers: [{ units: 1 }] });
      await writeFile('model.safetensors', network.save());`;
    await printed(program);
    const loads = `
      import { loadFile } from 'wasmlp/node';
      console.log((await loadFile('model.safetensors', { engine: 'wasm' })).engine.kind);`;
    expect(await printed(loads)).toBe('wasm\n');
  });
});

describe.each(['wasmlp', 'wasmlp/slim', 'wasmlp/browser'])('importing %s', (name) => {
  it('touches neither the DOM nor the network, and changes nothing', async () => {
    const program = `
      const touched = [];
      for (const name of ['window', 'document', 'self', 'location', 'fetch', 'Worker', 'XMLHttpRequest']) {
        Object.defineProperty(globalThis, name, { configurable: true, get: () => void touched.push(name) });
      }
      const own = () => JSON.stringify([globalThis, Object.prototype, Object, Array.prototype, Promise.prototype].map(Reflect.ownKeys).map((keys) => keys.map(String)));
      const before = own();
      const { Network } = await import('${name}');
      console.log(touched.join(), own() === before);
      await Network.create({ inputs: 1, layers: [{ units: 1 }], engine: 'js' });
      console.log(touched.join(), own() === before);`;
    expect(await printed(program)).toBe(' true\n true\n');
  });

  it('for nothing leaves nothing in a bundle', async () => {
    expect(manifest.sideEffects).toBe(false);
    const stdin = { contents: `import '${name}'; import { Network } from '${name}';`, resolveDir: INSTALLED };
    const { outputFiles } = await build({ stdin, bundle: true, format: 'esm', write: false, logLevel: 'silent' });
    expect(outputFiles[0]?.text.trim()).toBe('');
  });
});

describe.each(['wasmlp/csv', 'wasmlp/browser/csv'])('importing %s', (name) => {
  it('touches neither the DOM nor the network, and reads a table', async () => {
    const program = `
      const touched = [];
      for (const name of ['window', 'document', 'self', 'location', 'fetch', 'Worker', 'XMLHttpRequest']) {
        Object.defineProperty(globalThis, name, { configurable: true, get: () => void touched.push(name) });
      }
      const { parseRows } = await import('${name}');
      console.log(touched.join(), JSON.stringify(await parseRows('a;b\\n1;2')));
      console.log(await parseRows('a', { headers: true }).catch(({ message }) => /Did you mean "header"/.test(message)));`;
    expect(await printed(program)).toBe(' [{"a":"1","b":"2"}]\ntrue\n');
  });

  it('for a page leaves no import and no kernel in a bundle', async () => {
    const stdin = {
      contents: `import { parseRows } from '${name}'; globalThis.parseRows = parseRows;`,
      resolveDir: INSTALLED,
    };
    const { outputFiles } = await build({ stdin, bundle: true, format: 'esm', write: false, minify: true });
    const text = outputFiles[0]?.text ?? '';
    expect(text).not.toMatch(/\bimport\b/);
    expect(text.length).toBeLessThan(40_000);
  });
});

describe.each([
  ['workerd', './kernel.wasm'],
  ['edge-light', './kernel.wasm?module'],
])('for %s', (condition, specifier) => {
  it(`the library imports ${specifier}, and carries no other kernel`, async () => {
    const contents = `import { Network } from 'wasmlp'; globalThis.Network = Network;`;
    const { outputFiles, metafile } = await build({
      stdin: { contents, resolveDir: INSTALLED },
      conditions: [condition],
      bundle: true,
      format: 'esm',
      external: ['*.wasm', '*.wasm?module'],
      write: false,
      metafile: true,
      outdir: 'out',
    });
    expect(Object.keys(metafile.inputs).filter((file) => file.includes('-kernel-'))).toEqual([]);
    const text = outputFiles[0]?.text ?? '';
    const imported = [...text.matchAll(/^import .* from "(.*)";$/gm)].map(([, from]) => from);
    expect(imported).toEqual([specifier]);
  });
});

/** Uses every name that a program may import, as the types allow. */
const TYPED = `
import { type History, Network, type NetworkOptions, WasmlpError } from 'wasmlp';
import { Network as InOneFile } from 'wasmlp/browser';
import { parseRows as parseInOneFile } from 'wasmlp/browser/csv';
import { type CsvSource, parseCsv, parseRows, type Row } from 'wasmlp/csv';
import { loadFile, readRows, streamRows } from 'wasmlp/node';
import { init, type KernelSource, Network as Slim } from 'wasmlp/slim';

const options: NetworkOptions = { inputs: 2, layers: [{ units: 1 }] };
const given: KernelSource = new URL('https://example.org/kernel.wasm');
export async function use(): Promise<History> {
  await init(given);
  const networks: Network[] = [await Network.create(options), await Slim.create(options), await loadFile('model')];
  const other: InOneFile = await InOneFile.create(options);
  const sources: CsvSource[] = ['a', new Uint8Array(1), new Blob([]), new Response(''), new Response('').body ?? ''];
  const rows: Row[] = [...(await parseRows(sources[0] ?? '', { missing: 'skip' })), ...(await readRows('table.csv'))];
  const names: string[] = (await parseCsv('a', { target: 'a', names: true })).targets;
  const skipped: number = (await parseInOneFile('a', { decimal: ',' })).skipped ?? names.length;
  const batches: () => AsyncIterable<readonly Row[]> = streamRows('table.csv', { batchSize: skipped + rows.length });
  batches();
  // @ts-expect-error: these are real types, not any.
  other.predict('text');
  if (networks[0] instanceof WasmlpError) throw networks[0];
  return await (networks[0] as Network).fit([[1, 2]], [1]);
}
`;

// This TypeScript no longer has node10: are-the-types-wrong checks that in npm run check:package.
describe.each([
  ['node16', 'node16', 'dom'],
  ['node18', 'node16', 'dom'],
  ['nodenext', 'nodenext', 'dom'],
  ['nodenext', 'nodenext', 'node'],
  ['preserve', 'bundler', 'dom'],
  ['esnext', 'bundler', 'dom'],
])('with module %s, moduleResolution %s and the types of %s', (module, moduleResolution, host) => {
  it('types resolve', async () => {
    const folder = await createApp(`types-${module}-${host}`, { 'typed.mts': TYPED });
    const ofNode = host === 'node';
    const compilerOptions = {
      module,
      moduleResolution,
      target: 'es2022',
      lib: ofNode ? ['es2022'] : ['es2022', 'dom'],
      types: ofNode ? ['node'] : [],
      typeRoots: [path.resolve('node_modules/@types')],
      strict: true,
      noEmit: true,
      // The types of wasmlp/node need Node's types.
      skipLibCheck: !ofNode,
    };
    await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['typed.mts'] }));
    const tsc = path.resolve('node_modules/typescript/bin/tsc');
    const { stdout } = await run(process.execPath, [tsc, '--project', folder]).catch((error) => error);
    expect(stdout).toBe('');
  });
});
