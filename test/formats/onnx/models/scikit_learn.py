"""
Writes pipelines of scikit-learn with skl2onnx: run scikit_learn.py in an environment that has both, and onnxruntime.

The files here were written with scikit-learn 1.6.1, onnx 1.23.1, and a skl2onnx that was put together by hand from its repository,
because the package was not available where this ran. Copied, without checks and branches that these models do not reach: the converters
multilayer_perceptron.py, scaler_op.py (of commit 7e39c47), zip_map.py and class_labels.py (be13147). Rewritten in a shorter form, after
reading all or part of them: the parser, the topology (013daae), the container, the removal of identities, and what onnxconverter-common
writes for operator sets from 12 on. So operators and their contents are those of the converters. The order of nodes, names in scalers,
operator sets and types of outputs may differ from those of the whole package.
"""

import warnings

import numpy as np
import onnxruntime
import skl2onnx
import sklearn
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, Int64TensorType
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler
from write import write

SOURCE = f"scikit-learn {sklearn.__version__}, skl2onnx {skl2onnx.__version__}"
TYPES = {"f4": FloatTensorType, "f8": DoubleTensorType, "i8": Int64TensorType}
SETTINGS = {"max_iter": 30, "random_state": 1}


def export(name, mlp, targets, rows, scaler=None, number="f4", operator_set=21, scaling=None, **options):
    """`scaling` and `options` are those of the converters; numbers of the rows are of type `number`."""
    pipeline = make_pipeline(*([scaler] if scaler else []), mlp).fit(rows, targets)
    chosen = {id(mlp): options} if options else {}
    if scaling:
        chosen[id(scaler)] = scaling
    types = [("X", TYPES[number]([None, rows.shape[1]]))]
    model = convert_sklearn(pipeline, initial_types=types, target_opset=operator_set, options=chosen)
    rows = rows[:6].astype(number)
    is_regressor = isinstance(mlp, MLPRegressor)
    outputs = pipeline.predict(rows) if is_regressor else pipeline.predict_proba(rows)
    compare(model, rows, outputs, is_regressor, options.get("zipmap", True))
    is_text = not is_regressor and mlp.classes_.dtype.kind == "U"
    is_binary = not is_regressor and mlp.out_activation_ == "logistic" and mlp.n_outputs_ == 1
    write(name, model, rows, outputs[:, 1:] if is_binary else outputs, SOURCE, pipeline.predict(rows).tolist() if is_text else None)


def compare(model, rows, outputs, is_regressor, zip_map):
    """Checks that onnxruntime computes what scikit-learn does, although it gives several outputs of a regressor in one column."""
    run = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, {"X": rows})
    if is_regressor:
        found = run[0].reshape(outputs.shape)
    elif zip_map == "columns":
        found = np.stack(run[1:], axis=1)
    else:
        found = run[1] if zip_map is False else np.array([list(row.values()) for row in run[1]])
    np.testing.assert_allclose(found, outputs, rtol=1e-5, atol=1e-5)


def classifier(activation="relu"):
    return MLPClassifier((8, 5), activation, **SETTINGS)


def regressor(activation="relu"):
    return MLPRegressor(hidden_layer_sizes=(7,), activation=activation, **SETTINGS)


warnings.simplefilter("ignore")
random = np.random.default_rng(1)
rows = (random.normal(size=(200, 4)) * [1, 20, 0.1, 5] + [0, 100, 3, -7]).astype(np.float32)
scaled = ((rows - rows.mean(0)) / rows.std(0)).astype(np.float32)
thirds = np.digitize(scaled[:, 0] + scaled[:, 1], [-0.7, 0.7])
halves = (thirds > 0).astype(int)
names = np.array(["low", "middle", "high"])[thirds]
answers = np.array(["no", "yes"])[halves]
several = np.stack([thirds == 0, scaled[:, 2] > 0, scaled[:, 3] > 0.5], axis=1).astype(int)
sums = scaled[:, 0] * 3 + scaled[:, 1]

export("scikit-binary", classifier("logistic"), halves, scaled, operator_set=12, zipmap=False)
export("scikit-binary-names", classifier("tanh"), answers, rows, StandardScaler())
export("scikit-binary-columns", classifier(), answers, rows, StandardScaler(), zipmap="columns")
export("scikit-names", classifier(), names, rows, StandardScaler(), scaling={"div": "div_cast"})
export("scikit-numbers", classifier("identity"), thirds, rows, MinMaxScaler(), zipmap=False, output_class_labels=True)
export("scikit-columns", classifier(), names, rows, RobustScaler(), operator_set=15, zipmap="columns")
export("scikit-class-labels", classifier(), names, rows, StandardScaler(), zipmap=False, output_class_labels=True)
export("scikit-multilabel", classifier(), several, rows, StandardScaler())
export("scikit-double", classifier(), names, rows, StandardScaler(with_mean=False), number="f8", zipmap=False)
export("scikit-whole-numbers", classifier("tanh"), thirds, np.round(rows), StandardScaler(with_std=False), number="i8", nocl=True)
export("scikit-regressor", regressor(), sums, rows, StandardScaler())
export("scikit-regressor-outputs", regressor("tanh"), scaled[:, :3] * 2, rows, StandardScaler(), number="f8")
export("scikit-min-max", regressor("tanh"), sums, rows, MinMaxScaler((-3, 2)))
