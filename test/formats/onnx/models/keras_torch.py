"""Writes models with Keras's own export. Ran with keras 3.15.1 on torch 2.13.0 and onnx 1.23.1. Keras on TensorFlow uses tf2onnx."""

import os
import tempfile

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
import onnx
from keras import layers
from write import write


def tanh_gelu(x):
    return keras.activations.gelu(x, approximate=True)


def classifier():
    return keras.Sequential(
        [
            layers.Input((4,)),
            layers.Normalization(mean=[1.0, 2.0, 3.0, 4.0], variance=[1.0, 4.0, 9.0, 16.0]),
            layers.Dense(6, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(5, activation=tanh_gelu),
            layers.Dense(5, activation="elu"),
            layers.Dense(5, activation="selu"),
            layers.Dense(5, activation="softplus"),
            layers.Dense(5, activation="silu"),
            layers.Dense(5, activation="tanh", use_bias=False),
            layers.Dense(3, activation="softmax"),
        ]
    )


def regressor():
    return keras.Sequential(
        [
            layers.Input((3,)),
            layers.Dense(8),
            layers.LeakyReLU(negative_slope=0.01),
            layers.Dense(1),
            layers.Rescaling(scale=3.5, offset=-20.0),
        ]
    )


for name, create in {"classifier": classifier, "regressor": regressor}.items():
    keras.utils.set_random_seed(1)
    model = create()
    rows = np.random.default_rng(1).normal(2, 3, (5, model.input_shape[1])).astype(np.float32)
    outputs = keras.ops.convert_to_numpy(model(rows))
    with tempfile.NamedTemporaryFile(suffix=".onnx") as file:
        model.export(file.name, format="onnx", verbose=False)
        write(f"keras-{name}", onnx.load(file.name), rows, outputs, f"keras {keras.__version__}, model.export, torch")
