/**
 * Measures the kernel's sigmoid and tanh against double precision: `node tools/measure-math.js [stride]`, after a build.
 *
 * Tries all float32 numbers in ascending order (6 minutes on one core), or every stride-th. Prints the largest error in units in the
 * last place, its input, and how often the function is not monotone. Exits with 1 if a limit of GATES is exceeded.
 * test/assembly/kernels/math.test.ts measures with the same functions and a stride.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ACTIVATION_SIGMOID, ACTIVATION_TANH } from '../build/abi.js';

/** The position of Infinity, if all float32 numbers are numbered in order from 0 at 0. -Infinity is at minus this. */
export const INFINITY_POSITION = 0x7f800000;
const CHUNK = 65536;
const SMALLEST_NORMAL = 2 ** -126;

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);
/** The spacing of the float32 numbers whose exponent bits are the index. Subnormal numbers have that of the smallest normal ones. */
const SPACING = Float64Array.from({ length: 255 }, (_, exponent) => 2 ** (Math.max(exponent, 1) - 150));

/**
 * @typedef {object} Gate
 * @property {string} name
 * @property {number} activation code of assembly/abi.ts
 * @property {(x: number) => number} reference
 * @property {number} low least value allowed
 * @property {number} maxUlp
 *
 * @typedef {object} Figures
 * @property {number} inputs how many numbers were tried, both infinities included
 * @property {number} maxUlp largest error where the true value is a normal number, in units in its last place
 * @property {number} worstInput
 * @property {number} maxTinyError largest absolute error where the true value is below the normal numbers
 * @property {number} turns how often a larger input gave a smaller result
 * @property {number} firstTurn the first input that did, or NaN
 * @property {number} outside how many results were out of the range, NaN included
 * @property {number} uneven how many results at -x were not exactly the opposite of those at x
 */

/** @type {readonly Gate[]} */
export const GATES = [
  { name: 'sigmoid', activation: ACTIVATION_SIGMOID, reference: (x) => 1 / (1 + Math.exp(-x)), low: 0, maxUlp: 2 },
  { name: 'tanh', activation: ACTIVATION_TANH, reference: Math.tanh, low: -1, maxUlp: 2 },
];

/**
 * The distance of two numbers, in units in the last place of `reference` as a float32.
 * @param {number} value
 * @param {number} reference
 */
export function ulpError(value, reference) {
  const magnitude = Math.abs(reference);
  float[0] = magnitude;
  // Truncates instead of rounding: just below a power of two, the smaller spacing counts.
  if (/** @type {number} */ (float[0]) > magnitude) bits[0] = /** @type {number} */ (bits[0]) - 1;
  const spacing = /** @type {number} */ (SPACING[/** @type {number} */ (bits[0]) >>> 23]);
  return Math.abs(value - reference) / spacing;
}

/**
 * Writes the numbers at `from`, `from` + stride, ... of the float32 line, at most `count` of them.
 * @param {Uint32Array} words
 * @param {number} from
 * @param {number} stride
 * @param {number} count
 */
function fillAscending(words, from, stride, count) {
  for (let i = 0; i < count; i++) {
    const position = from + i * stride;
    words[i] = position >= 0 ? position : 0x80000000 - position;
  }
}

/**
 * Opens a kernel for its activations: `run(code, inputs)` returns the outputs, which are valid until the next call.
 * @param {BufferSource} binary a build of the kernel
 */
export function openActivation(binary) {
  const memory = new WebAssembly.Memory({ initial: 16 });
  const abort = () => {
    throw new Error('the kernel aborted');
  };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory, abort } });
  const forward =
    /** @type {(activation: number, slope: number, rows: number, units: number, address: number, slopes: number, rowBytes: number) => void} */ (
      exports.activationForward
    );
  const base = Math.ceil(/** @type {() => number} */ (exports.heapBase)() / 64) * 64;
  const row = new Float32Array(memory.buffer, base, CHUNK);
  return (/** @type {number} */ activation, /** @type {Float32Array} */ inputs) => {
    row.set(inputs);
    forward(activation, 0, 1, CHUNK, base, base, CHUNK * 4);
    return row;
  };
}

/**
 * Tries every stride-th float32 number in ascending order, from -Infinity on. Infinity comes last.
 * @param {ReturnType<typeof openActivation>} run
 * @param {Gate} gate
 * @param {number} stride
 * @returns {Figures}
 */
export function measure(run, { activation, reference, low }, stride) {
  const figures = {
    inputs: 0,
    maxUlp: 0,
    worstInput: 0,
    maxTinyError: 0,
    turns: 0,
    firstTurn: NaN,
    outside: 0,
    uneven: 0,
  };
  const inputs = new Float32Array(CHUNK);
  const words = new Uint32Array(inputs.buffer);
  const outputs = new Float32Array(CHUNK);
  let previous = low;
  const visit = (/** @type {number} */ x, /** @type {number} */ y) => {
    const expected = reference(x);
    if (Math.abs(expected) >= SMALLEST_NORMAL) {
      const error = ulpError(y, expected);
      if (!(error <= figures.maxUlp)) {
        figures.maxUlp = error;
        figures.worstInput = x;
      }
    } else figures.maxTinyError = Math.max(figures.maxTinyError, Math.abs(y - expected));
    if (y < previous && figures.turns++ === 0) figures.firstTurn = x;
    if (!(y >= low && y <= 1)) figures.outside++;
    previous = y;
  };
  for (let from = -INFINITY_POSITION; from <= INFINITY_POSITION; from += CHUNK * stride) {
    const count = Math.min(CHUNK, Math.floor((INFINITY_POSITION - from) / stride) + 1);
    fillAscending(words, from, stride, count);
    outputs.set(run(activation, inputs));
    for (let i = 0; i < count; i++) visit(/** @type {number} */ (inputs[i]), /** @type {number} */ (outputs[i]));
    figures.inputs += count;
    if (low < 0)
      figures.uneven += countUneven(
        run(
          activation,
          inputs.map((x) => -x),
        ),
        outputs,
        count,
      );
  }
  const last = inputs.fill(Infinity);
  visit(Infinity, /** @type {number} */ (run(activation, last)[0]));
  figures.inputs++;
  return figures;
}

/**
 * How many of the first `count` results are not exactly the opposite of each other, including the sign of 0.
 * @param {Float32Array} mirrored
 * @param {Float32Array} results
 * @param {number} count
 */
function countUneven(mirrored, results, count) {
  let uneven = 0;
  for (let i = 0; i < count; i++) if (!Object.is(-(/** @type {number} */ (mirrored[i])), results[i])) uneven++;
  return uneven;
}

/**
 * The figures in one line.
 * @param {string} name
 * @param {number} stride
 * @param {Figures} figures
 */
export function describeFigures(name, stride, figures) {
  const { inputs, maxUlp, worstInput, maxTinyError, turns, firstTurn, outside, uneven } = figures;
  const turning = turns === 0 ? 'monotone' : `turns back ${turns} times, first at ${firstTurn}`;
  const error = `at most ${maxUlp.toFixed(4)} ULP (at ${worstInput}), ${maxTinyError.toExponential(2)} below normal`;
  return `${name}: ${error}; ${turning}; ${outside} out of range, ${uneven} uneven; ${inputs} inputs, stride ${stride}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const stride = Number(process.argv[2] ?? 1);
  if (!Number.isInteger(stride) || stride < 1)
    throw new Error(`stride is ${process.argv[2]}, expected a positive integer`);
  const run = openActivation(readFileSync(new URL('../build/kernels/simd.wasm', import.meta.url)));
  for (const gate of GATES) {
    const figures = measure(run, gate, stride);
    console.log(describeFigures(gate.name, stride, figures));
    const { maxUlp, turns, outside, uneven } = figures;
    if (maxUlp > gate.maxUlp || turns + outside + uneven > 0) process.exitCode = 1;
  }
}
