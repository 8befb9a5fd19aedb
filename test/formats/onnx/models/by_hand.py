"""
Writes a graph by hand, as tf2onnx would write two dense layers of Keras on TensorFlow: with separate MatMul and Add
(https://github.com/onnx/tensorflow-onnx/issues/2213); the names with slashes and :0, the reshaped input and the final Identity
are from memory. tf2onnx itself did not run. With onnx 1.23.1.
"""

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from write import write

random = np.random.default_rng(1)
nodes, tensors = [], []


def add(operator, inputs, output, **arrays):
    for name, array in arrays.items():
        tensors.append(numpy_helper.from_array(array, f"{output}/{name}"))
        inputs.append(f"{output}/{name}")
    nodes.append(helper.make_node(operator, inputs, [output], name=output))
    return output


rows = random.normal(size=(6, 4)).astype(np.float32)
last = add("Reshape", ["args_0"], "model/reshape/Reshape:0", shape=np.int64([-1, 4]))
values = rows.astype(np.float64)
for i, (width, operator) in enumerate([(7, "Relu"), (3, "Softmax")]):
    weights = random.normal(size=(values.shape[1], width)).astype(np.float32)
    biases = random.normal(size=width).astype(np.float32)
    last = add("MatMul", [last], f"model/dense_{i}/MatMul:0", ReadVariableOp=weights)
    last = add("Add", [last], f"model/dense_{i}/BiasAdd:0", ReadVariableOp=biases)
    last = add(operator, [last], f"model/dense_{i}/{operator}:0")
    values = values @ weights + biases
    values = np.maximum(values, 0) if operator == "Relu" else np.exp(values) / np.exp(values).sum(axis=1, keepdims=True)
add("Identity", [last], "Identity:0")
ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, width]) for name, width in (("args_0", 4), ("Identity:0", 3))]
graph = helper.make_graph(nodes, "by hand", ports[:1], ports[1:], tensors)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="by hand")
write("tensorflow-classifier", model, rows, values, "by hand, in the shape of tf2onnx's graphs")
