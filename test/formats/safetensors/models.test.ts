/** Model files that earlier versions wrote: they still load, predict and train as on the day when they were written. */
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { Network } from '../../../src/index.js';
import { beyondBound } from '../../support/findings.js';
import { ENGINES, fingerprint, sha256 } from '../../support/networks.js';

interface Expected {
  readonly sha256: string;
  /** SHA-256 of all parameters. */
  readonly parameters: string;
  readonly labels?: readonly string[];
  readonly inputs: number[][];
  readonly outputs: number[][];
  /** For a checkpoint: its training samples, the epochs that followed, and the predictions after them. */
  readonly targets?: number[][];
  readonly epochs?: readonly { epoch: number; loss: number }[];
  readonly after?: number[][];
}

const folder = new URL('./models/', import.meta.url);
const expected: Record<string, Expected> = JSON.parse(await readFile(new URL('expected.json', folder), 'utf8'));
/** Allows for rounding: another order of summation, another approximation of an activation. */
const near = (value: number): number => 2e-6 * Math.max(1, Math.abs(value));

function expectNear(name: string, actual: ArrayLike<number>, wanted: readonly number[]): void {
  expect(beyondBound(name, actual, wanted, (i) => near(wanted[i] as number))).toBeUndefined();
}

it('every file of the folder is expected', async () => {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.safetensors'));
  expect(files.sort()).toEqual(
    Object.keys(expected)
      .map((name) => `${name}.safetensors`)
      .sort(),
  );
  expect(files.length).toBeGreaterThanOrEqual(6);
});

describe.each(ENGINES)('on %s', (engine) => {
  it.each(Object.entries(expected))('%s loads and predicts as it did', async (name, kept) => {
    const file = new Uint8Array(await readFile(new URL(`${name}.safetensors`, folder)));
    expect(sha256(file), 'the file is as it was written').toBe(kept.sha256);
    const network = await Network.load(file, { engine });
    expect(fingerprint(network)).toBe(kept.parameters);
    const outputs = network.predict(kept.inputs);
    expectNear(
      'outputs',
      outputs.flatMap((row) => [...row]),
      kept.outputs.flat(),
    );
    const { labels } = kept;
    if (labels !== undefined) {
      for (const { index, label } of network.classify(kept.inputs)) expect(label).toBe(labels[index]);
    }
    if (kept.targets === undefined) return;
    const options = { epochs: 2, batchSize: 2, earlyStopping: { patience: 9 } };
    const { epochs } = await network.fit(kept.inputs, kept.targets, options);
    expect(epochs.map(({ epoch }) => epoch)).toEqual(kept.epochs?.map(({ epoch }) => epoch));
    expectNear(
      'losses',
      epochs.map(({ loss }) => loss),
      kept.epochs?.map(({ loss }) => loss) as number[],
    );
    expectNear(
      'outputs after',
      network.predict(kept.inputs).flatMap((row) => [...row]),
      kept.after?.flat() as number[],
    );
  });
});
