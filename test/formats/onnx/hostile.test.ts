/**
 * ONNX models from somebody who means ill: each is refused with a code, or gives a network whose parameters are finite, by work and in
 * memory that its size bounds.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Network } from '../../../src/index.js';
import { Findings } from '../../support/findings.js';
import { B, modelOf, NEURON, node, type TestGraph, type TestNode, W } from '../../support/formats/onnx-graphs.js';
import { type Outcome, outcomeOf } from '../../support/formats/outcomes.js';
import { CLASSIFIER } from '../../support/networks.js';
import { repeats } from '../../support/repeats.js';
import { SeededRandom } from '../../support/seeded.js';
import { workOf } from '../../support/work.js';

const MUTANTS = repeats(400, 100_000);
/** The limits for reading. The most that a group of mutants takes is 3 steps and 1.3 bytes per byte. */
const MOST = { steps: 10, bytes: 4 };
/** How many mutants are counted together, because counting takes longer than reading one. */
const GROUP = 50;
const REFUSALS = {
  codes: ['ERR_MODEL_FORMAT', 'ERR_MODEL_LIMIT', 'ERR_UNSUPPORTED'],
  longest: 900,
  begins: /^fromONNX: /,
};

const FILES = ['models/', 'cases/']
  .map((folder) => new URL(folder, import.meta.url))
  .flatMap((folder) => readdirSync(folder).map((name) => new URL(name, folder)))
  .filter(({ pathname }) => pathname.endsWith('.onnx'))
  .map((file) => new Uint8Array(readFileSync(file)));

const readOutcome = (file: Uint8Array): Promise<Outcome> =>
  outcomeOf(() => Network.fromONNX(file, { engine: 'js' }), REFUSALS);

/** Mutates a file: changes, removes or doubles bytes, or adds part of another file. */
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
      const found = await readOutcome(file.slice(0, length));
      refused += Number(found.refused);
      findings.add(`${length} bytes`, [found.problem]);
    }
  }
  findings.expectNone(cases);
  // The network ends with the operator set. What is cut off after it, such as labels, is not part of the network.
  expect(refused).toBeGreaterThan(cases - 60);
});

it('every mutant is refused with a code, or a network', async () => {
  const random = new SeededRandom('onnx mutants');
  const findings = new Findings();
  let read = 0;
  for (let first = 0; first < MUTANTS; first += GROUP) {
    const mutants = Array.from({ length: GROUP }, () =>
      mutantOf(random.pick(FILES as [Uint8Array]), random.pick(FILES as [Uint8Array]), random),
    );
    const found: Outcome[] = [];
    const work = await workOf(async () => {
      for (const [i, mutant] of mutants.entries()) found[i] = await readOutcome(mutant);
    });
    const size = mutants.reduce((sum, { length }) => sum + length, 0);
    const isCheap = work.steps <= MOST.steps * size && work.bytes <= MOST.bytes * size;
    findings.add(`mutants from ${first}`, [isCheap ? undefined : `${size} bytes took ${JSON.stringify(work)}`]);
    found.forEach(({ problem, refused }, i) => {
      read += Number(!refused);
      findings.add(`mutant ${first + i}`, [problem]);
    });
  }
  findings.expectNone(MUTANTS + MUTANTS / GROUP);
  // Both happen often: mutants are neither rubbish nor unchanged.
  expect(read).toBeGreaterThan(MUTANTS / 20);
  expect(read).toBeLessThan(MUTANTS * 0.8);
});

it('four times as many layers take four times the work', async () => {
  const stepsOf = async (count: number): Promise<number> => {
    const layers = Array.from({ length: count }, () => ({ units: 2, activation: 'gelu' }) as const);
    const file = (await Network.create({ inputs: 2, layers, loss: 'huber', engine: 'js' })).toONNX();
    let found: Outcome | undefined;
    const { steps } = await workOf(async () => {
      found = await readOutcome(file);
    });
    expect(found).toEqual({ refused: false });
    return steps;
  };
  const [some, many] = [await stepsOf(200), await stepsOf(800)];
  expect(many / some).toBeGreaterThan(3);
  expect(many / some).toBeLessThan(5);
});

/** A layer, and then the same kind of nodes again and again. */
const chained = (count: number, link: (from: string, to: string, i: number) => TestNode): TestGraph => ({
  nodes: [
    node('MatMul', ['x', 'w'], 't0'),
    ...Array.from({ length: count }, (_, i) => link(`t${i}`, i < count - 1 ? `t${i + 1}` : 'y', i)),
  ],
  tensors: [W, B, { name: 'one', dims: [2], values: [1, 1] }, { name: 'sizes', dims: [1], type: 7, values: [2] }],
});
const link =
  (operator: string, inputs: readonly string[], attributes = {}) =>
  (from: string, to: string) =>
    node(operator, [from, ...inputs], to, { attributes });

it.each<[string, (from: string, to: string, i: number) => TestNode]>([
  ['batch normalization', link('BatchNormalization', ['one', 'b', 'b', 'one'])],
  ['factors by column', link('Mul', ['one'])],
  ['sums of columns', link('Add', ['b'])],
  ['relu', link('Relu', [])],
  ['a part that is all', link('Split', ['sizes'], { axis: 1 })],
  ['one tensor joined', link('Concat', [], { axis: 1 })],
  ['both halves joined', (from, to) => node('Concat', [from, from], to, { attributes: { axis: 1 } })],
  ['an unknown operator', link('Unknown', [])],
])('four times as many nodes of %s take four times the work, or less', async (_, each) => {
  const stepsOf = async (count: number): Promise<number> => {
    const file = modelOf(chained(count, each));
    const { steps } = await workOf(async () => {
      const { problem } = await readOutcome(file);
      expect(problem).toBeUndefined();
    });
    return steps;
  };
  await stepsOf(4);
  const [some, many] = [await stepsOf(400), await stepsOf(1600)];
  expect(many / some).toBeLessThan(5);
});
