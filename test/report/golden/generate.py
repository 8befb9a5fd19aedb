#!/usr/bin/env python3
"""Writes figures.json: small cases, and what scikit-learn says of them. python3 generate.py > figures.json, with scikit-learn 1.2 or later.

Two figures differ between its versions, or are not in it:
- logLoss clips at 2^-52 and does not divide rows by their sum afterwards, as scikit-learn does from 1.5 on; before, it divided.
- brier of more than two classes is the sum over the classes, as brier_score_loss of scikit-learn 1.7; before, it took two classes only.
A class that is neither in the truth nor predicted counts for no mean of F1. Where F1 ties, the threshold is the lowest one."""
import json
import sys
import warnings

import numpy as np
import sklearn
from sklearn import metrics
from sklearn.calibration import calibration_curve

warnings.filterwarnings("ignore")
draw = np.random.default_rng(14)
cases = []


def classes(name, truth, outputs):
    outputs = np.asarray(outputs, float)
    truth = np.asarray(truth, int)
    cases.append({"name": name, "task": "classes", "width": outputs.shape[1], "truth": truth, "outputs": outputs})


def numbers(name, truth, outputs):
    truth, outputs = np.asarray(truth, float), np.asarray(outputs, float)
    cases.append({"name": name, "task": "numbers", "width": 1, "truth": truth, "outputs": outputs})


def two(positive):
    positive = np.asarray(positive, float)
    return np.c_[1 - positive, positive]


def softmax(samples, width, truth=None, signal=1.0, spread=1.0):
    sums = draw.normal(size=(samples, width)) * spread
    if truth is not None:
        sums[np.arange(samples), truth] += signal
    e = np.exp(sums - sums.max(1, keepdims=True))
    return np.round(e / e.sum(1, keepdims=True), 4)


def rounded(outputs):
    outputs = np.round(outputs, 4)
    outputs[:, -1] = np.round(1 - outputs[:, :-1].sum(1), 4)
    return outputs


def draw_cases():
    y = draw.integers(0, 2, 60)
    classes("two classes", y, two(softmax(60, 2, y)[:, 1]))
    y = (draw.random(120) < 0.08).astype(int)
    y[3] = 1
    p = np.clip(0.05 + 0.3 * y * draw.random(120) + 0.1 * draw.normal(size=120), 0, 1)
    classes("two classes, few positives", y, two(np.round(p, 4)))
    y = draw.integers(0, 2, 80)
    p = np.clip(0.5 + 0.2 * (y - 0.5) + 0.25 * draw.normal(size=80), 0, 1)
    classes("two classes, ties: one decimal", y, two(np.round(p, 1)))
    classes("two classes, all 0.5", draw.integers(0, 2, 20), two(np.full(20, 0.5)))
    y = draw.integers(0, 2, 40)
    classes("two classes, only 0 and 1, some wrong", y, two(np.where(draw.random(40) < 0.8, y, 1 - y)))
    classes("two classes, all right and sure", [0, 1, 1, 0, 1], two([0, 1, 1, 0, 1]))
    classes("two classes, all wrong and sure", [0, 1, 1, 0, 1], two([1, 0, 0, 1, 0]))
    classes("two classes, none of the second", [0] * 12, two(softmax(12, 2)[:, 1]))
    classes("two classes, none of the first", [1] * 12, two(softmax(12, 2)[:, 1]))
    classes("two classes, one sample", [1], [[0.3, 0.7]])
    classes("two classes, one sample, wrong", [0], [[0.3, 0.7]])
    classes("two classes, on the edges of bins", draw.integers(0, 2, 66), two(draw.integers(0, 11, 66) * 0.1))
    y = draw.integers(0, 2, 60)
    near = np.where(y == 1, 1 - 10.0 ** -draw.integers(1, 17, 60), 10.0 ** -draw.integers(1, 18, 60))
    classes("two classes, nearly 0 and 1", y, two(near))
    y = draw.integers(0, 2, 50)
    classes("two classes, rows as float32", y, softmax(50, 2, y).astype(np.float32))
    classes("two classes, the best one last", [0, 0, 0, 1], two([0.1, 0.2, 0.3, 0.9]))
    classes("two classes, F1 ties", [1, 0, 1, 0, 0, 1], two([0.9, 0.8, 0.7, 0.6, 0.5, 0.4]))
    y = draw.integers(0, 3, 60)
    classes("three classes", y, rounded(softmax(60, 3, y)))
    y = np.r_[draw.choice([0, 1, 3], 39), 3]
    classes("four classes, one without samples", y, rounded(softmax(40, 4, y)))
    y = draw.integers(0, 4, 40)
    p = softmax(40, 4, y)
    p[:, 1] *= 1e-3
    classes("four classes, one never predicted", y, rounded(p / p.sum(1, keepdims=True)))
    halves = np.array([[1 / 3] * 3, [0.5, 0.5, 0], [0, 0.5, 0.5], [0.5, 0, 0.5]])
    classes("three classes, ties of thirds and halves", draw.integers(0, 3, 45), halves[draw.integers(0, 4, 45)])
    y = draw.integers(0, 8, 80)
    classes("eight classes", y, rounded(softmax(80, 8, y, 2)))
    y = draw.choice(5, 90, p=[0.02, 0.08, 0.3, 0.44, 0.16])
    y[0] = 0
    classes("five classes, unbalanced", y, rounded(softmax(90, 5, y, 1, 0.7)))
    y = draw.integers(0, 5, 40)
    named = np.where(draw.random(40) < 0.7, y, draw.integers(0, 5, 40))
    classes("five classes, one-hot, some wrong", y, np.eye(5)[named])
    classes("three classes, all samples of the first", [0] * 15, rounded(softmax(15, 3)))

    def normal(samples, spread=1.0):
        return np.round(draw.normal(size=samples) * spread, 4)

    y = normal(60, 3) + 10
    numbers("numbers", y, y + normal(60))
    y = normal(31, 3)
    numbers("numbers, worse than the mean, odd count", y, 1 - y)
    numbers("numbers, equal targets, errors", [3.75] * 9, 3.75 + normal(9))
    numbers("numbers, equal targets, no errors", [3.75] * 9, [3.75] * 9)
    numbers("numbers, one sample", [2.5], [2.0])
    numbers("numbers, two samples", [1, 2], [1.5, 1])
    y = normal(20)
    numbers("numbers, no errors", y, y)
    y = 1e9 + normal(80)
    numbers("numbers, far from 0", y, y + normal(80, 0.1))
    y = np.exp(draw.normal(size=80) * 4)
    numbers("numbers, twelve decades", y, y * np.exp(draw.normal(size=80)))
    y = np.r_[np.zeros(15), normal(10)]
    numbers("numbers, one answer for all", y, np.full(25, y.mean()))


def of_numbers(truth, outputs):
    return {
        "r2": metrics.r2_score(truth, outputs),
        "rmse": np.sqrt(metrics.mean_squared_error(truth, outputs)),
        "mae": metrics.mean_absolute_error(truth, outputs),
        "medianError": metrics.median_absolute_error(truth, outputs),
    }


def of_classes(truth, outputs):
    samples, width = outputs.shape
    named = outputs.argmax(1)
    every = list(range(width))
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(truth, named, labels=every, zero_division=0)
    right = outputs[np.arange(samples), truth]
    squares = (outputs - np.eye(width)[truth]) ** 2
    each = [truth == c for c in every]
    figures = {
        "confusion": metrics.confusion_matrix(truth, named, labels=every),
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "accuracy": metrics.accuracy_score(truth, named),
        "balancedAccuracy": metrics.balanced_accuracy_score(truth, named),
        "macroF1": metrics.f1_score(truth, named, average="macro", zero_division=0),
        "weightedF1": metrics.f1_score(truth, named, average="weighted", labels=every, zero_division=0),
        "logLoss": -np.mean(np.log(np.clip(right, 2**-52, 1 - 2**-52))),
        "brier": np.mean(squares[:, 1] if width == 2 else squares.sum(1)),
        "rocAuc": [
            metrics.roc_auc_score(one, outputs[:, c]) if 0 < one.sum() < samples else None for c, one in enumerate(each)
        ],
        "averagePrecision": [
            metrics.average_precision_score(one, outputs[:, c]) if one.any() else None for c, one in enumerate(each)
        ],
    }
    if width == 2:
        figures |= of_answers(truth, outputs[:, 1])
    return figures


def of_answers(truth, positive):
    """What is only of yes-or-no answers."""
    figures = {}
    for strategy in ("uniform", "quantile"):
        bins = 10 if strategy == "uniform" else 5
        observed, predicted = calibration_curve(truth, positive, n_bins=bins, strategy=strategy, pos_label=1)
        figures[strategy] = np.c_[predicted, observed]
    if truth.any():
        precision, recall, thresholds = metrics.precision_recall_curve(truth, positive)
        precision, recall = precision[:-1], recall[:-1]
        f1 = np.where(recall > 0, 2 * precision * recall / np.maximum(precision + recall, 1e-300), 0)
        best = int(np.argmax(f1 >= f1.max() - 1e-12))
        figures["threshold"] = [thresholds[best], f1[best], precision[best], recall[best]]
    return figures


def plain(value):
    if isinstance(value, dict):
        return {key: plain(v) for key, v in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and np.isnan(value):
        return None
    # 3 instead of 3.0: the file is a fifth smaller.
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


draw_cases()
for case in cases:
    case["figures"] = (of_numbers if case["task"] == "numbers" else of_classes)(case["truth"], case["outputs"])
    case["outputs"] = case["outputs"].ravel()
json.dump({"scikit-learn": sklearn.__version__, "cases": plain(cases)}, sys.stdout, separators=(",", ":"), allow_nan=False)
print()
