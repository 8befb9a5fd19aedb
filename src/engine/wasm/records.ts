/** Writes the records of a network, which the kernel walks: what the network is, where its parameters and the rows of a pass lie. Reserves no memory. */
import * as abi from '../../../assembly/abi.js';
import { decayOf } from '../../options/decay.js';
import type { NetworkSpec } from '../../options/spec.js';
import { dropoutThreshold, type StepOptions } from '../engine.js';
import { ACTIVATION_TABLE, keepsDerivative, LOSS_TABLE } from './codes.js';
import { paddedUnits } from './panels.js';
import type { NetworkPlan, ParameterPlan, ParametersPlan, PassPlan } from './plan.js';
import type { Realm } from './realm.js';

/** Address of a layer's record. `header` is the address of the network's record. */
export function layerRecord(header: number, index: number): number {
  return header + abi.NETWORK_BYTES + index * abi.LAYER_BYTES;
}

/** Clears the block of a network and writes its records at the start. The rows of a pass and the samples come later. */
export function writeRecords(realm: Realm, header: number, spec: NetworkSpec, plan: NetworkPlan): void {
  const { layers, inputs, loss, optimizer } = spec;
  const base = header + plan.parametersOffset;
  // All zero bytes: that is the number 0 in every field and parameter.
  realm.words.fill(0, header >>> 2, (header + plan.bytes) >>> 2);
  realm.writeWords(header, {
    [abi.NETWORK_LAYER_COUNT]: layers.length,
    [abi.NETWORK_LOSS]: LOSS_TABLE[loss].code,
    [abi.NETWORK_INPUTS]: inputs,
  });
  realm.doubles[(header + abi.NETWORK_BETA1) >>> 3] = optimizer.beta1;
  realm.doubles[(header + abi.NETWORK_BETA2) >>> 3] = optimizer.beta2;
  realm.writeFloats(header, {
    [abi.NETWORK_EPSILON]: optimizer.epsilon,
    [abi.NETWORK_MOMENTUM]: optimizer.momentum,
    [abi.NETWORK_WEIGHT_DECAY]: optimizer.weightDecay,
  });
  layers.forEach((layer, index) => {
    const record = layerRecord(header, index);
    const { weightsOffset, biasesOffset } = plan.parameters.layers[index] as ParameterPlan;
    const { code } = ACTIVATION_TABLE[layer.activation];
    const decay = decayOf(optimizer, layer);
    realm.writeWords(record, {
      [abi.LAYER_INPUTS]: layer.inputs,
      [abi.LAYER_UNITS]: layer.units,
      [abi.LAYER_ROW_BYTES]: paddedUnits(layer.units) * 4,
      [abi.LAYER_ACTIVATION]: code,
      [abi.LAYER_DERIVATIVE]: keepsDerivative(layer) ? abi.DERIVATIVE_KEPT : code,
      [abi.LAYER_TRAINABLE]: Number(layer.trainable),
      [abi.LAYER_HAS_BIAS]: Number(layer.bias),
      [abi.LAYER_WEIGHTS]: base + weightsOffset,
      [abi.LAYER_BIASES]: base + biasesOffset,
      [abi.LAYER_DROPOUT_THRESHOLD]: dropoutThreshold(layer.dropout),
    });
    realm.writeFloats(record, {
      [abi.LAYER_DROPOUT_SCALE]: 1 / (1 - layer.dropout),
      [abi.LAYER_L1]: layer.l1,
      [abi.LAYER_L2]: 2 * layer.l2,
      [abi.LAYER_WEIGHT_DECAY]: decay.weights,
      [abi.LAYER_BIAS_DECAY]: decay.biases,
      [abi.LAYER_SLOPE]: layer.slope ?? 0,
    });
  });
}

/** The rows of a pass: where they lie, and how many they are. */
export interface Pass {
  readonly address: number;
  readonly rows: number;
  readonly plan: PassPlan;
}

/** Writes where the rows of a pass lie: at `address`, as `plan` says. */
export function writePass(realm: Realm, header: number, address: number, rows: number, plan: PassPlan): Pass {
  realm.writeWords(header, {
    [abi.NETWORK_PASS_ROWS]: rows,
    [abi.NETWORK_INPUT_ROW_BYTES]: plan.inputRowBytes,
    [abi.NETWORK_PASS_INPUTS]: address + plan.inputsOffset,
    [abi.NETWORK_PASS_TARGETS]: address + plan.targetsOffset,
    [abi.NETWORK_GRAM]: address + plan.gramOffset,
  });
  plan.layers.forEach(({ outputsOffset, slopesOffset, deltasOffset }, index) => {
    realm.writeWords(layerRecord(header, index), {
      [abi.LAYER_OUTPUTS]: address + outputsOffset,
      [abi.LAYER_SLOPES]: address + slopesOffset,
      [abi.LAYER_DELTAS]: address + deltasOffset,
    });
  });
  return { address, rows, plan };
}

/** Says where the gradients of each layer are: they are laid out as the parameters, from `gradients` on. */
export function writeGradients(realm: Realm, header: number, gradients: number, { layers }: ParametersPlan): void {
  layers.forEach(({ weightsOffset, biasesOffset }, index) => {
    realm.writeWords(layerRecord(header, index), {
      [abi.LAYER_WEIGHT_GRADIENTS]: gradients + weightsOffset,
      [abi.LAYER_BIAS_GRADIENTS]: gradients + biasesOffset,
    });
  });
}

/** Writes how the next steps are taken: by which optimizer, and how many samples a block has. */
export function writeStep(
  { words, floats }: Realm,
  header: number,
  { clipNorm = Number.POSITIVE_INFINITY, clipValue = Number.POSITIVE_INFINITY, dropoutKey }: StepOptions,
  optimizer: number,
  blockRows: number,
): void {
  // Written one by one: with writeWords, a trainOnBatch of 2-2-1 takes 4.3 microseconds instead of 1.6.
  words[(header + abi.NETWORK_BLOCK_ROWS) >>> 2] = blockRows;
  words[(header + abi.NETWORK_OPTIMIZER) >>> 2] = optimizer;
  words[(header + abi.NETWORK_DROPOUT_KEY) >>> 2] = dropoutKey;
  floats[(header + abi.NETWORK_CLIP_NORM) >>> 2] = clipNorm;
  floats[(header + abi.NETWORK_CLIP_VALUE) >>> 2] = clipValue;
}
