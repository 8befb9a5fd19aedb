/** Problems that small networks learn: the tables of examples/data, and seeded ones. */
import { readFileSync } from 'node:fs';
import { Random } from '../../../src/foundation/random.js';
import { once } from '../once.js';

export interface Problem {
  readonly inputs: number[][];
  readonly targets: number[][];
}

/** Rows, and the class of each. */
export interface ClassProblem {
  readonly inputs: number[][];
  readonly classes: Uint8Array;
}

/** A function that computes a problem when a test first asks. */
function kept<T>(name: string, compute: () => T): () => T {
  return () => once(`problem ${name}`, compute);
}

function table(name: string): string[][] {
  const text = readFileSync(new URL(`../../../examples/data/${name}.csv`, import.meta.url), 'utf8');
  const [, ...lines] = text.trim().split('\n');
  return lines.map((line) => line.split(','));
}

/** 1797 images of 64 pixels from 0 to 16. */
export const digits = kept('digits', (): ClassProblem => {
  const rows = table('digits').map((row) => row.map(Number));
  return { inputs: rows.map((row) => row.slice(0, 64)), classes: Uint8Array.from(rows, (row) => row[64] as number) };
});

/** The digits with pixels from 0 to 1. */
export const scaledDigits = kept('scaledDigits', (): ClassProblem => {
  const { inputs, classes } = digits();
  return { inputs: times(inputs, 1 / 16), classes };
});

export const iris = kept('iris', (): ClassProblem => {
  const rows = table('iris');
  const names = [...new Set(rows.map((row) => row[4]))];
  return {
    inputs: rows.map((row) => row.slice(0, 4).map(Number)),
    classes: Uint8Array.from(rows, (row) => names.indexOf(row[4])),
  };
});

export const diabetes = kept('diabetes', (): Problem => {
  const rows = table('diabetes').map((row) => row.map(Number));
  return { inputs: rows.map((row) => row.slice(0, 10)), targets: rows.map((row) => row.slice(10)) };
});

/** What houses cost: by area, rooms and year, from 85,000 to 470,000. */
export const prices = kept('prices', (): Problem => {
  const { uniform, normal } = draws(1);
  const inputs = Array.from({ length: 400 }, () => [
    40 + 200 * uniform(),
    1 + Math.floor(6 * uniform()),
    1950 + Math.floor(70 * uniform()),
  ]);
  const targets = inputs.map(([area = 0, rooms = 0, year = 0]) => [
    1500 * area + 12_000 * rooms + 800 * (year - 1950) + 6000 * normal(),
  ]);
  return { inputs, targets };
});

/** Two half moons, one in the other. */
export const moons = kept('moons', (): ClassProblem => {
  const { uniform, normal } = draws(2);
  const classes = Uint8Array.from({ length: 300 }, (_, i) => i % 2);
  const inputs = Array.from(classes, (moon) => {
    const angle = Math.PI * uniform();
    const [x, y] = [Math.cos(angle), Math.sin(angle)];
    return (moon === 0 ? [x, y] : [1 - x, 0.5 - y]).map((value) => value + 0.1 * normal());
  });
  return { inputs, classes };
});

/** Three sides of planes at once. */
export const sides = kept('sides', (): Problem => {
  const { normal } = draws(3);
  const inputs = Array.from({ length: 300 }, () => [normal(), normal(), normal()]);
  const targets = inputs.map(([a = 0, b = 0, c = 0]) => [Number(a > 0), Number(b > 0), Number(a + c > 0)]);
  return { inputs, targets };
});

export const sine = kept('sine', (): Problem => {
  const { uniform } = draws(4);
  const inputs = Array.from({ length: 200 }, () => [6 * uniform() - 3]);
  return { inputs, targets: inputs.map(([x = 0]) => [Math.sin(x)]) };
});

/** One sample in 22 is of class 1, and inputs say little about which. */
export const rare = kept('rare', (): ClassProblem => {
  const { normal } = draws(5);
  const classes = Uint8Array.from({ length: 1100 }, (_, i) => Number(i % 22 === 0));
  const inputs = Array.from(classes, (ill) => [0, 1, 2].map((column) => normal() + (column === 0 ? 0.8 * ill : 0)));
  return { inputs, classes };
});

/** Targets that nobody can tell from the inputs. */
export const noise = kept('noise', (): Problem & ClassProblem => {
  const { normal } = draws(6);
  const inputs = Array.from({ length: 300 }, () => [normal(), normal(), normal()]);
  const targets = inputs.map(() => [normal()]);
  return { inputs, targets, classes: Uint8Array.from(targets, ([target = 0]) => Number(target > 0)) };
});

export function times(rows: readonly (readonly number[])[], factor: number): number[][] {
  return rows.map((row) => row.map((value) => value * factor));
}

function draws(seed: number): { uniform: () => number; normal: () => number } {
  const random = new Random(seed, 'split', 77);
  const uniform = (): number => random.uniform();
  // The sum of twelve uniform numbers has a variance of 1.
  const normal = (): number => Array.from({ length: 12 }, uniform).reduce((sum, value) => sum + value, -6);
  return { uniform, normal };
}
