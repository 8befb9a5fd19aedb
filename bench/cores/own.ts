/**
 * Runs what one of n threads has to do, on one core and without the others: the pieces of course.ts with the kernels of the threads build, on
 * tensors that lie as in a network. So it finds in its caches what such a thread finds there, but for what others would have written.
 */
import { ACTIVATION_SIGMOID, ALIGNMENT_BYTES, GRAM_ROWS, LOSS_MEAN_SQUARED_ERROR, PANEL } from '../../assembly/abi.js';
import { paddedUnits, panelsFloats } from '../../src/engine/wasm/panels.js';
import type { Case } from '../cases.js';
import { type Kernel, lengthOf, type Piece } from './cut.js';
import type { Kernels } from './kernels.js';

/** Small enough that numbers stay as they are over millions of steps. */
const RATE = 1e-7;
const FLOAT_BYTES = 4;

interface Tensors {
  readonly inputs: number;
  readonly units: number;
  readonly x: number;
  readonly xBytes: number;
  readonly weights: number;
  readonly biases: number;
  readonly outputs: number;
  readonly deltas: number;
  readonly rowBytes: number;
}

/** Where everything lies. The rows of the data set are used in turn, as in training. */
interface Network {
  readonly layers: readonly Tensors[];
  readonly samples: number;
  readonly dataset: number;
  readonly targets: number;
  readonly gram: number;
  readonly batch: number;
  /** The first sample of the next batch. */
  next: number;
}

/** A network in `memory` from `base` on. Its widths but the last must be multiples of 4. */
function networkIn(memory: WebAssembly.Memory, base: number, { widths, samples }: Case, batch: number): Network {
  const floats = new Float32Array(memory.buffer);
  let end = base;
  const take = (count: number, value: number): number => {
    const start = end;
    floats.fill(value, start / FLOAT_BYTES, start / FLOAT_BYTES + count);
    end = Math.ceil((start + count * FLOAT_BYTES) / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    return start;
  };
  const width = widths[0] as number;
  const dataset = take(samples * width, 0.5);
  const rows = Math.max(batch, GRAM_ROWS);
  let [x, xBytes] = [take(rows * width, 0.5), width * FLOAT_BYTES];
  const layers = widths.slice(1).map((units, layer): Tensors => {
    const inputs = widths[layer] as number;
    const row = paddedUnits(units);
    const own = { weights: take(panelsFloats(units, inputs), 0.01), biases: take(row, 0) };
    const values = { outputs: take(rows * row, 0.5), deltas: take(rows * row, 1e-3), rowBytes: row * FLOAT_BYTES };
    const tensors = { inputs, units, x, xBytes, ...own, ...values };
    [x, xBytes] = [values.outputs, values.rowBytes];
    return tensors;
  });
  const targets = take(rows * paddedUnits(widths.at(-1) as number), 0.25);
  const gram = take(GRAM_ROWS * GRAM_ROWS, 0);
  return { layers, samples, dataset, targets, gram, batch, next: 0 };
}

/** Pieces of a batch of `batch` rows. */
export interface Work {
  readonly benchCase: Case;
  readonly batch: number;
  readonly pieces: readonly Piece[];
}

/** Returns a function that does all the pieces once, with tensors in `memory` from `base` on. */
export function ownWork(
  kernels: Kernels,
  memory: WebAssembly.Memory,
  base: number,
  { benchCase, batch, pieces }: Work,
): () => void {
  const network = networkIn(memory, base, benchCase, batch);
  const calls = pieces.map((piece) => callOf(kernels, network, piece));
  return () => {
    for (const call of calls) call();
    network.next = (network.next + batch) % (network.samples - batch + 1);
  };
}

/** What a piece works on, from its first row on. */
interface Context {
  readonly kernels: Kernels;
  readonly network: Network;
  readonly layer: Tensors;
  readonly piece: Piece;
  readonly count: number;
  readonly x: number;
  readonly outputs: number;
  readonly deltas: number;
  readonly targets: number;
}

function callOf(kernels: Kernels, network: Network, piece: Piece): () => void {
  const [row] = piece.rows;
  const layer = network.layers[piece.layer] as Tensors;
  const at = (tensor: number, rowBytes = layer.rowBytes): number => tensor + row * rowBytes;
  return CALLS[piece.kernel]({
    kernels,
    network,
    layer,
    piece,
    count: lengthOf(piece.rows),
    x: at(layer.x, layer.xBytes),
    outputs: at(layer.outputs),
    deltas: at(layer.deltas),
    targets: at(network.targets),
  });
}

const CALLS: Readonly<Record<Kernel, (context: Context) => () => void>> = {
  // The copy in the kernel is a loop of its own that is not exported. This one reads and writes as much.
  copy({ kernels, network, layer: { xBytes }, piece, count, x }) {
    const [row] = piece.rows;
    return () => kernels.addScaled(x, network.dataset + (network.next + row) * xBytes, count * xBytes, 0);
  },
  forward({ kernels, layer, piece, count, x, outputs }) {
    const { inputs, xBytes, rowBytes } = layer;
    const units = lengthOf(piece.units);
    const skipped = piece.units[0] * FLOAT_BYTES;
    const w = layer.weights + panelOffset(layer, piece.units[0]);
    const [b, y] = [layer.biases + skipped, outputs + skipped];
    return () => kernels.denseForward(count, inputs, units, x, xBytes, w, b, y, rowBytes);
  },
  activation({ kernels, layer: { units, rowBytes }, count, outputs }) {
    return () => kernels.activationForward(ACTIVATION_SIGMOID, 0, count, units, outputs, outputs, rowBytes);
  },
  loss({ kernels, layer: { units, rowBytes }, count, outputs, deltas, targets }) {
    return () => kernels.lossSum(LOSS_MEAN_SQUARED_ERROR, count, units, outputs, deltas, targets, rowBytes);
  },
  lossGradient({ kernels, network: { batch }, layer: { units, rowBytes }, count, outputs: a, deltas, targets: t }) {
    const [loss, derivative] = [LOSS_MEAN_SQUARED_ERROR, ACTIVATION_SIGMOID];
    return () => kernels.lossBackward(loss, derivative, count, units, a, a, t, deltas, rowBytes, batch);
  },
  inputGradient({ kernels, network, layer, piece, count, x, deltas }) {
    const { inputs, units, weights, rowBytes } = layer;
    const below = network.layers[piece.layer - 1] as Tensors;
    const dx = below.deltas + piece.rows[0] * below.rowBytes;
    return () => {
      kernels.denseBackwardInput(count, inputs, units, deltas, rowBytes, weights, dx, below.rowBytes);
      kernels.activationBackward(ACTIVATION_SIGMOID, count, inputs, x, dx, below.rowBytes);
    };
  },
  // About as much: the kernel for some of the rows is not exported.
  products({ kernels, network, layer, count, x }) {
    return () => kernels.gram(count, x, layer.xBytes, network.gram, 1);
  },
  samples({ kernels, network, count }) {
    return () => {
      for (let t = 0; t < count; t++) trainSample(kernels, network, t);
    };
  },
  biasStep({ kernels, layer, piece, count, deltas }) {
    const skipped = piece.units[0] * FLOAT_BYTES;
    const [d, b] = [deltas + skipped, layer.biases + skipped];
    const units = lengthOf(piece.units);
    return () => kernels.denseBackwardBiases(count, units, d, layer.rowBytes, b, -RATE);
  },
  step: ({ kernels, layer, piece }) => stepOf(kernels, layer, piece),
  blockStep: ({ kernels, layer, piece }) => stepOf(kernels, layer, piece),
};

/** All weights at once, as one thread does, or panel by panel. */
function stepOf(kernels: Kernels, layer: Tensors, { kernel, rows, units, inputs }: Piece): () => void {
  const count = lengthOf(rows);
  const own = lengthOf(inputs);
  const isWhole = lengthOf(units) === layer.units && own === layer.inputs;
  const x = layer.x + inputs[0] * FLOAT_BYTES;
  const calls: (() => void)[] = [];
  for (let unit = units[0]; unit < units[1]; unit += isWhole ? layer.units : PANEL) {
    const width = isWhole ? layer.units : Math.min(PANEL, units[1] - unit);
    const w = layer.weights + panelOffset(layer, unit) + inputs[0] * (width > 4 ? PANEL : 4) * FLOAT_BYTES;
    const d = layer.deltas + unit * FLOAT_BYTES;
    const { xBytes, rowBytes } = layer;
    calls.push(
      kernel === 'step'
        ? () => kernels.denseBackwardWeights(count, own, width, x, xBytes, d, rowBytes, w, -RATE)
        : () => kernels.denseStepWeights(count, own, width, x, xBytes, d, rowBytes, w),
    );
  }
  return () => {
    for (const call of calls) call();
  };
}

/** A sample of a block, as trainSample of assembly/train/blocks.ts. */
function trainSample(kernels: Kernels, { layers, targets, gram }: Network, t: number): void {
  const [first, top] = [layers[0], layers[layers.length - 1]] as [Tensors, Tensors];
  const at = (tensor: 'outputs' | 'deltas', layer: Tensors): number => layer[tensor] + t * layer.rowBytes;
  const [a, sums] = [at('outputs', first), at('deltas', first)];
  const { deltas, rowBytes } = first;
  kernels.gramActivate(ACTIVATION_SIGMOID, 0, t, first.units, deltas, rowBytes, gram + t * FLOAT_BYTES, a, a, sums);
  for (let l = 1; l < layers.length; l++) {
    const layer = layers[l] as Tensors;
    const y = at('outputs', layer);
    kernels.rowForward(layer.inputs, layer.units, layer.x + t * layer.xBytes, layer.weights, layer.biases, y);
    kernels.activationForward(ACTIVATION_SIGMOID, 0, 1, layer.units, y, y, layer.rowBytes);
  }
  const y = at('outputs', top);
  const target = targets + t * top.rowBytes;
  const [loss, derivative] = [LOSS_MEAN_SQUARED_ERROR, ACTIVATION_SIGMOID];
  kernels.rowLoss(loss, derivative, top.units, y, y, target, at('deltas', top), top.rowBytes);
  for (let l = layers.length - 1; l > 0; l--) {
    const [layer, below] = [layers[l], layers[l - 1]] as [Tensors, Tensors];
    const [x, d, dx] = [layer.x + t * layer.xBytes, at('deltas', layer), at('deltas', below)];
    kernels.rowBackwardStep(layer.inputs, layer.units, x, d, layer.weights, dx, -RATE);
    kernels.denseBackwardBiases(1, layer.units, d, layer.rowBytes, layer.biases, -RATE);
    kernels.activationBackward(ACTIVATION_SIGMOID, 1, below.units, x, dx, below.rowBytes);
  }
  kernels.multiply(sums, rowBytes, -RATE);
}

/** Bytes before the panel that begins with this unit. */
function panelOffset({ inputs }: Tensors, unit: number): number {
  return panelsFloats(unit + PANEL, inputs) * FLOAT_BYTES - panelsFloats(PANEL, inputs) * FLOAT_BYTES;
}
