/** The errors for ONNX models that are refused. */
import { codedError, describe } from '../../foundation/errors.js';

/** What a message says about a node. */
interface Named {
  readonly name: string;
  readonly operator: string;
  readonly outputs: readonly string[];
}

/** ERR_MODEL_FORMAT: not an ONNX model, or one that contradicts itself. */
export function bad(what: string, cause?: unknown): Error {
  const mend = 'Give the bytes of a whole .onnx file.';
  const options = cause === undefined ? {} : { cause };
  return codedError('ERR_MODEL_FORMAT', `fromONNX: this is not an ONNX model: ${what}. ${mend}`, options);
}

/** ERR_MODEL_LIMIT. `what` says what the model has too much of. */
export function tooMuch(what: string, most: number): Error {
  const mend = 'No network of this library is as large.';
  return codedError('ERR_MODEL_LIMIT', `fromONNX: the model has ${what}, and at most ${most} are read. ${mend}`);
}

/** For a network that `create` refuses: ERR_MODEL_FORMAT where its labels are those of toONNX, else ERR_UNSUPPORTED. */
export function networkRefusal(areOwnLabels: boolean): (reason: string, cause: unknown) => Error {
  return (reason, cause) => {
    if (areOwnLabels && /^create: labels/.test(reason)) return bad(`its network is refused (${reason})`, cause);
    return codedError('ERR_UNSUPPORTED', `fromONNX: the model's network is refused (${reason})`, { cause });
  };
}

/** ERR_UNSUPPORTED: a model that may be valid, but is not a chain of dense layers. `why` says what came and what was expected. */
export function unsupported(why: string): Error {
  const mend = 'Models of dense layers in a chain are read, with scaling before and after.';
  return codedError('ERR_UNSUPPORTED', `fromONNX: ${why}. ${mend}`);
}

/** ERR_UNSUPPORTED for a node. */
export function notDense(node: Named, why: string): Error {
  const article = /^[AEIO]/.test(node.operator) ? 'an' : 'a';
  return unsupported(`${nodeNamed(node)} is ${article} ${short(node.operator)}, ${why}`);
}

/** Names a node in a message: by its name, else by its first output. */
export function nodeNamed({ name, outputs }: Named): string {
  return name === '' ? `the node that makes ${describe(outputs[0] ?? '')}` : `node ${describe(name)}`;
}

function short(text: string): string {
  return describe(text).slice(1, -1);
}
