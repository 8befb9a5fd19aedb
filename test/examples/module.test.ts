import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../support/folder.js';
import { evaluated } from '../support/formats/modules.js';
import { numberIn, runNode } from '../support/programs.js';

const folder = temporaryFolder();

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('examples/module.js', () => {
  test('the module answers as the network does, and leaves no file behind', async () => {
    vi.stubEnv('TMPDIR', folder);
    const output = await runNode('examples/module.js');
    expect(numberIn(output, /difference from the network (\S+)/)).toBeLessThan(1e-5);
    expect(numberIn(output, /names (\d+) of 150 flowers right/)).toBeGreaterThanOrEqual(145);
    const [ofNetwork, ofModule] = ['network', 'module'].map((name) =>
      [...output.matchAll(new RegExp(`^ {4}${name} +([\\d. ]+)`, 'gm'))].map(([, numbers]) => numbers?.trim()),
    );
    expect(ofModule).toHaveLength(5);
    expect(ofNetwork?.map((numbers) => numbers?.split(/ +/).length)).toEqual([3, 3, 3, 3, 3]);
    expect(output).not.toContain('\u001b');
    for (const line of output.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('the module is in the file that the argument names', async () => {
    const file = path.join(folder, 'iris.mjs');
    expect(await runNode('examples/module.js', file)).toContain(`it is in ${file}`);
    const { inputs, labels, predict } = await evaluated(readFileSync(file, 'utf8'));
    const probabilities = predict([5.1, 3.5, 1.4, 0.2]) as Float32Array;
    expect([inputs, labels[probabilities.indexOf(Math.max(...probabilities))]]).toEqual([4, 'setosa']);
  });
});
