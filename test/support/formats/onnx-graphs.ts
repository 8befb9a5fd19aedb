/** Makes ONNX models by hand, with another project's writer of protocol buffers instead of the library's own. */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

export interface TestTensor {
  readonly name?: string;
  readonly dims: readonly number[];
  /** Default 1, which is float. 7 is int64, 8 text, 11 double. */
  readonly type?: number;
  readonly values?: readonly number[];
  readonly strings?: readonly string[];
  /** Whether the numbers are raw bytes (the default), or float_data, double_data, int32_data or int64_data, packed or not. */
  readonly form?: 'raw' | 'typed' | 'unpacked';
  /** Instead of values. */
  readonly bytes?: Uint8Array;
  readonly isExternal?: boolean;
  /** Instead of values: where they lie in which file. */
  readonly external?: Readonly<Record<string, string>>;
}

/** An attribute with only a type: 1 is float, 2 an integer. */
interface LeftOut {
  readonly left: number;
}

type AttributeValue = number | string | readonly number[] | readonly string[] | TestTensor | LeftOut;

export interface TestNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly name?: string;
  readonly domain?: string;
  /** Whole numbers become integers, others floats. Names in FLOATS always become floats. */
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

export interface TestGraph {
  readonly nodes: readonly TestNode[];
  readonly tensors?: readonly TestTensor[];
  /** Default one input x of shape [any, 2]. A size of 0 means any. A type of 0 is a sequence. */
  readonly inputs?: readonly { name: string; dims?: readonly number[]; type?: number }[];
  /** With a type, an output is declared as one of tensors without a shape. */
  readonly outputs?: readonly (string | { name: string; type: number })[];
  /** Names of tensors of which the model has only some numbers. */
  readonly sparse?: readonly string[];
  readonly operatorSet?: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

const FLOATS = new Set([
  'epsilon',
  'max',
  'min',
  'threshold',
  'alpha',
  'beta',
  'gamma',
  'value_float',
  'value_floats',
  'offset',
  'scale',
]);

type Write = (writer: BinaryWriter) => void;

const message = (writer: BinaryWriter, field: number, write: Write): void => {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
};
const text = (writer: BinaryWriter, field: number, value: string) =>
  writer.tag(field, WireType.LengthDelimited).string(value);
const integer = (writer: BinaryWriter, field: number, value: number) => writer.tag(field, WireType.Varint).int64(value);

export function modelOf(graph: TestGraph): Uint8Array {
  const writer = new BinaryWriter();
  integer(writer, 1, 8);
  message(writer, 7, (w) => writeGraph(w, graph));
  message(writer, 8, (w) => integer(w, 2, graph.operatorSet ?? 17));
  for (const [key, value] of Object.entries(graph.metadata ?? {})) {
    message(writer, 14, (w) => {
      text(w, 1, key);
      text(w, 2, value);
    });
  }
  return writer.finish();
}

function writeGraph(
  writer: BinaryWriter,
  { nodes, tensors = [], inputs = [{ name: 'x' }], outputs = ['y'], sparse = [] }: TestGraph,
) {
  for (const node of nodes) message(writer, 1, (w) => writeNode(w, node));
  for (const tensor of tensors) message(writer, 5, (w) => writeTensor(w, tensor));
  for (const { name, dims = [0, 2], type = 1 } of inputs) {
    message(writer, 11, (w) => {
      text(w, 1, name);
      message(w, 2, (t) => message(t, type === 0 ? 4 : 1, (tensor) => writeType(tensor, type, dims)));
    });
  }
  for (const output of outputs) {
    message(writer, 12, (w) => {
      text(w, 1, typeof output === 'string' ? output : output.name);
      if (typeof output === 'object') message(w, 2, (t) => message(t, 1, (tensor) => integer(tensor, 1, output.type)));
    });
  }
  for (const name of sparse) message(writer, 15, (w) => message(w, 1, (values) => text(values, 8, name)));
}

function writeType(writer: BinaryWriter, type: number, dims: readonly number[]): void {
  integer(writer, 1, type);
  message(writer, 2, (shape) => {
    for (const size of dims) message(shape, 1, (dim) => (size === 0 ? text(dim, 2, 'any') : integer(dim, 1, size)));
  });
}

function writeNode(writer: BinaryWriter, { operator, inputs, outputs, name, domain, attributes = {} }: TestNode): void {
  for (const input of inputs) text(writer, 1, input);
  for (const output of outputs) text(writer, 2, output);
  if (name !== undefined) text(writer, 3, name);
  text(writer, 4, operator);
  for (const [key, value] of Object.entries(attributes)) message(writer, 5, (w) => writeAttribute(w, key, value));
  if (domain !== undefined) text(writer, 7, domain);
}

function writeAttribute(writer: BinaryWriter, name: string, value: AttributeValue): void {
  text(writer, 1, name);
  const isFloat = FLOATS.has(name);
  if (!(typeof value === 'object' && 'left' in value)) integer(writer, 20, typeOf(value, isFloat));
  if (typeof value === 'string') text(writer, 4, value);
  else if (typeof value === 'number') {
    if (isFloat) writer.tag(2, WireType.Bit32).float(value);
    else integer(writer, 3, value);
  } else if ('left' in value) integer(writer, 20, value.left);
  else if ('dims' in value) message(writer, 5, (w) => writeTensor(w, value));
  else {
    for (const item of value) {
      if (typeof item === 'string') text(writer, 9, item);
      else if (isFloat) writer.tag(7, WireType.Bit32).float(item);
      else integer(writer, 8, item);
    }
  }
}

/** The code of an attribute's type. */
function typeOf(value: Exclude<AttributeValue, LeftOut>, isFloat: boolean): number {
  if (typeof value === 'string') return 3;
  if (typeof value === 'number') return isFloat ? 1 : 2;
  if ('dims' in value) return 4;
  return typeof value[0] === 'string' ? 8 : isFloat ? 6 : 7;
}

function writeTensor(writer: BinaryWriter, tensor: TestTensor): void {
  const { dims, type = 1, values = [], strings = [], form = 'raw', bytes } = tensor;
  for (const size of dims) integer(writer, 1, size);
  integer(writer, 2, type);
  for (const item of strings) text(writer, 6, item);
  if (tensor.name !== undefined) text(writer, 8, tensor.name);
  if (tensor.isExternal) message(writer, 13, (w) => text(w, 1, 'location'));
  else if (tensor.external !== undefined) {
    for (const [key, value] of Object.entries(tensor.external)) {
      message(writer, 13, (w) => {
        text(w, 1, key);
        text(w, 2, value);
      });
    }
    integer(writer, 14, 1);
  } else if (bytes !== undefined) writer.tag(9, WireType.LengthDelimited).bytes(bytes);
  else if (values.length > 0) {
    const field = form === 'raw' ? 9 : ({ 1: 4, 6: 5, 7: 7, 11: 10 }[type] as number);
    if (form === 'unpacked') {
      for (const value of values) {
        if (type === 1) writer.tag(field, WireType.Bit32).float(value);
        else if (type === 11) writer.tag(field, WireType.Bit64).double(value);
        else integer(writer, field, value);
      }
      return;
    }
    message(writer, field, (w) => {
      for (const value of values) {
        if (type === 1) w.float(value);
        else if (type === 11) w.double(value);
        else if (form === 'typed') w.int64(value);
        else if (type === 6) w.sfixed32(value);
        else w.sfixed64(value);
      }
    });
  }
}

/** y = sigmoid(x W + b), with 2 inputs and 1 output. */
export const NEURON: TestGraph = {
  nodes: [
    { operator: 'MatMul', inputs: ['x', 'w'], outputs: ['xw'], name: 'product' },
    { operator: 'Add', inputs: ['xw', 'b'], outputs: ['z'], name: 'bias' },
    { operator: 'Sigmoid', inputs: ['z'], outputs: ['y'], name: 'activation' },
  ],
  tensors: [
    { name: 'w', dims: [2, 1], values: [2, -3] },
    { name: 'b', dims: [1], values: [0.5] },
  ],
};

/** The neuron with another form of its tensors. */
export const neuronWith = (w: Partial<TestTensor>, b: Partial<TestTensor> = {}): TestGraph => ({
  ...NEURON,
  tensors: [
    { name: 'w', dims: [2, 1], values: [2, -3], ...w },
    { name: 'b', dims: [1], values: [0.5], ...b },
  ],
});

export const W: TestTensor = { name: 'w', dims: [2, 2], values: [1, 2, 3, 4] };
export const B: TestTensor = { name: 'b', dims: [2], values: [5, 6] };
export const ONE: TestTensor = { name: 'one', dims: [], values: [1] };

/** A node. It takes x, unless other inputs are given. */
export const node = (operator: string, inputs = ['x'], output = 'y', rest: Partial<TestNode> = {}): TestNode => {
  return { operator, inputs, outputs: [output], name: `the ${operator}`, ...rest };
};
export const LAYER = node('Gemm', ['x', 'w', 'b'], 'z');
export const behind = (...nodes: TestNode[]): TestGraph => ({ nodes: [LAYER, ...nodes], tensors: [W, B, ONE] });
export const before = (...nodes: TestNode[]): TestGraph => ({
  nodes: [...nodes, node('Gemm', ['h', 'w', 'b'], 'y')],
  tensors: [W, B, ONE],
});
