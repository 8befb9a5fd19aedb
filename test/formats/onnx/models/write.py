"""Shared by the other scripts here: writes a model, and rows with the answers of the library that it comes from, to one folder."""

import json
import pathlib

import numpy as np
import onnx

FOLDER = pathlib.Path(__file__).parent
MOST_BYTES = 20_000


def write(name, model, rows, outputs, source, labels=None):
    """`model` is a ModelProto or its bytes; `outputs` are what the original answered for `rows`, `labels` the classes that it chose."""
    data = model if isinstance(model, bytes) else model.SerializeToString()
    onnx.checker.check_model(data)
    assert len(data) < MOST_BYTES, f"{name} has {len(data)} bytes"
    assert not any(tensor.external_data for tensor in onnx.load_from_string(data).graph.initializer)
    (FOLDER / f"{name}.onnx").write_bytes(data)
    rows = np.asarray(rows, dtype=np.float32)
    example = {
        "source": source,
        "labels": labels,
        "inputs": rows.reshape(len(rows), -1).tolist(),
        "outputs": np.asarray(outputs, dtype=np.float64).reshape(len(rows), -1).tolist(),
    }
    (FOLDER / f"{name}.json").write_text(json.dumps(example) + "\n")
