/** `wasmlp inspect`: what is in a model file. */
import type { Network } from 'wasmlp';
import { command } from './command.js';
import { networkIn } from './model-file.js';
import { optionsOf } from './open-columns.js';
import { countOf, figure, printable, wrapped } from './terminal.js';
import { flag } from './values.js';

const OPTIONS = { json: flag('prints one line for programs, and nothing else') };

/** Values of a column, and labels, that are printed. */
const SHOWN = 20;
const WIDTH = 80;

export const inspect = command({
  name: 'inspect',
  operands: ['<model>'],
  summary: 'Prints layers, columns, labels and scaling of a saved network.',
  options: OPTIONS,
  examples: ['npx wasmlp inspect model.safetensors', 'npx wasmlp inspect model.onnx --json'],
  async run({ operands, values }) {
    const network = await networkIn(operands[0] as string);
    process.stdout.write(values.json ? `${JSON.stringify(contentsOf(network))}\n` : `${textOf(network)}\n`);
  },
});

function contentsOf(network: Network) {
  const { inputs, outputs, layers, parameterCount, columns, target, labels, scaling, epochs } = network;
  return {
    inputs,
    outputs,
    layers,
    parameterCount,
    columns: columns ?? null,
    target: target ?? null,
    labels: labels ?? null,
    scaling: scaling ?? null,
    epochs,
  };
}

function textOf(network: Network): string {
  const { columns, target, labels, epochs } = network;
  // Of columns the summary has one line, however many there are.
  const parts = [network.summary().split('\ncolumns: ')[0] as string];
  if (epochs > 0) parts.push(`checkpoint: training resumes after ${countOf(epochs, 'epoch')}`);
  if (columns !== undefined) parts.push(columnsText(network, columns));
  if (target !== undefined) parts.push(`target: ${[target].flat().map(printable).join(', ')}`);
  if (labels !== undefined) parts.push(wrapped(`labels: ${shown(labels)}`, WIDTH, '  '));
  if (columns === undefined && network.scaling?.inputs !== undefined) {
    parts.push(wrapped(`inputs are shifted by ${numbers(network.scaling.inputs.shift)}`, WIDTH, '  '));
    parts.push(wrapped(`and divided by ${numbers(network.scaling.inputs.scale)}`, WIDTH, '  '));
  }
  if (network.scaling?.targets !== undefined) {
    const { shift, scale } = network.scaling.targets;
    parts.push(wrapped(`targets: shift ${numbers(shift)}, scale ${numbers(scale)}`, WIDTH, '  '));
  }
  return parts.join('\n');
}

/** A line for each column: its kind and values, and of numbers the shift and scale. */
function columnsText({ scaling }: Network, columns: NonNullable<Network['columns']>): string {
  const names = Object.keys(columns).map(printable);
  const width = Math.min(24, Math.max(...names.map((name) => name.length)));
  let first = 0;
  const lines = Object.values(columns).map((column, i) => {
    const { type, values, other, missing } = optionsOf(column);
    const parts = [
      ...(values === undefined ? [] : [shown(values)]),
      ...(other ? ['or another value'] : []),
      ...(missing ? ['may be blank'] : []),
    ];
    if (type === 'number' && scaling?.inputs !== undefined) {
      const { shift, scale } = scaling.inputs;
      parts.unshift(`shift ${figure(shift[first] as number)}, scale ${figure(scale[first] as number)}`);
    }
    first += (values?.length ?? 1) + Number(other ?? false) + Number(missing ?? false);
    const head = `  ${(names[i] as string).padEnd(width)}  ${type.padEnd(8)}  `;
    return wrapped(`${head}${parts.join(', ')}`.trimEnd(), WIDTH, ' '.repeat(head.length));
  });
  return ['columns:', ...lines].join('\n');
}

function shown(texts: readonly string[]): string {
  const more = texts.length > SHOWN ? ` and ${texts.length - SHOWN} more` : '';
  return `${texts.slice(0, SHOWN).map(printable).join(', ')}${more}`;
}

function numbers(given: readonly number[]): string {
  return shown(given.map(figure));
}
