/**
 * Decodes ONNX models, which are protocol buffers, or refuses them with ERR_MODEL_FORMAT, ERR_MODEL_LIMIT or ERR_UNSUPPORTED. Tensors
 * are views of the file. Field numbers are those of onnx.proto, https://github.com/onnx/onnx/blob/v1.18.0/onnx/onnx.proto. Knows no
 * operator.
 */
import { WasmlpError } from '../../foundation/errors.js';
import { float32From, float64From, uint8 } from '../../foundation/memory.js';
import { bytesOf, joined } from '../bytes.js';
import { type ExternalFiles, type Location, located } from './external-data.js';
import { add, type Field, MessageReader } from './protobuf.js';
import { bad, tooMuch } from './refused.js';

/** Codes of TensorProto.DataType. */
export const TYPES = { float: 1, int32: 6, int64: 7, string: 8, double: 11 } as const;

/** The code of TensorProto.DataLocation for numbers in another file. */
const EXTERNAL = 1;

/** Codes of AttributeProto.AttributeType. */
const ATTRIBUTE_TYPES = { float: 1, integer: 2 } as const;

/** Numbers or texts of some shape. A tensor inside a node may have no name. */
export interface Tensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly type: number;
  /** The numbers, little-endian, in the tensor's type. */
  readonly bytes: Uint8Array;
  /** The numbers, where the file has them as integer fields instead of bytes. */
  readonly integers: readonly number[];
  readonly strings: readonly string[];
}

export interface Attribute {
  readonly float: number | undefined;
  readonly integer: number | undefined;
  readonly text: string | undefined;
  readonly tensor: Tensor | undefined;
  readonly floats: readonly number[];
  readonly integers: readonly number[];
  readonly strings: readonly string[];
}

export interface Node {
  readonly name: string;
  /** With its domain, unless that is one of ONNX's own. */
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

/** An input or output. `dims`, or one of them, is undefined where the model does not say. */
export interface Port {
  readonly name: string;
  /** Of its numbers; 0 where it is no tensor, such as a sequence of maps. */
  readonly type: number | undefined;
  readonly dims: readonly (number | undefined)[] | undefined;
}

export interface Decoded {
  readonly nodes: readonly Node[];
  readonly tensors: readonly Tensor[];
  /** Names of tensors of which the model has only some numbers. */
  readonly sparseTensors: readonly string[];
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly operatorSet: number;
  /** Texts as bytes: few of them are ever decoded. */
  readonly metadata: ReadonlyMap<string, Uint8Array>;
}

/** Most items of a kind in one place. They bound memory and time, whatever a file claims. */
const LIMITS = {
  // Ten thousand layers of gelu: toONNX writes gelu as seven nodes.
  nodes: 80_000,
  tensors: 2 ** 15,
  ports: 2 ** 14,
  names: 64,
  // A pipeline of scikit-learn joins as many inputs as its table has columns.
  nodePorts: 2 ** 10,
  dims: 8,
  numbers: 2 ** 20,
  strings: 2 ** 14,
};
/** The most names of classes that are read. */
export const MAX_LABELS = LIMITS.strings;
/** Most numbers in all attributes and tensors together, besides those in bytes. One may take a byte in the file, and takes eight here. */
const MAX_DECODED_NUMBERS = 2 ** 21;

/** Tensors are views of `file` and of `external` files: nobody may change them afterwards. */
export function decode(file: Uint8Array, external: ExternalFiles): Decoded {
  try {
    return new Decoder(external).model(file);
  } catch (cause) {
    // A wrong option is the caller's; what else is no WasmlpError comes from the reader of protocol buffers.
    if (cause instanceof WasmlpError || (cause as { code?: unknown }).code === 'ERR_INVALID_OPTION') throw cause;
    throw bad('it is not a protocol buffer, or not all of one', cause);
  }
}

/** Decodes one file. */
class Decoder {
  readonly #messages = new MessageReader();
  readonly #external: ExternalFiles;
  #numbers = 0;

  constructor(external: ExternalFiles) {
    this.#external = external;
  }

  model(file: Uint8Array): Decoded {
    let graph: Uint8Array | undefined;
    let operatorSet = 0;
    const metadata = new Map<string, Uint8Array>();
    this.#messages.read(file, {
      7: (field) => {
        if (graph !== undefined) throw bad('it has two graphs');
        graph = field.bytes();
      },
      8: (field) => {
        let domain = '';
        let version = 0;
        this.#messages.read(field.bytes(), { 1: (f) => (domain = f.text()), 2: (f) => (version = f.integer()) });
        if (domain === '' || domain === 'ai.onnx') operatorSet = version;
      },
      14: (field) => {
        let key = '';
        let value: Uint8Array = uint8(0);
        this.#messages.read(field.bytes(), { 1: (f) => (key = f.text()), 2: (f) => (value = f.bytes()) });
        if (metadata.size === LIMITS.names) throw tooMuch('more metadata', LIMITS.names);
        metadata.set(key, value);
      },
    });
    if (graph === undefined) throw bad('it has no graph');
    return { ...this.#graph(graph), operatorSet, metadata };
  }

  #graph(bytes: Uint8Array): Omit<Decoded, 'operatorSet' | 'metadata'> {
    const nodes: Node[] = [];
    const tensors: Tensor[] = [];
    const sparseTensors: string[] = [];
    const inputs: Port[] = [];
    const outputs: Port[] = [];
    this.#messages.read(bytes, {
      1: (field) => add(nodes, this.#node(field.bytes()), 'nodes', LIMITS.nodes),
      5: (field) => add(tensors, this.#tensor(field.bytes()), 'tensors', LIMITS.tensors),
      15: (field) => add(sparseTensors, this.#sparseName(field.bytes()), 'tensors', LIMITS.tensors),
      11: (field) => add(inputs, this.#port(field.bytes()), 'inputs', LIMITS.ports),
      12: (field) => add(outputs, this.#port(field.bytes()), 'outputs', LIMITS.ports),
    });
    return { nodes, tensors, sparseTensors, inputs, outputs };
  }

  /** The name of a sparse tensor is that of the numbers in it. */
  #sparseName(bytes: Uint8Array): string {
    let name = '';
    this.#messages.read(bytes, {
      1: (field) => this.#messages.read(field.bytes(), { 8: (f) => (name = f.text()) }),
    });
    return name;
  }

  #node(bytes: Uint8Array): Node {
    let name = '';
    let operator = '';
    let domain = '';
    const inputs: string[] = [];
    const outputs: string[] = [];
    const attributes = new Map<string, Attribute>();
    this.#messages.read(bytes, {
      1: (field) => add(inputs, field.text(), 'inputs of a node', LIMITS.nodePorts),
      2: (field) => add(outputs, field.text(), 'outputs of a node', LIMITS.nodePorts),
      3: (field) => (name = field.text()),
      4: (field) => (operator = field.text()),
      5: (field) => {
        const [key, attribute] = this.#attribute(field.bytes());
        if (attributes.size === LIMITS.names) throw tooMuch('more attributes of a node', LIMITS.names);
        attributes.set(key, attribute);
      },
      7: (field) => (domain = field.text()),
    });
    return { name, operator: isOwn(domain) ? operator : `${domain}.${operator}`, inputs, outputs, attributes };
  }

  #attribute(bytes: Uint8Array): [string, Attribute] {
    let name = '';
    let float: number | undefined;
    let integer: number | undefined;
    let text: string | undefined;
    let type: number | undefined;
    let tensor: Tensor | undefined;
    const floats: number[] = [];
    const integers: number[] = [];
    const strings: string[] = [];
    this.#messages.read(bytes, {
      1: (field) => (name = field.text()),
      2: (field) => (float = field.float()),
      3: (field) => (integer = field.integer()),
      // ONNX has bytes here, which need not be text.
      4: (field) => (text = field.anyText()),
      5: (field) => (tensor = this.#tensor(field.bytes())),
      7: (field) => field.floatsInto(floats, 'numbers in an attribute', LIMITS.numbers),
      8: (field) => field.integersInto(integers, 'numbers in an attribute', LIMITS.numbers),
      9: (field) => add(strings, field.anyText(), 'texts in an attribute', LIMITS.strings),
      20: (field) => (type = field.integer()),
    });
    this.#count(floats.length + integers.length);
    // Some writers leave out a value of 0.
    if (type === ATTRIBUTE_TYPES.float) float ??= 0;
    if (type === ATTRIBUTE_TYPES.integer) integer ??= 0;
    return [name, { float, integer, text, tensor, floats, integers, strings }];
  }

  #tensor(bytes: Uint8Array): Tensor {
    let name = '';
    let type = 0;
    const pieces: Uint8Array[] = [];
    const singles: number[] = [];
    const external: Record<string, string> = {};
    let isExternal = false;
    const dims: number[] = [];
    const integers: number[] = [];
    const strings: string[] = [];
    // raw_data, float_data or double_data: the last two are the same bytes as raw_data, in one piece or number by number.
    const takeBytes = (field: Field): void => {
      const packed = field.packedOr(singles, 'numbers in a tensor that are not packed', LIMITS.numbers);
      if (packed !== undefined) add(pieces, packed, 'pieces of a tensor', LIMITS.names);
    };
    const takeIntegers = (field: Field) => field.integersInto(integers, 'whole numbers in a tensor', LIMITS.strings);
    this.#messages.read(bytes, {
      1: (field) => field.integersInto(dims, 'dimensions of a tensor', LIMITS.dims),
      2: (field) => (type = field.integer()),
      4: takeBytes,
      5: takeIntegers,
      6: (field) => add(strings, field.anyText(), 'texts in a tensor', LIMITS.strings),
      7: takeIntegers,
      8: (field) => (name = field.text()),
      9: takeBytes,
      10: takeBytes,
      13: (field) => {
        const [key, value] = this.#entry(field.bytes());
        if (key === 'location' || key === 'offset' || key === 'length') external[key] = value;
        isExternal = true;
      },
      14: (field) => (isExternal = field.integer() === EXTERNAL),
    });
    this.#count(integers.length + singles.length);
    if (isExternal) pieces.push(located(name, external as Location, this.#external));
    if (singles.length > 0) pieces.push(bytesOf(type === TYPES.double ? float64From(singles) : float32From(singles)));
    const [first] = pieces;
    const data = first !== undefined && pieces.length === 1 ? first : joined(pieces);
    return { name, dims, type, bytes: data, integers, strings };
  }

  #entry(bytes: Uint8Array): [key: string, value: string] {
    let [key, value] = ['', ''];
    this.#messages.read(bytes, { 1: (f) => (key = f.text()), 2: (f) => (value = f.text()) });
    return [key, value];
  }

  #port(bytes: Uint8Array): Port {
    let name = '';
    let type: number | undefined;
    let dims: (number | undefined)[] | undefined;
    const readDim = (field: Field): void => {
      let size: number | undefined;
      this.#messages.read(field.bytes(), { 1: (f) => (size = f.integer()) });
      dims ??= [];
      // Some exporters write 0 or -1 for a size that they do not know.
      add(dims, size !== undefined && size > 0 ? size : undefined, 'dimensions of an input', LIMITS.dims);
    };
    const readTensor = (field: Field) => {
      type = undefined;
      this.#messages.read(field.bytes(), {
        1: (f) => (type = f.integer()),
        2: (f) => {
          dims ??= [];
          this.#messages.read(f.bytes(), { 1: readDim });
        },
      });
    };
    this.#messages.read(bytes, {
      1: (field) => (name = field.text()),
      2: (field) => {
        // Where there is a type, but not that of a tensor.
        type = 0;
        this.#messages.read(field.bytes(), { 1: readTensor });
      },
    });
    return { name, type, dims };
  }

  #count(numbers: number): void {
    this.#numbers += numbers;
    if (this.#numbers > MAX_DECODED_NUMBERS) throw tooMuch('more numbers in attributes', MAX_DECODED_NUMBERS);
  }
}

function isOwn(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx' || domain === 'ai.onnx.ml';
}
