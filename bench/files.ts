/**
 * `npm run bench:files`: how long it takes to save and load a model, 784-128-10 (101,770 parameters, 407 KB). Medians of single
 * calls, which take turns in one process. saveFile counts until the file has reached the disk.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Network } from 'wasmlp';
import { loadFile, saveFile } from 'wasmlp/node';
import { CASES, type Case, createNetwork, dataOf } from './cases.js';
import { median } from './measure.js';

const ROUNDS = 41;

const benchCase = CASES.find(({ widths }) => widths.join('-') === '784-128-10') as Case;
const { inputs, targets } = dataOf(benchCase);
const [plain, adam] = await Promise.all([
  createNetwork(benchCase, {}),
  createNetwork(benchCase, { optimizer: 'adam' }),
]);
for (const network of [plain, adam]) await network.fit(inputs, targets, { epochs: 1 });

const folder = mkdtempSync(path.join(tmpdir(), 'wasmlp-'));
const file = path.join(folder, 'model.safetensors');
await saveFile(plain, file);
const [bytes, checkpoint, onnx] = [plain.save(), adam.saveCheckpoint(), plain.toONNX()];

async function disposed(loading: Promise<Network>): Promise<void> {
  (await loading).dispose();
}

const CALLS: Readonly<Record<string, () => unknown>> = {
  'save()': () => plain.save(),
  'Network.load(bytes)': () => disposed(Network.load(bytes)),
  'saveCheckpoint(), of adam': () => adam.saveCheckpoint(),
  'Network.load(checkpoint)': () => disposed(Network.load(checkpoint)),
  'toONNX()': () => plain.toONNX(),
  'Network.fromONNX(bytes)': () => disposed(Network.fromONNX(onnx)),
  'toModule()': () => plain.toModule(),
  'saveFile(network, path)': () => saveFile(plain, file),
  'loadFile(path)': () => disposed(loadFile(file)),
};

const times = new Map(Object.keys(CALLS).map((name): [string, number[]] => [name, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, call] of Object.entries(CALLS)) {
    const started = performance.now();
    await call();
    times.get(name)?.push(performance.now() - started);
  }
}
rmSync(folder, { recursive: true });

console.log(
  `| 784-128-10, Node ${process.versions.node.split('.').slice(0, 2).join('.')} | first call, ms | median, ms |`,
);
console.log('|---|---:|---:|');
for (const [name, values] of times) {
  console.log(`| \`${name}\` | ${(values[0] as number).toFixed(1)} | ${median(values).toFixed(2)} |`);
}
