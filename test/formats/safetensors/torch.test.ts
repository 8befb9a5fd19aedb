/** PyTorch takes saved models as they are, and predicts the same. Where this machine has it: else the test says why it is skipped. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Network, type NetworkOptions } from '../../../src/index.js';
import { HIDDEN } from '../../support/engine/problems.js';
import { beyondBound } from '../../support/findings.js';
import { ENGINES } from '../../support/networks.js';
import { findPython } from '../../support/programs.js';
import { randomRows } from '../../support/samples.js';

const SCRIPT = fileURLToPath(new URL('../../support/formats/load_in_torch.py', import.meta.url));

const NETWORKS: readonly NetworkOptions[] = [
  ...HIDDEN.map(
    (activation, i): NetworkOptions => ({
      inputs: 7,
      layers: [
        { units: 9, activation, bias: i % 2 === 0 },
        { units: 5, activation },
        { units: 3, activation: 'linear' },
      ],
      seed: i,
    }),
  ),
  {
    inputs: 4,
    layers: [
      { units: 8, activation: 'relu' },
      { units: 3, activation: 'softmax' },
    ],
    labels: ['a', 'b', 'c'],
  },
  { inputs: 3, layers: [{ units: 1 }] },
];

it('PyTorch loads saved models by load_state_dict, and predicts the same within 1e-6', async (context) => {
  const torch = findPython('torch');
  if ('missing' in torch) return context.skip(`no PyTorch on this machine (${torch.missing})`);
  const folder = await mkdtemp(path.join(tmpdir(), 'wasmlp-'));
  try {
    const task: { files: string[]; inputs: number[][][] } = { files: [], inputs: [] };
    const expected: Float32Array[][] = [];
    for (const engine of ENGINES) {
      for (const options of NETWORKS) {
        const network = await Network.create({ ...options, engine });
        network.layers.forEach(({ units, bias }, layer) => {
          if (bias) network.setParameters(layer, { biases: randomRows(1, units, layer) });
        });
        const packed = randomRows(6, network.inputs, 2);
        const rows = Array.from({ length: 6 }, (_, row) => [
          ...packed.subarray(row * network.inputs, (row + 1) * network.inputs),
        ]);
        const file = path.join(folder, `${task.files.length}.safetensors`);
        await writeFile(file, network.save());
        task.files.push(file);
        task.inputs.push(rows);
        expected.push(network.predict(rows));
      }
    }
    const printed = execFileSync(torch.python, [SCRIPT], { input: JSON.stringify(task), encoding: 'utf8' });
    const answers: number[][][] = JSON.parse(printed);
    expect(answers).toHaveLength(2 * NETWORKS.length);
    for (const [i, rows] of expected.entries()) {
      const mine = rows.flatMap((row) => [...row]);
      expect(beyondBound(`network ${i}`, mine, (answers[i] as number[][]).flat(), () => 1e-6)).toBeUndefined();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
