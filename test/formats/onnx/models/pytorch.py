"""Writes models with both exporters of PyTorch. Ran with torch 2.13.0, onnx 1.23.1 and onnxscript 0.7.2."""

import io

import onnx
import torch
from torch import nn
from write import write

ACTIVATIONS = [
    nn.Sigmoid(),
    nn.Tanh(),
    nn.ReLU(),
    nn.LeakyReLU(),
    nn.ELU(),
    nn.SELU(),
    nn.GELU(approximate="tanh"),
    nn.SiLU(),
    nn.Softplus(),
]


class Scaled(nn.Module):
    """Scales rows before the layers, and answers after them."""

    def __init__(self, double):
        super().__init__()
        kind = torch.float64 if double else torch.float32
        self.register_buffer("mean", torch.tensor([5.0, -3.0, 100.0], dtype=kind))
        self.register_buffer("deviation", torch.tensor([2.0, 0.5, 30.0], dtype=kind))
        self.layers = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 1))

    def forward(self, x):
        return self.layers((x - self.mean) / self.deviation) * 12.5 + 40.0


def classifier():
    return nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 3), nn.Softmax(dim=-1))


def deep():
    layers = [layer for activation in ACTIVATIONS for layer in (nn.Linear(6, 6), activation)]
    return nn.Sequential(*layers, nn.Linear(6, 2))


def without_bias():
    return nn.Sequential(nn.Linear(5, 7, bias=False), nn.Tanh(), nn.Linear(7, 1, bias=False), nn.Sigmoid())


def image():
    return nn.Sequential(nn.Flatten(), nn.Linear(16, 5), nn.GELU(approximate="tanh"), nn.Linear(5, 4), nn.Identity())


CASES = {
    "classifier": (classifier, (4,), torch.float32),
    "deep": (deep, (6,), torch.float32),
    "without-bias": (without_bias, (5,), torch.float32),
    "image": (image, (1, 4, 4), torch.float32),
    "scaled": (lambda: Scaled(False), (3,), torch.float32),
    "double": (lambda: Scaled(True).double(), (3,), torch.float64),
}


def export(module, rows, dynamo):
    file = io.BytesIO()
    if dynamo:
        program = torch.onnx.export(module, (rows,), dynamo=True, dynamic_shapes=({0: torch.export.Dim("batch")},))
        return without_paths(program.model_proto)
    axes = {"rows": {0: "batch"}}
    torch.onnx.export(module, (rows,), file, dynamo=False, input_names=["rows"], dynamic_axes=axes)
    return onnx.load_from_string(file.getvalue())


def without_paths(model):
    """Removes metadata that says where the exporter ran: it is most of the bytes, and not part of the model."""
    for node in model.graph.node:
        del node.metadata_props[:]
    for value in [*model.graph.value_info, *model.graph.input, *model.graph.output, *model.graph.initializer]:
        del value.metadata_props[:]
    return model


for name, (create, shape, kind) in CASES.items():
    torch.manual_seed(1)
    module = create().eval()
    rows = torch.randn(5, *shape, dtype=torch.float32).to(kind)
    if name in ("scaled", "double"):
        rows = (rows * module.deviation + module.mean).float().to(kind)
    with torch.no_grad():
        outputs = module(rows)
    for exporter, dynamo in (("script", False), ("dynamo", True)):
        source = f"torch {torch.__version__}, torch.onnx.export(dynamo={dynamo})"
        write(f"pytorch-{exporter}-{name}", export(module, rows, dynamo), rows, outputs, source)
