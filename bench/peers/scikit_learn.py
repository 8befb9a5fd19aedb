"""
scikit-learn as a contender: scikit_learn.py <training | prediction> <rows> <problem file>.

Only MLPClassifier with several labels has sigmoid outputs. Its loss is cross-entropy, a sum over the outputs. Ours is a mean over
them, so the rate is divided by their number.
"""

import sys
import warnings

import numpy
from contender import LEARNING_RATE, Problem, serve
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

warnings.simplefilter("ignore", ConvergenceWarning)

problem = Problem(sys.argv[3])
outputs = problem.widths[-1]
model = MLPClassifier(
    hidden_layer_sizes=problem.widths[1:-1],
    activation="logistic",
    solver="sgd",
    alpha=0,
    learning_rate_init=LEARNING_RATE / outputs,
    momentum=0,
    nesterovs_momentum=False,
    shuffle=False,
    # So that neither ends the training early.
    tol=0,
    n_iter_no_change=2**31 - 1,
    warm_start=True,
)


def label(targets):
    labels = targets.astype(int)
    return labels.ravel() if outputs == 1 else labels


# Takes a step to learn the shapes, then gets the first weights. It has to see both classes.
seen = numpy.zeros((2, outputs), numpy.float32)
seen[1] = 1
model.set_params(max_iter=1, batch_size=1).fit(numpy.zeros((2, problem.widths[0]), numpy.float32), label(seen))
model.set_params(batch_size=problem.rows)
model.coefs_ = [numpy.ascontiguousarray(weights.T) for weights, _ in problem.layers]
model.intercepts_ = [biases.copy() for _, biases in problem.layers]


def train(epochs):
    model.set_params(max_iter=epochs).fit(problem.inputs, label(problem.targets))


def epoch_loss():
    train(1)
    return model.loss_ / outputs


def predict():
    probabilities = model.predict_proba(problem.inputs)
    return probabilities[:, 1] if outputs == 1 else probabilities


def predict_often(calls):
    for _ in range(calls):
        predict()


if problem.kind == "training":
    serve(lambda: [epoch_loss(), epoch_loss()], train, problem.samples)
else:
    serve(lambda: predict().ravel(), predict_often, problem.samples)
