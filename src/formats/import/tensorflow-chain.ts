/** Puts the layers of a Keras model in the order in which they run, if they are one chain. Knows no weights and no layer classes. */
import { describe } from '../../foundation/errors.js';
import type { Part } from './part.js';

/** A layer as Keras writes it. */
export interface KerasLayer {
  readonly part: Part;
  readonly className: string;
  readonly name: string;
  readonly config: Part;
}

/** ERR_UNSUPPORTED. Names the layer by its class and its name. */
export function unsupported({ part, className, name }: KerasLayer, why: string, mend: string): Error {
  return part.refused(
    'ERR_UNSUPPORTED',
    `is the layer ${describe(name)} of class ${className.slice(0, 40)}, ${why}`,
    mend,
  );
}

/** The layers from the input on. `topology` has a model's class_name and config. */
export function chainOf(topology: Part): KerasLayer[] {
  const className = topology.get('class_name').string();
  const config = topology.get('config');
  // The first versions of Keras wrote only the layers of a Sequential model, without its name.
  const layers = (config.isArray ? config : config.get('layers')).items().map(layerOf);
  if (className === 'Sequential') return layers;
  if (className === 'Model' || className === 'Functional') return walked(config, layers);
  const mend = 'Models of the classes Sequential, Model and Functional are read.';
  throw topology.get('class_name').refused('ERR_UNSUPPORTED', `is ${describe(className)}`, mend);
}

function layerOf(part: Part): KerasLayer {
  const config = part.get('config');
  const given = config.get('name');
  const name = (given.missing ? part.get('name') : given).string();
  return { part, className: part.get('class_name').string(), name, config };
}

/** Walks from the output backwards. Every layer must have one layer before it, and no layer may be off the chain. */
function walked(config: Part, layers: readonly KerasLayer[]): KerasLayer[] {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  if (byName.size !== layers.length) throw config.get('layers').bad('layers with unique names');
  const found = new Set<KerasLayer>();
  let name: string | undefined = endOf(config.get('output_layers'));
  while (name !== undefined) {
    const layer = byName.get(name);
    if (layer === undefined || found.has(layer)) {
      const what = `leads ${layer === undefined ? 'to no layer' : 'in a circle'} at ${describe(name)}`;
      throw config.get('layers').refused('ERR_MODEL_FORMAT', what);
    }
    found.add(layer);
    name = sourceOf(layer);
  }
  const aside = layers.find((layer) => !found.has(layer));
  if (aside !== undefined) {
    throw unsupported(
      aside,
      'which is not in the chain from input to output',
      'Models whose layers are one chain are read.',
    );
  }
  const chain = [...found].reverse();
  const input = endOf(config.get('input_layers'));
  if (chain[0]?.name !== input) throw config.get('input_layers').bad(`the layer ${describe(chain[0]?.name)}`);
  return chain;
}

/** The layer in a list of a single [name, node, tensor]. Keras 3 writes the item instead of a list of one. */
function endOf(part: Part): string {
  const items = part.items();
  const first = items[0]?.isArray ? items[0].items()[0] : items[0];
  if (first === undefined) throw part.bad('[[name, 0, 0]]');
  if (items[0]?.isArray && items.length > 1) {
    throw part.refused(
      'ERR_UNSUPPORTED',
      `are ${items.length} layers`,
      'Models with one input and one output are read.',
    );
  }
  return first.string();
}

/** The layer that this one gets its input from; undefined where that is the model's input. */
function sourceOf(layer: KerasLayer): string | undefined {
  const nodes = layer.part.get('inbound_nodes');
  const [node, ...others] = nodes.missing ? [] : nodes.items();
  if (node === undefined) return undefined;
  const mend = 'Models whose layers are one chain are read.';
  if (others.length > 0) throw unsupported(layer, `which runs ${others.length + 1} times`, mend);
  // Keras 3 writes the arguments of a call. Their tensors say which layer they come from.
  const connections = (node.isArray ? node : node.get('args')).items();
  const [connection] = connections;
  if (connection === undefined || connections.length > 1 || (!node.isArray && connection.isArray)) {
    throw unsupported(layer, `which joins ${connections.length} inputs`, mend);
  }
  const history = node.isArray ? connection : connection.get('config').get('keras_history');
  return (history.items()[0] ?? history).string();
}
