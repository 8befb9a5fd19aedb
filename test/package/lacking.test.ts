/** The packed package in Node without some of its globals, as in jsdom, and with frozen intrinsics. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { createApp } from '../support/package/packed.js';

const run = promisify(execFile);

/** Everything that a program does with a network; prints what came. */
const PROGRAM = `
import { setImmediate as turn } from 'node:timers/promises';
await turn();
for (const name of process.argv.slice(2)) delete globalThis[name];
const { Network } = await import('wasmlp');
const rows = [[0, 0], [0, 1], [1, 0], [1, 1]];
const labels = ['nö', 'ja€😀'];
const layers = [{ units: 4, activation: 'tanh' }, { units: 2, activation: 'softmax' }];
const outcome = [];
for (const engine of ['wasm', 'js']) {
  const options = { inputs: 2, layers, labels, engine, optimizer: 'adam', normalize: 'standard' };
  const [network, twin] = [await Network.create(options), await Network.create(options)];
  const targets = ['nö', 'ja€😀', 'ja€😀', 'nö'];
  const fit = { epochs: 5, validation: 0.5, learningRate: { type: 'cosine' }, earlyStopping: { patience: 3 }, onEpoch() {} };
  await network.fit(rows, targets, fit);
  await twin.fit(rows, targets, { ...fit, background: true });
  await network.fitStream(() => [{ inputs: rows, targets }], { epochs: 2 });
  await twin.fitStream(() => [{ inputs: rows, targets }], { epochs: 2, background: true });
  network.trainOnBatch(rows, targets);
  twin.trainOnBatch(rows, targets);
  const same = String(network.saveCheckpoint()) === String(twin.saveCheckpoint());
  const copies = [await Network.load(network.saveCheckpoint()), await Network.fromONNX(network.toONNX())];
  const label = network.classify(rows[0]).label;
  const codes = [];
  const refused = [
    () => network.predict([1]),
    () => network.fit(rows, targets, { epochs: 0 }),
    () => network.fit(rows, targets, { learningRate: 3e38, epochs: 500 }),
    () => network.fit(rows, targets, { learningRate: 3e38, epochs: 500, background: true }),
    () => Network.load(Uint8Array.of(12, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x22, 0xff, 0x22, 0x3a, 0x7b, 0x7d, 0x7d, 0x20, 0x20, 0x20, 0x20)),
  ];
  for (const call of refused) codes.push(await Promise.resolve().then(call).then(String, ({ code, name }) => name + ' ' + code));
  outcome.push({ engine: network.engine.kind, same, copies: copies.map((copy) => copy.classify(rows[0]).label === label), codes });
}
console.log(JSON.stringify(outcome));
`;

const EXPECTED = ['wasm', 'js'].map((engine) => ({
  engine,
  same: true,
  copies: [true, true],
  codes: [
    'RangeError ERR_SHAPE',
    'RangeError ERR_INVALID_OPTION',
    'WasmlpError ERR_DIVERGED',
    'WasmlpError ERR_DIVERGED',
    'WasmlpError ERR_MODEL_FORMAT',
  ],
}));

/** What jest-environment-jsdom lacks. */
const JSDOM = ['TextDecoder', 'TextEncoder', 'structuredClone', 'MessageChannel', 'setImmediate', 'fetch', 'Response'];
/** A host that has not even these. */
const BARE = [...JSDOM, 'FinalizationRegistry', 'WeakRef', 'DOMException', 'AbortSignal'];

it.each([
  ['without what jsdom lacks', [], JSDOM],
  ['without what older hosts lack', [], BARE],
  ['with --frozen-intrinsics', ['--frozen-intrinsics'], []],
] as const)('%s, networks are created, trained, saved and loaded', async (name, flags, lacking) => {
  const cwd = await createApp(`lacking-${name.replaceAll(/\W/g, '-')}`, { 'program.js': PROGRAM });
  const { stdout } = await run(process.execPath, [...flags, 'program.js', ...lacking], { cwd });
  expect(JSON.parse(stdout)).toEqual(EXPECTED);
});

it('with prototypes that are frozen outright, as SES freezes them', async () => {
  const freeze = `
    for (const name of Object.getOwnPropertyNames(globalThis)) {
      const value = globalThis[name];
      if (typeof value === 'function') for (const part of [value, value.prototype]) if (part) Object.freeze(part);
    }
    for (const part of [[][Symbol.iterator](), (async function* () {})(), (function* () {})(), new Uint8Array()]) {
      for (let at = Object.getPrototypeOf(part); at; at = Object.getPrototypeOf(at)) Object.freeze(at);
    }`;
  const cwd = await createApp('lacking-ses', {
    'program.js': PROGRAM.replace('await turn();', `await turn();${freeze}`),
  });
  const { stdout } = await run(process.execPath, ['program.js'], { cwd });
  expect(JSON.parse(stdout)).toEqual(EXPECTED);
});
