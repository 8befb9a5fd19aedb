/**
 * Decides where every tensor of a network lives in WASM memory. Pure arithmetic: knows no WebAssembly, allocates nothing.
 *
 * Offsets are bytes from the start of the tensor's block; assembly/README.md draws the blocks.
 */
import { ALIGNMENT_BYTES, BLOCK_ROWS, GRAM_ROWS, LANES, LAYER_BYTES, NETWORK_BYTES } from '../../../assembly/abi.js';
import type { LayerSpec, NetworkSpec } from '../../options/spec.js';
import { roundUp } from './arena.js';
import { keepsDerivative } from './codes.js';
import { paddedUnits, panelsFloats } from './panels.js';

const FLOAT_BYTES = 4;

/**
 * Number of weights in the first layer that learns. From SMALL_LAYER on, batches of up to 3 samples are trained in blocks; from
 * LARGE_LAYER on, batches of up to 6. The table shows the speed with blocks divided by the speed without, in batches of 2, 3, 4
 * and 6; sigmoid and mean squared error, Node 20 and 24, 2026-11-21, two cores of an Intel Xeon (Sapphire Rapids):
 *
 *                       2           3           4           6
 *   16-64-4         0.95-1.00   0.92-0.96
 *   64-32-10        1.06-1.16   1.00-1.10   0.94-0.98   0.95-0.99
 *   784-128-10      1.25-1.39   1.16-1.29   0.99-1.03   1.05-1.11
 *   784-256-10                              1.01-1.02   1.05-1.07
 *   784-512-256-10  1.34-1.51   1.21-1.37   1.01-1.15   1.08-1.11
 *
 * Batches of 8 and of 12 fill the tiles of the kernels without blocks: 0.89 to 1.03, on Node 20.
 */
const SMALL_LAYER = 2048;
const LARGE_LAYER = 2 ** 17;

/** Where a layer's parameters lie, or its gradients. */
export interface ParameterPlan {
  readonly weightsOffset: number;
  readonly biasesOffset: number;
}

/** A block of parameters or gradients: those of all layers, one after the other. */
export interface ParametersPlan {
  readonly layers: readonly ParameterPlan[];
  readonly bytes: number;
}

/** The block that lives as long as the network: its records, its parameters, then a pass of one row. */
export interface NetworkPlan {
  readonly parametersOffset: number;
  readonly parameters: ParametersPlan;
  /** So that the first call of one row need not reserve anything. */
  readonly passOffset: number;
  readonly pass: PassPlan;
  readonly bytes: number;
}

/** The block with the rows of a pass. */
export interface PassPlan {
  readonly inputRowBytes: number;
  readonly inputsOffset: number;
  readonly targetsOffset: number;
  /** How much each sample counts. */
  readonly weightsOffset: number;
  /** Inner products of the samples in a block, for training in blocks. */
  readonly gramOffset: number;
  readonly layers: readonly {
    readonly rowBytes: number;
    readonly outputsOffset: number;
    /** Derivatives of the activations, or the outputs themselves if these tell the derivatives. */
    readonly slopesOffset: number;
    readonly deltasOffset: number;
  }[];
  readonly bytes: number;
}

export function planNetwork(spec: NetworkSpec): NetworkPlan {
  const parametersOffset = align(NETWORK_BYTES + spec.layers.length * LAYER_BYTES);
  const parameters = planParameters(spec.layers);
  const passOffset = parametersOffset + parameters.bytes;
  const pass = planPass(spec, 1);
  return { parametersOffset, parameters, passOffset, pass, bytes: passOffset + pass.bytes };
}

export function planParameters(layers: readonly LayerSpec[]): ParametersPlan {
  let bytes = 0;
  const take = (floats: number): number => {
    const offset = bytes;
    bytes = align(bytes + floats * FLOAT_BYTES);
    return offset;
  };
  const plans = layers.map(({ inputs, units }) => ({
    weightsOffset: take(panelsFloats(units, inputs)),
    biasesOffset: take(paddedUnits(units)),
  }));
  return { layers: plans, bytes };
}

/** `inputs`: how wide the rows are; 0 where they are sparse, which are read where they are. */
export function planPass(spec: NetworkSpec, rows: number, inputs = spec.inputs): PassPlan {
  let bytes = 0;
  const take = (rowBytes: number): number => {
    const offset = bytes;
    bytes = align(bytes + rows * rowBytes);
    return offset;
  };
  const inputRowBytes = roundUp(inputs, LANES) * FLOAT_BYTES;
  const inputsOffset = take(inputRowBytes);
  const targetsOffset = take(paddedUnits(spec.outputs) * FLOAT_BYTES);
  const weightsOffset = take(FLOAT_BYTES);
  const gramOffset = bytes;
  bytes = align(bytes + GRAM_ROWS * GRAM_ROWS * FLOAT_BYTES);
  const layers = spec.layers.map((layer) => {
    const rowBytes = paddedUnits(layer.units) * FLOAT_BYTES;
    const outputsOffset = take(rowBytes);
    const slopesOffset = keepsDerivative(layer) ? take(rowBytes) : outputsOffset;
    return { rowBytes, outputsOffset, slopesOffset, deltasOffset: take(rowBytes) };
  });
  return { inputRowBytes, inputsOffset, targetsOffset, weightsOffset, gramOffset, layers, bytes };
}

/** Samples that plain training takes at once: one batch, or a block of several batches if that is faster. A multiple of `batchSize`. */
export function blockRows({ layers }: NetworkSpec, batchSize: number): number {
  if (batchSize === 1) return BLOCK_ROWS;
  const { inputs, units } = layers.find(({ trainable }) => trainable) ?? { inputs: 0, units: 0 };
  const weights = inputs * units;
  const most = weights < SMALL_LAYER ? 1 : weights < LARGE_LAYER ? 3 : 6;
  return batchSize > most ? batchSize : GRAM_ROWS - (GRAM_ROWS % batchSize);
}

function align(bytes: number): number {
  return roundUp(bytes, ALIGNMENT_BYTES);
}
