/** The packed package in other hosts than Node and browsers, if they are on the path: `npm i -g deno bun workerd` installs them all. */
import { execFile } from 'node:child_process';
import { copyFile, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { Network } from '../../src/index.js';
import { createApp, digestsOf, expectedOf, PACKAGE } from '../support/package/packed.js';
import { sharedFits } from '../support/package/pages/threads.js';
import { executable } from '../support/programs.js';

const run = promisify(execFile);

/** The program, if it is on the path, and a name for its test that says so if it is not. */
function onPath(name: string): { file: string | undefined; title: string } {
  const file = executable([name]);
  return { file, title: file === undefined ? `${name} (skipped: not on the path)` : name };
}

/** The outcome of a fit in the background: the bits of the foreground, or the code of an error. And of fits with two threads, or the code. */
const WORKERS = `
async function background() {
  const models = [];
  for (const background of [false, true]) {
    const network = await Network.create({ inputs: 2, layers: [{ units: 3 }, { units: 1 }], seed: 1 });
    const fit = network.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], { epochs: 20, background });
    models.push(await fit.then(() => String(network.save()), ({ code }) => code));
  }
  return models[0] === models[1] ? 'the same' : models[1];
}
const threads = () => sharedFits(Network, 2).catch(({ code }) => code);
`;

const PROGRAM = `
import { Network } from 'wasmlp';
import { sharedFits } from './threads.js';
import { trainings } from './trainings.js';
${WORKERS}
console.log(JSON.stringify({ ...(await trainings(Network)), background: await background(), threads: await threads() }));
`;

/** The expected outcome of a program: `threads` is the code of an error, or undefined where two threads train. */
async function expectOutcome(text: string, background: string, threads?: string): Promise<void> {
  const outcome = JSON.parse(text);
  expect(digestsOf(outcome)).toEqual(await expectedOf('wasm'));
  expect(outcome.background).toBe(background);
  expect(outcome.threads).toEqual(threads ?? { ...(await sharedFits(Network, 1)), threads: [2, 2] });
}

const deno = onPath('deno');
it.skipIf(deno.file === undefined)(`${deno.title} gives the bits of Node`, async () => {
  const cwd = await createApp('deno', { 'program.js': PROGRAM });
  const args = ['run', '--no-lock', '--no-remote', '--node-modules-dir=manual', 'program.js'];
  const { stdout } = await run(deno.file as string, args, { cwd });
  await expectOutcome(stdout, 'the same');
});

const bun = onPath('bun');
it.skipIf(bun.file === undefined)(`${bun.title} gives the bits of Node`, async () => {
  const cwd = await createApp('bun', { 'program.js': PROGRAM });
  const { stdout } = await run(bun.file as string, ['program.js'], { cwd });
  await expectOutcome(stdout, 'the same');
});

/** `workerd test` runs this like a request: it may not compile code from text, nor WebAssembly from bytes. */
const WORKER = `
import { Network } from 'wasmlp';
import { sharedFits } from './threads.js';
import { trainings } from './trainings.js';
${WORKERS}
export default {
  async test() {
    console.log(JSON.stringify({ ...(await trainings(Network)), background: await background(), threads: await threads() }));
  },
};
`;

/** The second one has no FinalizationRegistry. */
const DATES = ['2026-04-01', '2023-01-01'];

const workerd = onPath('workerd');
it.skipIf(workerd.file === undefined).each(DATES)(`${workerd.title} gives the bits of Node as of %s`, async (date) => {
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = .worker)]);
const worker :Workerd.Worker = (
  modules = [(name = "main.js", esModule = embed "main.js"), (name = "kernel.wasm", wasm = embed "kernel.wasm")],
  compatibilityDate = "${date}",
);`;
  const cwd = await createApp(`workerd-${date}`, { 'worker.js': WORKER, 'config.capnp': config });
  await copyFile(`${PACKAGE}/dist/kernel.wasm`, `${cwd}/kernel.wasm`);
  await build({
    absWorkingDir: cwd,
    entryPoints: ['worker.js'],
    outfile: 'main.js',
    bundle: true,
    format: 'esm',
    // The conditions that wrangler uses.
    conditions: ['workerd', 'worker', 'browser'],
    external: ['*.wasm'],
  });
  const { stdout, stderr } = await run(workerd.file as string, ['test', 'config.capnp'], { cwd });
  const line = `${stdout}\n${stderr}`.split('\n').find((text) => text.includes('"engines"')) as string;
  await expectOutcome(line.slice(line.indexOf('{')), 'ERR_UNSUPPORTED', 'ERR_UNSUPPORTED');
});

/** The globals of an edge function besides the language. */
const EDGE = { AbortSignal, MessageChannel, performance, setTimeout, structuredClone, TextDecoder, TextEncoder, URL };

it('the edge, whose realm compiles nothing and gets the kernel of another realm, gives the bits of Node', async () => {
  const program = `
    import { Network } from 'wasmlp';
    import { sharedFits } from './threads.js';
    import { trainings } from './trainings.js';
    ${WORKERS}
    globalThis.outcome = (async () => JSON.stringify({ ...(await trainings(Network)), background: await background(), threads: await threads() }))();
  `;
  const cwd = await createApp('edge-light', { 'function.js': program });
  const { outputFiles } = await build({
    absWorkingDir: cwd,
    entryPoints: ['function.js'],
    bundle: true,
    format: 'iife',
    write: false,
    logLevel: 'error',
    // The conditions that Vercel and Next.js use.
    conditions: ['edge-light', 'worker', 'browser'],
    plugins: [
      {
        name: 'module',
        setup: ({ onResolve, onLoad }) => {
          onResolve({ filter: /\.wasm\?module$/ }, ({ path }) => ({ path, namespace: 'module' }));
          onLoad({ filter: /./, namespace: 'module' }, () => ({ contents: 'export default globalThis.kernel;' }));
        },
      },
    ],
  });
  const kernel = await WebAssembly.compile(await readFile(`${PACKAGE}/dist/kernel.wasm`));
  const realm = createContext({ ...EDGE, kernel }, { codeGeneration: { strings: false, wasm: false } });
  runInContext(outputFiles[0]?.text ?? '', realm);
  await expectOutcome(await runInContext('outcome', realm), 'ERR_UNSUPPORTED', 'ERR_UNSUPPORTED');
});
