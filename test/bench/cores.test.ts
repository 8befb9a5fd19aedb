/** The model of time against cores: it cuts work as the kernel does, adds what it should, and its kernels really run. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PANEL } from '../../assembly/abi.js';
import { courseOf, type Phase, samplesOf } from '../../bench/cores/course.js';
import { CONSTANTS, type Kernel, largestShare, lengthOf, type Piece, TILE_UNITS } from '../../bench/cores/cut.js';
import { BASE, compileThreads, createMemory, kernelsOf } from '../../bench/cores/kernels.js';
import { CORES, errorOf, rateOf, secondsOf, stopsPaying } from '../../bench/cores/model.js';
import { ownWork } from '../../bench/cores/own.js';
import { coresRow, coresTable, machineLine } from '../../bench/cores/table.js';

const LARGE = [784, 512, 256, 10];
const MIDDLE = [784, 128, 10];
const SMALL = [64, 32, 10];

const outline = (phases: readonly Phase[]): string[] => phases.map(({ name, threads }) => `${name} ${threads}`);
const volumeOf = ({ rows, units, inputs }: Piece): number =>
  lengthOf(rows) * lengthOf(units) * Math.max(lengthOf(inputs), 1);

function piecesOf(phases: readonly Phase[], kernel: Kernel, layer: number): Piece[] {
  const all = phases.flatMap(({ chunks }) => chunks.flat());
  return all.filter((piece) => piece.kernel === kernel && piece.layer === layer);
}

function overlap(a: Piece, b: Piece): boolean {
  const dimensions = (['rows', 'units', 'inputs'] as const).filter((name) => lengthOf(a[name]) > 0);
  return dimensions.every((name) => a[name][0] < b[name][1] && b[name][0] < a[name][1]);
}

/** The pieces of each kernel cover all that it has to do, and none overlaps another. */
function expectAllOnce(widths: readonly number[], rows: number, threads: number): void {
  const phases = courseOf(widths, rows, threads);
  const [count, isBlock] = [samplesOf(rows), rows === 1];
  for (const [layer, units] of widths.slice(1, isBlock ? 2 : undefined).entries()) {
    const inputs = widths[layer] as number;
    const weights = count * units * inputs;
    for (const [kernel, volume] of [
      ['forward', weights],
      [isBlock ? 'blockStep' : 'step', weights],
      ['biasStep', count * units],
      ['activation', isBlock ? 0 : count * units],
      ['inputGradient', layer === 0 ? 0 : weights],
    ] as const) {
      const pieces = piecesOf(phases, kernel, layer);
      const message = `${widths.join('-')}, batch ${rows}, ${threads} threads: ${kernel} of layer ${layer}`;
      expect(
        pieces.reduce((sum, piece) => sum + volumeOf(piece), 0),
        message,
      ).toBe(volume);
      expect(
        pieces.some((piece, i) => pieces.slice(0, i).some((other) => overlap(piece, other))),
        message,
      ).toBe(false);
    }
  }
}

describe('the course of a batch', () => {
  it('has the constants of the kernel', () => {
    const files = ['course', 'parts'].map((name) => readFileSync(`assembly/train/team/${name}.ts`, 'utf8'));
    const found = [...files.join('\n').matchAll(/^const ([A-Z_]+): i(?:32|64) = (\d+);$/gm)];
    expect(Object.fromEntries(found.map(([, name, value]) => [name, Number(value)]))).toEqual(CONSTANTS);
    expect(TILE_UNITS).toBe(PANEL);
  });

  it('shares what is large, by units or by rows, and leaves the rest to the leader', () => {
    const middle = ['rows forward 2', 'units forward 2', 'rows forward 2', 'loss 1', 'rows backward 1', 'step 2'];
    expect(outline(courseOf(MIDDLE, 32, 2))).toEqual(middle);
    expect(outline(courseOf(MIDDLE, 1, 2))).toEqual(['copy 1', 'block forward 2', 'samples 1', 'block step 2']);
    // The samples are copied by rows, of which there are 8 tiles.
    const many = ['rows forward 8', 'units forward 16', 'rows forward 2', 'loss 1', 'rows backward 1', 'step 16'];
    expect(outline(courseOf(MIDDLE, 32, 16))).toEqual(many);
    // More threads than tiles of units, and rows for all of them.
    expect(outline(courseOf([784, 64, 10], 256, 16))[0]).toBe('rows forward 16');
    expect(courseOf([16, 8, 4], 32, 64).every(({ threads, received }) => threads === 1 && received === 0)).toBe(true);
  });

  it('is one chunk for each phase of one thread, which receives nothing', () => {
    for (const rows of [1, 32, 256]) {
      const phases = courseOf(LARGE, rows, 1);
      expect(phases.map(({ chunks, received }) => [chunks.length, received])).toEqual(phases.map(() => [1, 0]));
      expect(phases.flatMap((phase) => largestShare(phase))).toEqual(phases.flatMap(({ chunks }) => chunks.flat()));
    }
  });

  it.each([LARGE, MIDDLE, [100, 90, 33, 7], [2000, 30, 300]])('of %j-%j-%j does everything once', (...widths) => {
    for (const rows of [1, 19, 32, 256]) {
      for (const threads of [1, 2, 3, 7, 64]) expectAllOnce(widths, rows, threads);
    }
  });

  it('gives no thread more than the largest share', () => {
    const [phase] = courseOf(LARGE, 256, 3).filter(({ name }) => name === 'step') as [Phase];
    const volume = (pieces: readonly Piece[]): number => pieces.reduce((sum, piece) => sum + volumeOf(piece), 0);
    const whole = volume(phase.chunks.flat());
    expect(volume(largestShare(phase))).toBeGreaterThanOrEqual(whole / 3);
    expect(volume(largestShare(phase))).toBeLessThan(whole / 2);
  });
});

describe('the model', () => {
  const machine = { boundary: 2, hop: 0.5, bandwidth: 100 };
  const phase = (threads: number, received: number): Phase => ({ name: 'any', threads, received, chunks: [] });

  it('adds own work, boundaries of shared phases, and what travels', () => {
    const share = { phases: [phase(1, 100), phase(2, 50), phase(4, 0)], own: 10, around: 1, samples: 35 };
    // 10 + 1, boundaries 2 and 2 + 2 hops, 1 and 0.5 for what is received.
    expect(secondsOf(share, machine)).toBe(17.5);
    expect(rateOf(share, machine)).toBe(2);
    expect(secondsOf({ ...share, phases: [phase(1, 0)] }, machine)).toBe(11);
  });

  it('says from where on twice as many cores do not pay', () => {
    expect(stopsPaying([1, 1.9, 3, 3.2, 3.2, 3.2, 3.2])).toBe(4);
    expect(stopsPaying([1, 1, 1, 1, 1, 1, 1])).toBe(1);
    expect(stopsPaying(CORES.map((cores) => cores ** 0.5))).toBeUndefined();
  });

  it('says by how many percent it is too high', () => {
    expect(errorOf(110, 100)).toBeCloseTo(10);
    expect(errorOf(90, 100)).toBeCloseTo(-10);
  });
});

describe('own work', () => {
  const kernels = compileThreads();

  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
  /** Does all pieces once. Returns the memory. */
  function floatsAfter(widths: readonly number[], rows: number, pieces: readonly Piece[]): Float32Array {
    const memory = createMemory();
    const work = { benchCase: { widths, samples: 64 }, batch: samplesOf(rows), pieces };
    ownWork(kernelsOf(kernels, memory), memory, BASE, work)();
    return new Float32Array(memory.buffer);
  }

  it.each([1, 32])('of one thread trains, batch %i', (rows) => {
    const pieces = courseOf(SMALL, rows, 1).flatMap(({ chunks }) => chunks.flat());
    const floats = floatsAfter(SMALL, rows, pieces);
    expect(floats.every(Number.isFinite)).toBe(true);
    // Inputs are 0.5, weights 0.01.
    const hidden = sigmoid(64 * 0.5 * 0.01);
    for (const [output, units] of [
      [hidden, 32],
      [sigmoid(32 * hidden * 0.01), 10],
    ] as const) {
      const found = floats.filter((value) => Math.abs(value - output) < 1e-5);
      expect(found.length).toBe(samplesOf(rows) * units);
    }
  });

  it('of the busier of two threads steps half of the large layer, and most of the small one', () => {
    const step = courseOf(MIDDLE, 32, 2).filter(({ name }) => name === 'step');
    const floats = floatsAfter(
      MIDDLE,
      32,
      step.flatMap((phase) => largestShare(phase)),
    );
    const moved = floats.filter((value) => Math.abs(value - 0.01) < 1e-4 && value !== Math.fround(0.01));
    // Of the layer of 10 units it has the first panel.
    expect(moved.length).toBe(784 * 64 + 128 * 8);
  });
});

describe('the table', () => {
  it('has predictions, errors where it can be checked, and where it stops paying', () => {
    const fits = [100, 160].map((median, i) => ({ name: `${i + 1} measured`, median, low: 90, high: 170 }));
    const shares = CORES.map((cores) => ({ phases: [], own: 1 / Math.min(cores, 4), around: 0, samples: 100 }));
    const machine = { boundary: 2e-7, hop: 5e-8, bandwidth: 1e10 };
    const row = coresRow('a', { shares, serial: 0.05, fits }, machine);
    expect(coresTable('Training', [row]).split('\n').slice(2)).toEqual([
      '| a | 100 | 200 | 400 | 400 | 400 | 400 | 400 | 100, +0.0% | 160, +25.0% | 10.0% | 4 |',
      '',
      '"Stops paying": with twice as many cores it would be less than 1.1 times as fast.',
    ]);
    expect(machineLine(machine, 2e-6)).toMatch(/200 ns, .* 50 ns; .* 10\.0 GB\/s; JavaScript takes 2\.0 us/);
  });
});
