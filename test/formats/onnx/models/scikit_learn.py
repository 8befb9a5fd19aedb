"""
Trains with scikit-learn, and writes the graphs that skl2onnx makes of such models, node for node: the converter itself was not to be
had where this ran. Its converters are skl2onnx/operator_converters/multilayer_perceptron.py and scaler_op.py. Also one
graph of the shape that tf2onnx makes. Ran with scikit-learn 1.9.1 and onnx 1.23.1.
"""

import numpy as np
import sklearn
from onnx import TensorProto, helper, numpy_helper
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from write import write

ACTIVATIONS = {"identity": "Identity", "tanh": "Tanh", "logistic": "Sigmoid", "relu": "Relu", "softmax": "Softmax"}
DOMAIN = "ai.onnx.ml"


class Graph:
    """Nodes in turn; `last` is what the one before made."""

    def __init__(self, width, last="X"):
        self.nodes, self.tensors, self.width, self.last = [], [], width, last

    def tensor(self, name, array):
        self.tensors.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def node(self, operator, inputs, output, **attributes):
        name = f"{operator}{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], name=name, **attributes))
        self.last = output

    def model(self, outputs, input_type=TensorProto.FLOAT):
        ports = [helper.make_tensor_value_info("X", input_type, [None, self.width])]
        graph = helper.make_graph(self.nodes, "graph", ports, outputs, self.tensors)
        sets = [helper.make_opsetid(DOMAIN, 1), helper.make_opsetid("", 17)]
        return helper.make_model(graph, opset_imports=sets, ir_version=8, producer_name="skl2onnx")


def add_scaler(graph, scaler, division):
    if isinstance(scaler, MinMaxScaler):
        graph.node("Cast", [graph.last], "cast", to=TensorProto.FLOAT)
        graph.node("Mul", [graph.last, graph.tensor("factor", scaler.scale_.astype(np.float32))], "multiplied")
        graph.node("Add", [graph.last, graph.tensor("offset", scaler.min_.astype(np.float32))], "variable")
    elif division:
        graph.node("Cast", [graph.last], "double", to=TensorProto.DOUBLE)
        graph.node("Sub", [graph.last, graph.tensor("mean", scaler.mean_)], "centred")
        graph.node("Div", [graph.last, graph.tensor("deviation", scaler.scale_)], "divided")
        graph.node("Cast", [graph.last], "variable", to=TensorProto.FLOAT)
    else:
        offset, scale = scaler.mean_.tolist(), (1 / scaler.scale_).tolist()
        graph.node("Scaler", [graph.last], "variable", domain=DOMAIN, offset=offset, scale=scale)


def add_layers(graph, mlp):
    graph.node("Cast", [graph.last], "cast_input", to=TensorProto.FLOAT)
    for i, (weights, biases) in enumerate(zip(mlp.coefs_, mlp.intercepts_)):
        graph.node("MatMul", [graph.last, graph.tensor(f"coefficient{i}", weights.astype(np.float32))], f"mul_result{i}")
        graph.node("Add", [graph.last, graph.tensor(f"intercepts{i}", biases[None].astype(np.float32))], f"add_result{i}")
        is_last = i == len(mlp.coefs_) - 1
        activation = mlp.out_activation_ if is_last else mlp.activation
        graph.node(ACTIVATIONS[activation], [graph.last], "out_activations_result" if is_last else f"next_activations{i}")


def add_answers(graph, classes, zip_map):
    """Probabilities of all classes, and the likeliest."""
    probability = graph.last
    if len(classes) == 2:
        graph.node("Sub", [graph.tensor("unity", np.float32([1])), probability], "negative_class_proba")
        graph.node("Concat", ["negative_class_proba", probability], "probabilities", axis=1)
    else:
        graph.node("Identity", [probability], "probabilities")
    is_text = classes.dtype.kind == "U"
    names = classes.astype(object) if is_text else classes.astype(np.int32)
    graph.node("ArgMax", ["probabilities"], "argmax_output", axis=1)
    graph.node("ArrayFeatureExtractor", [graph.tensor("classes", names), graph.last], "extracted", domain=DOMAIN)
    shape = graph.tensor("shape_tensor", np.int64([-1]))
    if is_text:
        graph.node("Reshape", [graph.last, shape], "output_label")
    else:
        graph.node("Reshape", [graph.last, shape], "reshaped_result")
        graph.node("Cast", [graph.last], "output_label", to=TensorProto.INT64)
    label = helper.make_tensor_value_info("output_label", TensorProto.STRING if is_text else TensorProto.INT64, [None])
    if not zip_map:
        return [label, helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, len(classes)])]
    keys = {"classlabels_strings": classes.tolist()} if is_text else {"classlabels_int64s": classes.tolist()}
    graph.node("ZipMap", ["probabilities"], "output_probability", domain=DOMAIN, **keys)
    key = TensorProto.STRING if is_text else TensorProto.INT64
    maps = helper.make_map_type_proto(key, helper.make_tensor_type_proto(TensorProto.FLOAT, None))
    return [label, helper.make_value_info("output_probability", helper.make_sequence_type_proto(maps))]


def classifier(name, mlp, rows, classes, zip_map, scaler=None, division=False):
    pipeline = make_pipeline(*([scaler] if scaler else []), mlp).fit(rows, classes)
    graph = Graph(rows.shape[1])
    if scaler:
        add_scaler(graph, scaler, division)
    add_layers(graph, mlp)
    model = graph.model(add_answers(graph, mlp.classes_, zip_map))
    outputs = pipeline.predict_proba(rows[:6])
    labels = mlp.classes_.tolist() if mlp.classes_.dtype.kind == "U" else None
    write(name, model, rows[:6], outputs[:, 1:] if len(mlp.classes_) == 2 else outputs, SOURCE, labels)


def regressor(name, mlp, rows, targets, scaler):
    pipeline = make_pipeline(scaler, mlp).fit(rows, targets)
    graph = Graph(rows.shape[1])
    add_scaler(graph, scaler, False)
    add_layers(graph, mlp)
    graph.node("Reshape", [graph.last, graph.tensor("shape_tensor", np.int64([-1, 1]))], "variable1")
    model = graph.model([helper.make_tensor_value_info("variable1", TensorProto.FLOAT, [None, 1])])
    write(name, model, rows[:6], pipeline.predict(rows[:6]), SOURCE)


def tensorflow(name, mlp, rows, classes):
    """Two dense layers as tf2onnx names and orders them, the input reshaped."""
    mlp.fit(rows, classes)
    graph = Graph(rows.shape[1])
    graph.node("Reshape", [graph.last, graph.tensor("const_fold_opt__12", np.int64([-1, rows.shape[1]]))], "model/reshape/Reshape:0")
    for i, operator in enumerate(["Relu", "Softmax"]):
        weights = graph.tensor(f"model/dense_{i}/MatMul/ReadVariableOp:0", mlp.coefs_[i].astype(np.float32))
        biases = graph.tensor(f"model/dense_{i}/BiasAdd/ReadVariableOp:0", mlp.intercepts_[i].astype(np.float32))
        graph.node("MatMul", [graph.last, weights], f"model/dense_{i}/MatMul:0")
        graph.node("Add", [graph.last, biases], f"model/dense_{i}/BiasAdd:0")
        graph.node(operator, [graph.last], f"model/dense_{i}/{operator}:0")
    graph.node("Identity", [graph.last], "Identity:0")
    model = graph.model([helper.make_tensor_value_info("Identity:0", TensorProto.FLOAT, [None, len(mlp.classes_)])])
    write(name, model, rows[:6], mlp.predict_proba(rows[:6]), SOURCE)


SOURCE = f"scikit-learn {sklearn.__version__}, the graph of its converter by hand"
random = np.random.default_rng(1)
rows = (random.normal(size=(200, 4)) * [1, 20, 0.1, 5] + [0, 100, 3, -7]).astype(np.float32)
scaled = ((rows - rows.mean(0)) / rows.std(0)).astype(np.float32)
thirds = np.digitize(scaled[:, 0] + scaled[:, 1], [-0.7, 0.7])
names = np.array(["low", "middle", "high"])[thirds]
settings = {"max_iter": 30, "random_state": 1}
wide = {"hidden_layer_sizes": (8, 5)}

import warnings

warnings.simplefilter("ignore")
classifier("scikit-binary", MLPClassifier((6,), "logistic", **settings), scaled, (thirds > 0).astype(int), False)
classifier("scikit-binary-names", MLPClassifier((6,), "tanh", **settings), rows, np.array(["no", "yes"])[(thirds > 0) * 1], True, StandardScaler())
classifier("scikit-names", MLPClassifier(**wide, **settings), rows, names, True, StandardScaler(), True)
classifier("scikit-numbers", MLPClassifier(**wide, activation="identity", **settings), rows, thirds, False, MinMaxScaler())
regressor("scikit-regressor", MLPRegressor(hidden_layer_sizes=(7,), activation="relu", **settings), rows, scaled[:, 0] * 3 + scaled[:, 1], StandardScaler())
regressor("scikit-min-max", MLPRegressor(hidden_layer_sizes=(7,), activation="tanh", **settings), rows, scaled[:, 0] * 3 + scaled[:, 1], MinMaxScaler())
tensorflow("tensorflow-classifier", MLPClassifier((7,), "relu", **settings), scaled, thirds)
