/** The build for React Native: syntax that Metro and Hermes take, and what it does with the few globals that they have. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { type BuildOptions, build } from 'esbuild';
import { parseAst } from 'rolldown/parseAst';
import { describe, expect, it } from 'vitest';
import { createApp, digestsOf, expectedOf, PACKAGE } from '../support/package/packed.js';
import type { Outcome } from '../support/package/pages/trainings.js';

/** The kinds of nodes in a syntax tree. */
function kindsIn(node: unknown, found = new Set<string>()): Set<string> {
  if (typeof node !== 'object' || node === null) return found;
  const { type } = node as { type?: unknown };
  if (typeof type === 'string') found.add(type);
  for (const value of Object.values(node)) kindsIn(value, found);
  return found;
}

/** Runs a program where there are only the globals of the language, without those that Hermes lacks, and a few of React Native. */
async function runLikeHermes<T>(program: string, options: BuildOptions): Promise<T> {
  const cwd = await createApp('react-native', { 'program.js': program });
  const { outputFiles, metafile } = await build({
    absWorkingDir: cwd,
    entryPoints: ['program.js'],
    bundle: true,
    format: 'iife',
    write: false,
    metafile: true,
    logLevel: 'error',
    ...options,
  });
  const inputs = Object.keys(metafile?.inputs ?? {}).map((file) => path.basename(file));
  expect(inputs.filter((name) => !/^(program|trainings)\.js$/.test(name))).toEqual(['react-native.js']);
  const realm = createContext({ performance, setTimeout });
  runInContext(
    'for (const name of ["WebAssembly", "SharedArrayBuffer", "FinalizationRegistry"]) delete globalThis[name]',
    realm,
  );
  runInContext(outputFiles?.[0]?.text ?? '', realm);
  return JSON.parse(await runInContext('outcome', realm)) as T;
}

/** Signals as React Native has them: they cannot throw, and know no reason. */
const SIGNALS = `
globalThis.AbortSignal = class AbortSignal {
  aborted = false;
  listeners = new Set();
  addEventListener(_, listener) { this.listeners.add(listener); }
  removeEventListener(_, listener) { this.listeners.delete(listener); }
};
const signal = new AbortSignal();
function abort() {
  signal.aborted = true;
  for (const listener of signal.listeners) listener({ type: 'abort', target: signal });
}
`;

/** How a bundler finds the build. */
const FOUND: [name: string, options: BuildOptions][] = [
  ['the condition of package.json', { conditions: ['react-native'] }],
  [
    'the field of package.json, where Metro does not read conditions',
    { mainFields: ['react-native', 'main'], alias: { wasmlp: PACKAGE } },
  ],
];

describe('react-native.js', () => {
  it('has no import(), no import.meta and no import of another file', async () => {
    const text = await readFile(`${PACKAGE}/dist/react-native.js`, 'utf8');
    const kinds = kindsIn(parseAst(text));
    expect([...kinds].filter((kind) => /^(Import|Meta|AwaitExpression$)/.test(kind)).sort()).toEqual([
      'AwaitExpression',
    ]);
    expect(text).not.toContain('import.meta');
  });

  it.each(FOUND)('is found by %s, and gives the bits of the js engine', async (_, options) => {
    const outcome = await runLikeHermes<Outcome>(
      `import { Network } from 'wasmlp';
      import { trainings } from './trainings.js';
      globalThis.outcome = trainings(Network).then(JSON.stringify);`,
      options,
    );
    expect(digestsOf(outcome)).toEqual(await expectedOf('js'));
  });

  it('saves and loads what is not ASCII, refuses a worker and WebAssembly, and stops by a signal', async () => {
    const outcome = await runLikeHermes(
      `import { Network } from 'wasmlp';
      ${SIGNALS}
      const rows = [[0, 0], [0, 1], [1, 0], [1, 1]];
      const codeOf = (promise) => promise.then(() => 'none', ({ code, name }) => code ?? name);
      globalThis.outcome = (async () => {
        const labels = ['nö', 'ja€😀'];
        const layers = [{ units: 4, activation: 'tanh' }, { units: 2, activation: 'softmax' }];
        const network = await Network.create({ inputs: 2, layers, labels, engine: 'auto' });
        const fit = (options) => network.fit(rows, ['nö', 'ja€😀', 'nö', 'nö'], options);
        await fit({ epochs: 3 });
        const copies = [await Network.load(network.save()), await Network.fromONNX(network.toONNX())];
        const classified = copies.map((copy) => copy.classify(rows[1]).label === network.classify(rows[1]).label);
        return JSON.stringify({
          classified,
          background: await codeOf(fit({ background: true })),
          wasm: await codeOf(Network.create({ inputs: 2, layers, engine: 'wasm' })),
          aborted: await codeOf(fit({ epochs: 1e6, signal, onProgress: abort })),
        });
      })();`,
      { conditions: ['react-native'] },
    );
    const expected = { background: 'ERR_UNSUPPORTED', wasm: 'ERR_ENGINE', aborted: 'AbortError' };
    expect(outcome).toEqual({ classified: [true, true], ...expected });
  });
});
