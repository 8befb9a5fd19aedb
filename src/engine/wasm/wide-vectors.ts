/**
 * Lets V8 join adjacent 128-bit operations to 256-bit ones, by an experimental flag of the whole process. IEEE arithmetic gives
 * the same bits at either width. Since the feature is experimental, this file checks that.
 */
import { codedError } from '../../foundation/errors.js';
import { float32 } from '../../foundation/memory.js';
import type { Realm } from './realm.js';

const FLAG = '--experimental-wasm-revectorize';
const FIRST_NODE = 24;

/** The part of Node's `process` that this file needs. Browsers have none. */
interface Host {
  process?: {
    arch?: string;
    versions?: { node?: string; v8?: string };
    getBuiltinModule?: (name: string) => unknown;
  };
}

/**
 * Sets the flag for every module that this process compiles from now on. Throws ERR_ENGINE if the host has no such flag, or the
 * entry point of the package has no such kernel.
 */
export function enableWideVectors(hasKernel: boolean): void {
  const { process } = globalThis as Host;
  const major = Number.parseInt(process?.versions?.node ?? '0', 10);
  if (process?.getBuiltinModule === undefined || !(major >= FIRST_NODE) || process.arch !== 'x64') {
    const needs = `wideVectors needs Node ${FIRST_NODE} or later on x64`;
    throw codedError('ERR_ENGINE', `create: ${needs}. Leave it out: the numbers are the same, at 0.7 times the speed.`);
  }
  if (!hasKernel) {
    const mend = 'Import "wasmlp", or leave it out: the numbers are the same.';
    throw codedError('ERR_ENGINE', `create: wideVectors needs a kernel that only "wasmlp" carries. ${mend}`);
  }
  const v8 = process.getBuiltinModule('node:v8') as { setFlagsFromString(flag: string): void };
  v8.setFlagsFromString(FLAG);
}

/** A small layer with all cases: two panels, tiles of six rows and of four, and rows and inputs left over from full tiles. */
const ROWS = 17;
const INPUTS = 37;
const UNITS = 16;
const SCALE = 0.5;
/** Long enough for V8 to replace its baseline code, which is never widened, by optimised code. */
const CHECK_MILLISECONDS = 15;

const checked = new WeakSet<Realm>();

/** How much fused multiply-adds, which round only once, may change sums of 37 products below 1. */
const RELAXED_TOLERANCE = 1e-5;

/**
 * Computes products forward and backward until V8 runs optimised code, and compares them with the known results: bit for bit, or
 * within a tolerance for a relaxed kernel. Throws ERR_ENGINE if they differ.
 */
export function checkWideVectors(realm: Realm, relaxed: boolean): void {
  if (checked.has(realm)) return;
  const given = [ROWS * INPUTS, INPUTS * UNITS, UNITS].map(pattern) as [Float32Array, Float32Array, Float32Array];
  const known = products(...given);
  const tensors = [...given, ...known];
  const addresses = tensors.map(({ byteLength }) => realm.reserve(byteLength)) as Addresses;
  try {
    const started = performance.now();
    while (performance.now() - started < CHECK_MILLISECONDS) {
      const [, , , y, g] = addresses;
      given.forEach((tensor, i) => {
        realm.floats.set(tensor, (addresses[i] as number) >>> 2);
      });
      realm.floats.fill(0, g >>> 2, (g >>> 2) + known[1].length);
      multiply(realm, addresses);
      const tolerance = relaxed ? RELAXED_TOLERANCE : 0;
      if (!holds(realm, y, known[0], tolerance) || !holds(realm, g, known[1], tolerance)) {
        const mend = 'Leave wideVectors out, and please report this with your version of Node.';
        throw codedError('ERR_ENGINE', `create: V8 changes results when it widens vectors on this host. ${mend}`);
      }
    }
    checked.add(realm);
  } finally {
    for (const address of addresses) realm.release(address);
  }
}

/** Addresses of x (ROWS, INPUTS), w in panels, b, y (ROWS, UNITS), and g laid out like w. */
type Addresses = [x: number, w: number, b: number, y: number, g: number];

/** Computes y = x w + b many times, then g += SCALE x^T y. */
function multiply(realm: Realm, [x, w, b, y, g]: Addresses): void {
  realm.run((kernel) => {
    for (let i = 0; i < 20; i++) kernel.denseForward(ROWS, INPUTS, UNITS, x, INPUTS * 4, w, b, y, UNITS * 4);
    kernel.denseBackwardWeights(ROWS, INPUTS, UNITS, x, INPUTS * 4, y, UNITS * 4, g, SCALE);
  });
}

/** Computes what `multiply` computes, in the kernel's order. Each operation is rounded to float32 as IEEE requires. */
function products(x: Float32Array, w: Float32Array, b: Float32Array): [y: Float32Array, g: Float32Array] {
  const y = float32(ROWS * UNITS);
  const g = float32(INPUTS * UNITS);
  for (let unit = 0; unit < UNITS; unit++) {
    const weight = (i: number): number => (unit >> 3) * 8 * INPUTS + i * 8 + (unit & 7);
    for (let row = 0; row < ROWS; row++) {
      let sum = b[unit] as number;
      for (let i = 0; i < INPUTS; i++) {
        sum = Math.fround(sum + Math.fround((x[row * INPUTS + i] as number) * (w[weight(i)] as number)));
      }
      y[row * UNITS + unit] = sum;
    }
    for (let i = 0; i < INPUTS; i++) {
      let sum = 0;
      for (let row = 0; row < ROWS; row++) {
        sum = Math.fround(sum + Math.fround((x[row * INPUTS + i] as number) * (y[row * UNITS + unit] as number)));
      }
      g[weight(i)] = SCALE * sum;
    }
  }
  return [y, g];
}

/** Numbers from -0.5 to 0.5. Their products need rounding. */
function pattern(length: number): Float32Array {
  const numbers = float32(length);
  for (let i = 0; i < length; i++) numbers[i] = ((i * 37) % 101) / 101 - 0.5;
  return numbers;
}

function holds(realm: Realm, address: number, expected: Float32Array, tolerance: number): boolean {
  const start = address >>> 2;
  return expected.every((value, i) => {
    const found = realm.floats[start + i] as number;
    return tolerance === 0 ? Object.is(found, value) : Math.abs(found - value) <= tolerance;
  });
}
