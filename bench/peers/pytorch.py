"""PyTorch as a contender, on as many threads as OMP_NUM_THREADS says: pytorch.py <training | prediction> <rows> <problem file>."""

import os
import sys

import torch
from contender import LEARNING_RATE, Problem, serve

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))

problem = Problem(sys.argv[3])
modules = []
for weights, biases in problem.layers:
    units, inputs = weights.shape
    linear = torch.nn.Linear(inputs, units)
    with torch.no_grad():
        linear.weight.copy_(torch.from_numpy(weights))
        linear.bias.copy_(torch.from_numpy(biases))
    modules += [linear, torch.nn.Sigmoid()]
model = torch.nn.Sequential(*modules)

inputs = torch.from_numpy(problem.inputs)
batches = list(zip(inputs.split(problem.rows), torch.from_numpy(problem.targets).split(problem.rows)))
criterion = torch.nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)


def step(batch, targets):
    optimizer.zero_grad(set_to_none=True)
    loss = criterion(model(batch), targets)
    loss.backward()
    optimizer.step()
    return loss


def epoch_loss():
    return sum(step(batch, targets).item() * len(batch) for batch, targets in batches) / problem.samples


def train(epochs):
    for _ in range(epochs):
        for batch, targets in batches:
            step(batch, targets)


def predict():
    with torch.inference_mode():
        return model(inputs).numpy()


def predict_often(calls):
    for _ in range(calls):
        predict()


if problem.kind == "training":
    serve(lambda: [epoch_loss(), epoch_loss()], train, problem.samples)
else:
    serve(lambda: predict().ravel(), predict_often, problem.samples)
