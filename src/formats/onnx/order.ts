/** Orders the nodes of a graph: only those that the outputs need, each after the nodes that it takes from. Knows no operator. */
import { describe } from '../../foundation/errors.js';
import type { Decoded, Node } from './decode.js';
import { bad, nodeNamed } from './refused.js';

/** `known` are tensors that no node makes. ERR_MODEL_FORMAT for circles, and for tensors that nothing makes. */
export function orderOf(model: Decoded, known: ReadonlyMap<string, unknown>): Node[] {
  const makers = makersIn(model, known);
  const order: Node[] = [];
  const open = new Set<Node>();
  const done = new Set<Node>();
  // A stack of our own: a chain may be longer than the call stack is deep.
  const stack: { node: Node; next: number }[] = [];
  const enter = (name: string, where: string): void => {
    if (name === '' || known.has(name)) return;
    const node = makers.get(name);
    if (node === undefined) throw bad(`${where} ${describe(name)}, which nothing makes`);
    if (open.has(node)) throw bad(`${nodeNamed(node)} depends on its own output`);
    if (done.has(node)) return;
    open.add(node);
    stack.push({ node, next: 0 });
  };
  for (const { name } of model.outputs) {
    enter(name, 'its outputs are');
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const input = top.node.inputs[top.next++];
      if (input !== undefined) {
        enter(input, `${nodeNamed(top.node)} takes`);
        continue;
      }
      stack.pop();
      open.delete(top.node);
      done.add(top.node);
      order.push(top.node);
    }
  }
  return order;
}

function makersIn({ nodes }: Decoded, known: ReadonlyMap<string, unknown>): Map<string, Node> {
  const makers = new Map<string, Node>();
  for (const node of nodes) {
    for (const name of node.outputs) {
      if (name === '') continue;
      if (known.has(name) || makers.has(name)) throw bad(`${describe(name)} is made twice`);
      makers.set(name, node);
    }
  }
  return makers;
}
