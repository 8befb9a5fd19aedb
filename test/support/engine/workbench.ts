/**
 * Runs single kernels of a build on buffers of its memory, and watches everything around them.
 *
 * Around every row of every buffer lies a pattern: 64 bytes of canary, and the gap of a stride wider than its row. As
 * `signal` it is finite numbers, as `nan` numbers that spoil every sum they get into; both know their place, so a word
 * moved is a word found.
 */
import { readFileSync } from 'node:fs';
import type { Engine } from '../../../src/engine/engine.js';
import { roundUp } from '../../../src/engine/wasm/arena.js';
import type { KernelExports } from '../../../src/engine/wasm/kernel.js';
import { createMoments } from '../../../src/engine/wasm/moments.js';
import { WasmNetwork } from '../../../src/engine/wasm/network.js';
import { panelsFloats, readPanels, writePanels } from '../../../src/engine/wasm/panels.js';
import { Realm } from '../../../src/engine/wasm/realm.js';
import type { NetworkSpec } from '../../../src/options/spec.js';

export type Build = 'debug' | 'simd' | 'wide' | 'relaxed' | 'relaxedWide';

export const BUILDS: readonly Build[] = ['debug', 'simd'];

/** All builds that this host can run. Some kernels have other tiles in some builds. */
export const TILED_BUILDS: readonly Build[] = [
  ...BUILDS,
  'wide',
  ...(['relaxed', 'relaxedWide'] as const).filter((build) => WebAssembly.validate(readBuild(build))),
];
export type Neighbours = 'signal' | 'nan';

/** The exports of assembly/index.ts that work on single tensors. All numbers are counts, addresses and byte strides. */
export interface KernelFunctions {
  heapBase(): number;
  denseForward(
    B: number,
    I: number,
    O: number,
    x: number,
    xStride: number,
    w: number,
    b: number,
    y: number,
    yStride: number,
  ): void;
  denseBackwardInput(
    B: number,
    I: number,
    O: number,
    d: number,
    dStride: number,
    w: number,
    dx: number,
    dxStride: number,
    scratch: number,
  ): void;
  denseBackwardWeights(
    B: number,
    I: number,
    O: number,
    x: number,
    xStride: number,
    d: number,
    dStride: number,
    w: number,
    scale: number,
  ): void;
  denseStepWeights(
    B: number,
    I: number,
    O: number,
    x: number,
    xStride: number,
    d: number,
    dStride: number,
    w: number,
  ): void;
  sparseForward(
    B: number,
    I: number,
    O: number,
    order: number,
    starts: number,
    columns: number,
    values: number,
    w: number,
    b: number,
    y: number,
    yStride: number,
  ): void;
  sparseBackwardWeights(
    B: number,
    I: number,
    O: number,
    order: number,
    starts: number,
    columns: number,
    values: number,
    d: number,
    dStride: number,
    w: number,
    scale: number,
  ): void;
  denseOuterProduct(I: number, O: number, x: number, d: number, g: number): void;
  denseBackwardBiases(B: number, O: number, d: number, dStride: number, b: number, scale: number): void;
  denseMomentumSteps(
    B: number,
    I: number,
    O: number,
    x: number,
    xStride: number,
    d: number,
    e: number,
    dStride: number,
    w: number,
    v: number,
    reach: number,
    keep: number,
  ): void;
  denseMomentumBiases(
    B: number,
    O: number,
    d: number,
    e: number,
    dStride: number,
    b: number,
    v: number,
    reach: number,
    keep: number,
  ): void;
  rowMomentumStep(
    I: number,
    O: number,
    x: number,
    d: number,
    w: number,
    v: number,
    rate: number,
    momentum: number,
    nesterov: number,
  ): void;
  activationForward(
    activation: number,
    slope: number,
    B: number,
    O: number,
    a: number,
    s: number,
    rowBytes: number,
  ): void;
  activationBackward(derivative: number, B: number, O: number, s: number, d: number, rowBytes: number): void;
  lossSum(loss: number, B: number, O: number, a: number, z: number, t: number, rowBytes: number): number;
  lossBackward(
    loss: number,
    derivative: number,
    B: number,
    O: number,
    a: number,
    s: number,
    t: number,
    d: number,
    rowBytes: number,
    batch: number,
  ): void;
  correctSum(metric: number, B: number, O: number, a: number, t: number, rowBytes: number): number;
  rowLoss(
    loss: number,
    derivative: number,
    O: number,
    y: number,
    s: number,
    t: number,
    d: number,
    rowBytes: number,
  ): number;
  rowForward(I: number, O: number, x: number, w: number, b: number, y: number): void;
  rowOutput1x12(I: number, O: number, x: number, w: number, b: number, y: number, t: number, d: number): number;
  rowBackwardStep(I: number, O: number, x: number, d: number, w: number, dx: number, scale: number): void;
  gram(N: number, x: number, xStride: number, g: number, bias: number): number;
  gramActivate(
    activation: number,
    slope: number,
    t: number,
    O: number,
    d: number,
    dStride: number,
    column: number,
    z: number,
    s: number,
    sums: number,
  ): void;
  log(x: number): number;
  addScaled(target: number, source: number, bytes: number, scale: number): void;
  multiply(values: number, bytes: number, factor: number): void;
  scaled(target: number, source: number, bytes: number, factor: number): void;
  largest(values: number, bytes: number): number;
  penalize(w: number, g: number, bytes: number, l1: number, l2: number): void;
  clip(values: number, bytes: number, limit: number): void;
  squareSum(values: number, bytes: number): number;
  sgdStep(w: number, g: number, bytes: number, rate: number, scale: number, decay: number): void;
  momentumStep(
    w: number,
    g: number,
    v: number,
    bytes: number,
    rate: number,
    scale: number,
    decay: number,
    momentum: number,
    nesterov: number,
  ): void;
  adaptiveStep(
    w: number,
    g: number,
    m: number,
    v: number,
    bytes: number,
    rate: number,
    scale: number,
    decay: number,
    shrink: number,
    momentum: number,
    keep: number,
    gain: number,
    correction: number,
    epsilon: number,
  ): void;
  dropout(
    threshold: number,
    scale: number,
    key: number,
    firstRow: number,
    B: number,
    a: number,
    s: number,
    rowBytes: number,
  ): void;
}

export interface KernelBuild {
  readonly build: Build;
  readonly memory: WebAssembly.Memory;
  readonly module: WebAssembly.Module;
  readonly kernel: KernelFunctions;
}

/** The bytes of a build, as `npm run build` leaves them. */
export function readBuild(build: string): Buffer<ArrayBuffer> {
  return readFileSync(new URL(`../../../build/kernels/${build}.wasm`, import.meta.url));
}

/** A new instance of a build. A failed assert of the debug build throws, with its place in assembly/. */
export function openBuild(build: Build): KernelBuild {
  const memory = new WebAssembly.Memory({ initial: 16 });
  const abort = (_message: number, _file: number, line: number, column: number): never => {
    throw new Error(`assert of the kernel failed at line ${line}, column ${column}`);
  };
  const module = new WebAssembly.Module(readBuild(build));
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort } });
  return { build, module, memory, kernel: exports as unknown as KernelFunctions };
}

/** A realm of its own around a build, for the engine's classes. */
export function openRealm(build: Build): Realm {
  const { kernel, module, memory } = openBuild(build);
  return new Realm({ module, exports: kernel as unknown as KernelExports, memory });
}

/** The engine's TypeScript around a build, in a realm of its own. */
export function engineOf(build: Build): Pick<Engine, 'createNetwork'> {
  const realm = openRealm(build);
  return { createNetwork: (spec: NetworkSpec) => new WasmNetwork(realm, spec, createMoments) };
}

const CANARY_WORDS = 16;
const PAGE_BYTES = 65536;

/** What the word at `index` of memory holds where no kernel may write. */
function pattern(neighbours: Neighbours, index: number): number {
  return (neighbours === 'signal' ? 0x5ca10000 : 0x7fc00000) + (index & 0xffff);
}

/** A matrix in memory: `rows` rows, `rowBytes` apart, of `width` numbers and padding up to `owned` numbers. */
export class Tensor {
  readonly name: string;
  readonly address: number;
  readonly rows: number;
  readonly width: number;
  readonly owned: number;
  readonly rowBytes: number;
  readonly #memory: WebAssembly.Memory;

  constructor(memory: WebAssembly.Memory, name: string, address: number, shape: TensorShape) {
    this.#memory = memory;
    this.name = name;
    this.address = address;
    this.rows = shape.rows;
    this.width = shape.width;
    this.owned = shape.owned ?? shape.width;
    this.rowBytes = 4 * (this.owned + (shape.gap ?? 0));
  }

  row(index: number): number {
    return this.address + index * this.rowBytes;
  }

  /** The numbers, row-major, without padding. */
  read(): Float32Array {
    return this.#columns(0, this.width);
  }

  /** The padding of all rows. */
  padding(): Float32Array {
    return this.#columns(this.width, this.owned);
  }

  write(values: Float32Array): void {
    const floats = new Float32Array(this.#memory.buffer);
    for (let row = 0; row < this.rows; row++) {
      floats.set(values.subarray(row * this.width, (row + 1) * this.width), this.row(row) >>> 2);
    }
  }

  #columns(from: number, to: number): Float32Array {
    const floats = new Float32Array(this.#memory.buffer);
    const columns = new Float32Array(this.rows * (to - from));
    for (let row = 0; row < this.rows; row++) {
      const start = this.row(row) >>> 2;
      columns.set(floats.subarray(start + from, start + to), row * (to - from));
    }
    return columns;
  }
}

export interface TensorShape {
  readonly rows: number;
  readonly width: number;
  /** Numbers of a row that belong to the tensor: its width, or that with the padding. */
  readonly owned?: number;
  /** Numbers between the rows that do not. */
  readonly gap?: number;
}

/** Lays tensors out at the start of a build's memory. One at a time: the next one lays its own over them. */
export class Workbench {
  readonly #memory: WebAssembly.Memory;
  readonly #neighbours: Neighbours;
  readonly #start: number;
  readonly #tensors: Tensor[] = [];
  readonly #constants: { tensor: Tensor; words: Uint32Array }[] = [];
  #end: number;

  constructor({ memory, kernel }: KernelBuild, neighbours: Neighbours) {
    this.#memory = memory;
    this.#neighbours = neighbours;
    this.#start = roundUp(kernel.heapBase(), 64) >>> 2;
    this.#end = this.#start;
    this.#extend(CANARY_WORDS);
  }

  /** A tensor that the kernel only reads: to change it is a fault. Its padding is 0. */
  input(name: string, shape: TensorShape, values: Float32Array): Tensor {
    const tensor = this.inOut(name, shape, values);
    this.#constants.push({ tensor, words: this.#ownedWords(tensor) });
    return tensor;
  }

  /** A tensor that the kernel reads and writes. Its padding is 0. */
  inOut(name: string, shape: TensorShape, values: Float32Array): Tensor {
    const tensor = this.output(name, shape);
    const floats = new Float32Array(this.#memory.buffer);
    for (let row = 0; row < tensor.rows; row++) {
      const start = tensor.row(row) >>> 2;
      floats.fill(0, start, start + tensor.owned);
    }
    tensor.write(values);
    return tensor;
  }

  /** A tensor that the kernel fills: it holds the pattern until then. */
  output(name: string, shape: TensorShape): Tensor {
    const address = this.#end * 4;
    const tensor = new Tensor(this.#memory, name, address, shape);
    this.#extend(roundUp((tensor.rows * tensor.rowBytes) >>> 2, CANARY_WORDS) + CANARY_WORDS);
    this.#tensors.push(tensor);
    return tensor;
  }

  /** Weights (O, I) as panels, or a gradient laid out as these. `constant` as in `input`. */
  panels(name: string, O: number, I: number, weights: Float32Array, constant: boolean): Tensor {
    const packed = new Float32Array(panelsFloats(O, I));
    writePanels(weights, O, I, packed, 0);
    const shape = { rows: 1, width: packed.length };
    return constant ? this.input(name, shape, packed) : this.inOut(name, shape, packed);
  }

  /** What the kernel touched but must not touch, with a sentence for each fault. */
  faults(): string[] {
    const words = new Uint32Array(this.#memory.buffer);
    const faults: string[] = [];
    let next = this.#start;
    for (const tensor of this.#tensors) {
      for (let row = 0; row < tensor.rows; row++) {
        const start = tensor.row(row) >>> 2;
        this.#checkPattern(words, next, start, `before row ${row} of ${tensor.name}`, faults);
        next = start + tensor.owned;
      }
    }
    this.#checkPattern(words, next, this.#end, `after ${this.#tensors.at(-1)?.name}`, faults);
    for (const { tensor, words: before } of this.#constants) {
      if (!this.#isAsBefore(tensor, before, words)) faults.push(`${tensor.name} was changed`);
    }
    return faults;
  }

  #checkPattern(words: Uint32Array, from: number, to: number, place: string, faults: string[]): void {
    for (let i = from; i < to; i++) {
      if (words[i] === pattern(this.#neighbours, i)) continue;
      faults.push(`wrote ${place}, ${to - i} words from the end of what lies there`);
      return;
    }
  }

  #isAsBefore(tensor: Tensor, before: Uint32Array, words: Uint32Array): boolean {
    for (let row = 0, i = 0; row < tensor.rows; row++) {
      const start = tensor.row(row) >>> 2;
      // A loop: callbacks for each word took a fifth of a sweep.
      for (let at = start; at < start + tensor.owned; at++) if (words[at] !== before[i++]) return false;
    }
    return true;
  }

  #ownedWords(tensor: Tensor): Uint32Array {
    const words = new Uint32Array(this.#memory.buffer);
    const owned = new Uint32Array(tensor.rows * tensor.owned);
    for (let row = 0; row < tensor.rows; row++) {
      const start = tensor.row(row) >>> 2;
      owned.set(words.subarray(start, start + tensor.owned), row * tensor.owned);
    }
    return owned;
  }

  /** Takes `count` words more, filled with the pattern. */
  #extend(count: number): void {
    const missing = (this.#end + count) * 4 - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
    const words = new Uint32Array(this.#memory.buffer);
    for (let i = this.#end; i < this.#end + count; i++) words[i] = pattern(this.#neighbours, i);
    this.#end += count;
  }
}

/** Whether two arrays hold the same bits: NaN equals itself, 0 does not equal -0. */
export function sameBits(a: Float32Array, b: Float32Array): boolean {
  const left = new Uint32Array(a.buffer, a.byteOffset, a.length);
  const right = new Uint32Array(b.buffer, b.byteOffset, b.length);
  if (left.length !== right.length) return false;
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false;
  return true;
}

/** Row-major (O, I) of panels that were read; undefined where their padding is not 0. */
export function weightsOf(panels: Float32Array, O: number, I: number): Float32Array | undefined {
  const weights = readPanels(panels, 0, O, I);
  const clean = new Float32Array(panels.length);
  writePanels(weights, O, I, clean, 0);
  for (let i = 0; i < panels.length; i++) if (panels[i] !== clean[i]) return undefined;
  return weights;
}
