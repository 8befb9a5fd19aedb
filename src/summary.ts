/** The table of a network's layers that `summary()` returns. */
import type { EngineInfo } from './engine/engine.js';

/** What a row of the table shows. */
export interface SummaryLayer {
  readonly inputs: number;
  readonly units: number;
  readonly activation: string;
  readonly trainable: boolean;
  readonly parameterCount: number;
}

/** Layers with shapes and parameters, then totals and what runs them. `memoryBytes` is what the engine holds now. */
export function summaryOf(layers: readonly SummaryLayer[], engine: EngineInfo, memoryBytes: number): string {
  const header = ['layer', 'activation', 'inputs', 'units', 'parameters', ''];
  const rows = layers.map((layer, index) => [
    index === layers.length - 1 ? `${index} (output)` : `${index}`,
    layer.activation,
    grouped(layer.inputs),
    grouped(layer.units),
    grouped(layer.parameterCount),
    layer.trainable ? '' : 'frozen',
  ]);
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] as string).length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column < 2 || column === 5 ? cell.padEnd(widths[column] as number) : cell.padStart(widths[column] as number),
      )
      .join('  ')
      .trimEnd();
  const parameters = layers.reduce((sum, layer) => sum + layer.parameterCount, 0);
  const trainable = layers.reduce((sum, layer) => sum + (layer.trainable ? layer.parameterCount : 0), 0);
  return [
    line(header),
    ...rows.map(line),
    '',
    `parameters: ${grouped(parameters)} (${grouped(trainable)} trainable)`,
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
