"""Loads models of wasmlp into PyTorch. Reads safetensors by hand, so it needs no package but torch.

stdin: {"files": [path, ...], "inputs": [[[number, ...], ...], ...]}. stdout: the predictions of each file's network.
"""
import json
import struct
import sys

import torch

MODULES = {
    "linear": torch.nn.Identity,
    "sigmoid": torch.nn.Sigmoid,
    "tanh": torch.nn.Tanh,
    "relu": torch.nn.ReLU,
    "leakyRelu": torch.nn.LeakyReLU,
    "elu": torch.nn.ELU,
    "selu": torch.nn.SELU,
    "gelu": lambda: torch.nn.GELU(approximate="tanh"),
    "silu": torch.nn.SiLU,
    "softplus": torch.nn.Softplus,
    "softmax": lambda: torch.nn.Softmax(dim=-1),
}


def read_safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32"
        begin, end = entry["data_offsets"]
        numbers = struct.unpack(f"<{(end - begin) // 4}f", data[begin:end])
        tensors[name] = torch.tensor(numbers, dtype=torch.float32).reshape(entry["shape"])
    return tensors, metadata


def sequential(options):
    modules = []
    width = options["inputs"]
    for layer in options["layers"]:
        modules += [torch.nn.Linear(width, layer["units"], bias=layer["bias"]), MODULES[layer["activation"]]()]
        width = layer["units"]
    return torch.nn.Sequential(*modules)


task = json.load(sys.stdin)
answers = []
for path, rows in zip(task["files"], task["inputs"]):
    tensors, metadata = read_safetensors(path)
    network = sequential(json.loads(metadata["network"]))
    network.load_state_dict(tensors, strict=True)
    with torch.no_grad():
        answers.append(network(torch.tensor(rows, dtype=torch.float32)).tolist())
json.dump(answers, sys.stdout)
