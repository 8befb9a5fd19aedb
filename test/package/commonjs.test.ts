/** A bundle in CommonJS, as for Lambda: it does not know its address, so it says where the worker is. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp, PACKAGE } from '../support/package/packed.js';

const run = promisify(execFile);

/** Trains with `background` as the argument says, and prints the code and message, or whether the bits are those of the foreground. */
const PROGRAM = `
const { Network } = require('wasmlp');
const path = require('node:path');

const forms = {
  plain: () => true,
  absolute: () => ({ workerUrl: path.join(__dirname, 'worker.js') }),
  relative: () => ({ workerUrl: 'worker.js' }),
  parent: () => ({ workerUrl: '../' + path.basename(__dirname) + '/worker.js' }),
  text: () => ({ workerUrl: require('node:url').pathToFileURL(path.join(__dirname, 'worker.js')).href }),
  url: () => ({ workerUrl: require('node:url').pathToFileURL(path.join(__dirname, 'worker.js')) }),
  installed: () => ({ workerUrl: require.resolve(path.resolve(__dirname, process.argv[3])) }),
  missing: () => ({ workerUrl: path.join(__dirname, 'none.js') }),
  remote: () => ({ workerUrl: 'https://example.org/worker.js' }),
  none: () => ({}),
  empty: () => ({ workerUrl: '' }),
  number: () => ({ workerUrl: 7 }),
  unknown: () => ({ workerURL: 'worker.js' }),
};
(async () => {
  const rows = [[0, 0], [0, 1], [1, 0], [1, 1]];
  const bits = [];
  for (const background of [false, forms[process.argv[2]]()]) {
    const network = await Network.create({ inputs: 2, layers: [{ units: 3 }, { units: 1 }], seed: 1 });
    await network.fit(rows, [0, 1, 1, 0], { epochs: 20, background });
    await network.fitStream(() => [{ inputs: rows, targets: [0, 1, 1, 0] }], { epochs: 2, background });
    bits.push(String(network.save()));
  }
  console.log(bits[0] === bits[1] ? 'the same' : 'other bits');
})().catch(({ code, message }) => console.log(code, message));
`;

/** Trains with several threads, and prints how many, and the code of the error or whether the bits are those of one. */
const THREADS = `
const { Network } = require('wasmlp');
const path = require('node:path');

const inputs = Float32Array.from({ length: 64 * 784 }, (_, i) => ((i * 37) % 101) / 101);
const classes = Uint8Array.from({ length: 64 }, (_, i) => i % 10);
const workerUrl = path.join(__dirname, 'worker.js');
(async () => {
  const outcomes = [];
  for (const [threads, background] of [[1], [2, { workerUrl }], [2], ['auto']]) {
    const layers = [{ units: 128 }, { units: 10, activation: 'softmax' }];
    const network = await Network.create({ inputs: 784, layers, seed: 1, threads });
    const bits = await network.fit(inputs, classes, { epochs: 2, background }).then(() => String(network.save()), ({ code }) => code);
    outcomes.push([network.engine.threads, bits]);
  }
  const [[, one]] = outcomes;
  console.log(JSON.stringify(outcomes.map(([threads, bits]) => [threads, bits === one ? 'the same' : bits])));
})();
`;

describe('background in a bundle in CommonJS', () => {
  let cwd = '';
  beforeAll(async () => {
    cwd = await createApp('commonjs', { 'program.cjs': PROGRAM, 'threads.cjs': THREADS });
    await mkdir(`${cwd}/out`);
    // As on Lambda: Node then takes worker.js, too, for a script.
    await writeFile(`${cwd}/out/package.json`, '{ "type": "commonjs" }');
    await build({
      absWorkingDir: cwd,
      entryPoints: ['program.cjs', 'threads.cjs'],
      outdir: 'out',
      bundle: true,
      format: 'cjs',
      platform: 'node',
      logLevel: 'error',
      logOverride: { 'empty-import-meta': 'silent' },
    });
    await copyFile(`${PACKAGE}/dist/worker.js`, `${cwd}/out/worker.js`);
  });

  const printed = async (form: string, program = 'program.js'): Promise<string> => {
    const folder = path.join(cwd, 'out');
    const installed = path.relative(folder, `${PACKAGE}/dist/worker.js`);
    return (await run(process.execPath, [program, form, installed], { cwd: folder })).stdout.trim();
  };

  it.each(['absolute', 'relative', 'parent', 'text', 'url', 'installed'])('takes workerUrl, %s', async (form) => {
    expect(await printed(form)).toBe('the same');
  });

  const NOT_STARTED = 'ERR_WORKER_DIED fit: the worker for the background did not start';
  it('true says what to do', async () => {
    const mend = "Copy wasmlp's dist/worker.js, and give its address or path: background: { workerUrl }.";
    const why = 'this bundle does not know its own address, so it cannot find worker.js';
    expect(await printed('plain')).toBe(`${NOT_STARTED}: ${why}. ${mend}`);
  });

  it.each(['missing', 'remote'])('a workerUrl that leads nowhere, %s, is ERR_WORKER_DIED', async (form) => {
    expect(await printed(form)).toMatch(
      `${NOT_STARTED}. Put dist/worker.js beside this program's file or give its address`,
    );
  });

  it.each([
    ['none', 'undefined'],
    ['empty', '""'],
    ['number', '7'],
  ])('a workerUrl that is no address, %s, is refused', async (form, came) => {
    const expected =
      "expected the address of a copy of wasmlp's dist/worker.js, as a string, a URL or a TrustedScriptURL";
    expect(await printed(form)).toBe(`ERR_INVALID_TYPE fit: background.workerUrl is ${came}, ${expected}.`);
  });

  it('several threads take the workers from there; auto, which nobody tells where they are, is one', async () => {
    expect(JSON.parse(await printed('', 'threads.js'))).toEqual([
      [1, 'the same'],
      [2, 'the same'],
      [2, 'ERR_WORKER_DIED'],
      [1, 'the same'],
    ]);
  });

  it('another name is refused with the right one', async () => {
    expect(await printed('unknown')).toMatch(
      /^ERR_INVALID_OPTION fit: background has an unknown option "workerURL"\. Did you mean "workerUrl"\?/,
    );
  });
});

it('in an ES module, workerUrl leads to another copy of the worker', async () => {
  const cwd = await createApp('worker-url', {
    'program.js': `
      import { Network } from 'wasmlp';
      const network = await Network.create({ inputs: 1, layers: [{ units: 1 }] });
      for (const workerUrl of [new URL('worker.js', import.meta.url), './worker.js', '${pathToFileURL(PACKAGE).href}/dist/worker.js']) {
        await network.fit([1, 2], [0, 1], { epochs: 3, background: { workerUrl } });
      }
      console.log(network.epochs);`,
  });
  await copyFile(`${PACKAGE}/dist/worker.js`, `${cwd}/worker.js`);
  expect((await run(process.execPath, ['program.js'], { cwd })).stdout).toBe('9\n');
});
