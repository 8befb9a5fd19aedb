/**
 * ONNX models from somebody who means ill: each is refused with a code, or gives a network whose parameters are finite, soon. How
 * many mutants there are WASMLP_MUTANTS says, by default 20,000.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, it } from 'vitest';
import { allFinite } from '../../../src/finite.js';
import { Network } from '../../../src/index.js';
import { Findings } from '../../support/findings.js';
import { modelOf, NEURON, node, type TestNode } from '../../support/formats/onnx-graphs.js';
import { CLASSIFIER, parametersOf } from '../../support/networks.js';
import { expectRefused } from '../../support/refusals.js';
import { SeededRandom } from '../../support/seeded.js';

const MUTANTS = Number(process.env.WASMLP_MUTANTS ?? 20_000);
const CODES = ['ERR_MODEL_FORMAT', 'ERR_MODEL_LIMIT', 'ERR_UNSUPPORTED'];
const MOST_MILLISECONDS = 100;

const FOLDER = new URL('models/', import.meta.url);
const FILES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.onnx'))
  .map((name) => new Uint8Array(readFileSync(new URL(name, FOLDER))));

/** What is wrong with how a file is read, and whether it was refused. */
async function problemOf(file: Uint8Array): Promise<{ problem?: string; refused: boolean }> {
  let network: Network;
  try {
    network = await Network.fromONNX(file, { engine: 'js' });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (!CODES.includes(code ?? '')) return { problem: `threw ${(error as Error).stack}`, refused: true };
    return message.length > 900 ? { problem: `a message of ${message.length}`, refused: true } : { refused: true };
  }
  const finite = allFinite(parametersOf(network));
  network.dispose();
  return finite ? { refused: false } : { problem: 'has parameters that are not finite', refused: false };
}

/** Of one file, with another to borrow from: bytes changed, cut out, doubled, or spliced. */
function mutantOf(file: Uint8Array, other: Uint8Array, random: SeededRandom): Uint8Array {
  const at = random.integer(0, file.length - 1);
  const piece = random.integer(1, 30);
  switch (random.integer(0, 5)) {
    case 0:
      return Uint8Array.from([...file.subarray(0, at), ...file.subarray(at + piece)]);
    case 1:
      return Uint8Array.from([...file.subarray(0, at + piece), ...file.subarray(at)]);
    case 2:
      return Uint8Array.from([...file.subarray(0, at), ...other.subarray(random.integer(0, other.length - 1))]);
    default: {
      const bytes = file.slice();
      for (let n = random.integer(1, 4); n > 0; n--) {
        const where = random.integer(0, bytes.length - 1);
        const byte = bytes[where] as number;
        bytes[where] = random.pick([
          byte ^ (1 << random.integer(0, 7)),
          byte + 1,
          byte - 1,
          0,
          255,
          128,
          random.integer(0, 255),
        ]);
      }
      return bytes;
    }
  }
}

it('every truncation is refused, or a network', async () => {
  const network = await Network.create({ ...CLASSIFIER, engine: 'js' });
  const findings = new Findings();
  let refused = 0;
  let cases = 0;
  for (const file of [network.toONNX(), modelOf(NEURON)]) {
    for (let length = 0; length < file.length; length++, cases++) {
      const found = await problemOf(file.slice(0, length));
      refused += Number(found.refused);
      findings.add(`${length} bytes`, [found.problem]);
    }
  }
  findings.expectNone(cases);
  // What is cut off behind the operator set, labels and such, is no part of the network.
  expect(refused).toBeGreaterThan(cases - 60);
});

it('every mutant is refused with a code, or a network', async () => {
  const random = new SeededRandom('onnx mutants');
  const findings = new Findings();
  let read = 0;
  for (let index = 0; index < MUTANTS; index++) {
    const [file, other] = [random.pick(FILES as [Uint8Array]), random.pick(FILES as [Uint8Array])];
    const mutant = mutantOf(file, other, random);
    const started = performance.now();
    let { problem, refused } = await problemOf(mutant);
    if (performance.now() - started > MOST_MILLISECONDS) {
      // Once more: this process does not have the machine to itself.
      const again = performance.now();
      await problemOf(mutant);
      const milliseconds = performance.now() - again;
      if (milliseconds > MOST_MILLISECONDS) problem ??= `took ${milliseconds} ms`;
    }
    read += Number(!refused);
    findings.add(`mutant ${index}`, [problem]);
  }
  findings.expectNone(MUTANTS);
  // Both come often: mutants are neither rubbish nor what they were.
  expect(read).toBeGreaterThan(MUTANTS / 20);
  expect(read).toBeLessThan(MUTANTS * 0.8);
});

describe('a small file makes nothing large', () => {
  it.each([
    [
      [2 ** 20, 2 ** 10],
      'ERR_MODEL_LIMIT',
      /^fromONNX: the model has 1073741824 numbers in tensor "w", and at most 268435456/,
    ],
    [[2 ** 21, 1], 'ERR_MODEL_LIMIT', /^fromONNX: the model has weights of shape \[2097152,1\], and at most 1048576/],
    [[2, 2 ** 20], 'ERR_MODEL_FORMAT', /its layers have \d+ parameters, more than \d+ bytes hold/],
    [[-2, 1], 'ERR_MODEL_FORMAT', /weights of shape \[-2,1\]/],
  ] as const)('of weights %j', async (dims, code, message) => {
    const tensors = [{ name: 'w', dims, values: [1, 2] }];
    const nodes = [{ operator: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }];
    const inputs = [{ name: 'x', dims: [0, Math.abs(dims[0])] }];
    await expectRefused(() => Network.fromONNX(modelOf({ nodes, tensors, inputs })), code, message);
  });

  it('of layers that share their weights', async () => {
    const values = Array.from({ length: 64 }, () => 0.1);
    const nodes = Array.from({ length: 500 }, (_, i): TestNode => {
      return { operator: 'MatMul', inputs: [i === 0 ? 'x' : `t${i - 1}`, 'w'], outputs: [i === 499 ? 'y' : `t${i}`] };
    });
    const model = modelOf({
      nodes,
      tensors: [{ name: 'w', dims: [8, 8], values }],
      inputs: [{ name: 'x', dims: [0, 8] }],
    });
    await expectRefused(
      () => Network.fromONNX(model),
      'ERR_MODEL_FORMAT',
      /its layers have 32000 parameters, more than/,
    );
  });

  it('of nodes, or of parts of any kind', async () => {
    const one = { operator: 'Relu', inputs: ['x'], outputs: [] };
    const model = modelOf({ nodes: Array.from({ length: 80_001 }, () => one) });
    await expectRefused(
      () => Network.fromONNX(model),
      'ERR_MODEL_LIMIT',
      /^fromONNX: the model has more nodes, and at most 80000/,
    );
    const fields = new Uint8Array(2 ** 23 + 2);
    for (let i = 0; i < fields.length; i += 2) fields[i] = 0x18;
    await expectRefused(
      () => Network.fromONNX(fields),
      'ERR_MODEL_LIMIT',
      /^fromONNX: the model has more fields, and at most 4194304/,
    );
  });

  it('of numbers in attributes, one by one no more than may be', async () => {
    const writer = new BinaryWriter();
    for (let i = 0; i < 3; i++) {
      writer.tag(5, WireType.LengthDelimited).fork();
      writer.tag(1, WireType.LengthDelimited).string(`ints${i}`);
      writer.tag(8, WireType.LengthDelimited).bytes(new Uint8Array(2 ** 20));
      writer.join();
    }
    const attributes = writer.finish();
    const graph = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(attributes).finish();
    const file = new BinaryWriter().tag(7, WireType.LengthDelimited).bytes(graph).finish();
    const message = /^fromONNX: the model has more numbers in attributes, and at most 2097152/;
    await expectRefused(() => Network.fromONNX(file), 'ERR_MODEL_LIMIT', message);
  });

  it('of a truth value', async () => {
    const graph = {
      nodes: [node('MatMul', ['x', 'w'], 'h'), node('Dropout', ['h', 'ratio', 'off'])],
      tensors: [
        { name: 'w', dims: [2, 1], values: [1, 2] },
        { name: 'ratio', dims: [], values: [0.5] },
        { name: 'off', dims: [2 ** 27], type: 9, bytes: new Uint8Array(2 ** 27) },
      ],
    };
    await expectRefused(() => Network.fromONNX(modelOf(graph)), 'ERR_UNSUPPORTED', /"the Dropout" .* drops at random/);
  });

  it('of names and metadata', async () => {
    const long = modelOf({ ...NEURON, outputs: ['y'.repeat(5000)] });
    await expectRefused(
      () => Network.fromONNX(long),
      'ERR_MODEL_LIMIT',
      /^fromONNX: the model has a text of 5000 bytes/,
    );
    const deep = modelOf({ ...NEURON, metadata: { 'wasmlp.labels': `{"labels":${'['.repeat(10_000)}` } });
    await expectRefused(() => Network.fromONNX(deep), 'ERR_MODEL_FORMAT', /its labels are not JSON/);
  });
});
