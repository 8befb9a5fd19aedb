/**
 * Decides where every tensor of a network lives in WASM memory. Pure arithmetic: knows no WebAssembly, allocates nothing.
 *
 * Offsets are bytes from the start of the block that the tensor belongs to; assembly/README.md draws the blocks.
 */
import { ALIGNMENT_BYTES, LANES, LAYER_BYTES, NETWORK_BYTES, ONLINE_BLOCK } from '../../../assembly/abi.js';
import type { LayerSpec } from '../../options/layers.js';
import type { NetworkSpec } from '../../options/network.js';
import { roundUp } from './arena.js';
import { paddedUnits, panelsFloats } from './panels.js';

const FLOAT_BYTES = 4;

/** Places of a layer's parameters, or of its gradients. */
export interface ParameterPlan {
  readonly weightsOffset: number;
  readonly biasesOffset: number;
}

/** One block of parameters or gradients, all layers end to end. */
export interface ParametersPlan {
  readonly layers: readonly ParameterPlan[];
  readonly bytes: number;
}

/** The block that lives as long as the network: its records, then its parameters. */
export interface NetworkPlan {
  readonly parametersOffset: number;
  readonly parameters: ParametersPlan;
  readonly bytes: number;
}

/** The block with the rows of a pass. */
export interface PassPlan {
  readonly inputRowBytes: number;
  readonly inputsOffset: number;
  readonly targetsOffset: number;
  /** Inner products of the samples of a block, for per-sample training. */
  readonly gramOffset: number;
  readonly layers: readonly {
    readonly rowBytes: number;
    readonly outputsOffset: number;
    readonly deltasOffset: number;
  }[];
  readonly bytes: number;
}

export function planNetwork(spec: NetworkSpec): NetworkPlan {
  const parametersOffset = align(NETWORK_BYTES + spec.layers.length * LAYER_BYTES);
  const parameters = planParameters(spec.layers);
  return { parametersOffset, parameters, bytes: parametersOffset + parameters.bytes };
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

export function planPass(spec: NetworkSpec, rows: number): PassPlan {
  let bytes = 0;
  const take = (rowBytes: number): number => {
    const offset = bytes;
    bytes = align(bytes + rows * rowBytes);
    return offset;
  };
  const inputRowBytes = roundUp(spec.inputs, LANES) * FLOAT_BYTES;
  const inputsOffset = take(inputRowBytes);
  const targetsOffset = take(paddedUnits(spec.outputs) * FLOAT_BYTES);
  const gramOffset = bytes;
  bytes = align(bytes + ONLINE_BLOCK * ONLINE_BLOCK * FLOAT_BYTES);
  const layers = spec.layers.map(({ units }) => {
    const rowBytes = paddedUnits(units) * FLOAT_BYTES;
    return { rowBytes, outputsOffset: take(rowBytes), deltasOffset: take(rowBytes) };
  });
  return { inputRowBytes, inputsOffset, targetsOffset, gramOffset, layers, bytes };
}

function align(bytes: number): number {
  return roundUp(bytes, ALIGNMENT_BYTES);
}
