#!/usr/bin/env python3
"""Compares `wasmlp train` with multi-layer perceptrons of scikit-learn on real tables, on the same rows.

    python3 bench/judged/compare.py <folder of the tables> [name ...]

Needs scikit-learn and pandas (Debian: python3-sklearn, python3-pandas), and a build (`npm run build`). tables.json names the files, where they
come from, and which of their columns are numbers and categories: a person decided that. The command gets `--target` alone.
"""

import json
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.impute import SimpleImputer
from sklearn.metrics import accuracy_score, r2_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

HERE = Path(__file__).parent
CLI = HERE.parent.parent / "dist/cli.js"
SEEDS = (0, 1, 2)
HIDDEN = (64, 32)


def lines_of(path):
    """The header and the rows as bytes, so that both sides read what is in the file. No table has line breaks in quotes."""
    lines = [line.rstrip(b"\r") for line in path.read_bytes().split(b"\n") if line.strip()]
    return lines[0], lines[1:]


def frame_of(path, table):
    frame = pd.read_csv(
        path,
        sep=table["delimiter"],
        dtype=str,
        keep_default_na=False,
        encoding="utf-8-sig",
        skipinitialspace=table["skipBlanks"],
    )
    frame = frame.mask(frame.isin(table["missing"]))
    numbers = table["numeric"] + ([table["target"]] if table["task"] == "numbers" else [])
    for name in numbers:
        frame[name] = pd.to_numeric(frame[name])
    return frame


def pipeline(table, model):
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    names = make_pipeline(
        SimpleImputer(strategy="constant", fill_value="missing"),
        OneHotEncoder(handle_unknown="ignore", sparse_output=False),
    )
    columns = ColumnTransformer([("n", numbers, table["numeric"]), ("c", names, table["categorical"])], sparse_threshold=0)
    return make_pipeline(columns, model)


def scikit(table, seed, train, test):
    """Early stopping on a quarter of the training rows, as scikit-learn does it."""
    options = dict(hidden_layer_sizes=HIDDEN, early_stopping=True, validation_fraction=0.25, random_state=seed)
    is_class = table["task"] == "classes"
    model = MLPClassifier(**options) if is_class else TransformedTargetRegressor(MLPRegressor(**options), transformer=StandardScaler())
    fitted = pipeline(table, model).fit(train, train[table["target"]])
    truth = test[table["target"]]
    if not is_class:
        return {"r2": r2_score(truth, fitted.predict(test))}
    chances = fitted.predict_proba(test)
    areas = [
        roc_auc_score(truth == name, chances[:, i]) for i, name in enumerate(fitted.classes_) if 0 < (truth == name).sum() < len(truth)
    ]
    return {"accuracy": accuracy_score(truth, fitted.predict(test)), "auc": float(np.mean(areas))}


def wasmlp(table, seed, folder):
    command = ["node", CLI, "train", folder / "train.csv", "--test", folder / "test.csv", "--target", table["target"]]
    command += ["--seed", str(seed), "--json", "-o", folder / "model.safetensors"]
    printed = subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout
    report = json.loads(printed.strip().splitlines()[-1])["report"]
    if report["kind"] == "numbers":
        return {"r2": report["outputs"][0]["r2"]}
    areas = [row["rocAuc"] for row in report["classes"] if row["rocAuc"] is not None]
    return {"accuracy": report["accuracy"], "auc": float(np.mean(areas))}


def compare(table, folder):
    path = folder / table["file"]
    header, lines = lines_of(path)
    frame = frame_of(path, table)
    known = np.flatnonzero(frame[table["target"]].notna())
    found = []
    for seed in SEEDS:
        classes = frame[table["target"]][known] if table["task"] == "classes" else None
        train, test = train_test_split(known, test_size=0.2, random_state=seed, stratify=classes)
        with tempfile.TemporaryDirectory() as name:
            for file, rows in (("train.csv", train), ("test.csv", np.sort(test))):
                (Path(name) / file).write_bytes(b"\n".join([header, *(lines[row] for row in rows)]) + b"\n")
            ours = wasmlp(table, seed, Path(name))
        found.append((ours, scikit(table, seed, frame.iloc[train], frame.iloc[test])))
    for figure in found[0][0]:
        ours, theirs = (np.mean([pair[side][figure] for pair in found]) for side in (0, 1))
        print(f"| {table['name']} | {figure} | {ours:.3f} | {theirs:.3f} |", flush=True)


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    names = sys.argv[2:]
    print(f"| table | figure | wasmlp train | scikit-learn, {HIDDEN} |\n|---|---|---:|---:|")
    for table in json.loads((HERE / "tables.json").read_text()):
        if not names or table["name"] in names:
            compare(table, Path(sys.argv[1]))
