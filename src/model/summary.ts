/** Describes the layers of a network: `network.layers`, and the table that `summary()` returns. Knows no weights. */
import type { EngineInfo } from '../engine/engine.js';
import { tableOf } from '../foundation/table.js';
import type { LayerSpec } from '../options/spec.js';
import type { Activation } from '../options/types.js';

/** A layer as `network.layers` shows it. */
export interface LayerInfo {
  readonly inputs: number;
  readonly units: number;
  readonly activation: Activation;
  readonly bias: boolean;
  readonly trainable: boolean;
  /** What leakyRelu multiplies sums below 0 by. Other activations have none. */
  readonly slope?: number;
  readonly parameterCount: number;
}

/** The layers as users see them. Frozen, because later checks read them too. */
export function layersOf(layers: readonly LayerSpec[]): readonly LayerInfo[] {
  return Object.freeze(
    layers.map(({ inputs, units, activation, bias, trainable, slope }) => {
      const parameterCount = units * inputs + (bias ? units : 0);
      const layer = { inputs, units, activation, bias, trainable, parameterCount };
      return Object.freeze(slope === undefined ? layer : { ...layer, slope });
    }),
  );
}

/** A table of the layers, then the totals, the lines about scaling and the engine. `memoryBytes` is what the engine holds now. */
export function summaryOf(
  layers: readonly LayerInfo[],
  engine: EngineInfo,
  memoryBytes: number,
  scaling: readonly string[],
): string {
  const rows = [
    ['layer', 'activation', 'inputs', 'units', 'parameters', ''],
    ...layers.map((layer, index) => [
      index === layers.length - 1 ? `${index} (output)` : `${index}`,
      layer.slope === undefined ? layer.activation : `${layer.activation} ${layer.slope}`,
      grouped(layer.inputs),
      grouped(layer.units),
      grouped(layer.parameterCount),
      layer.trainable ? '' : 'frozen',
    ]),
  ];
  const total = (some: readonly LayerInfo[]): string =>
    grouped(some.reduce((sum, { parameterCount }) => sum + parameterCount, 0));
  return [
    ...tableOf(rows, 2),
    '',
    `parameters: ${total(layers)} (${total(layers.filter(({ trainable }) => trainable))} trainable)`,
    ...scaling,
    `engine: ${engine.kind} (${engine.variant}), memory: ${memorySize(memoryBytes)}`,
  ].join('\n');
}

/** 1234567 as 1,234,567. */
function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

function memorySize(bytes: number): string {
  return bytes < 2 ** 20 ? `${(bytes / 2 ** 10).toFixed(1)} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
