"""The rows of index.ts with scikit-learn's MLPClassifier on a csr_matrix: seconds of 5 epochs, the median of 3 fits.

python3 bench/sparse/scikit_learn.py
"""

import statistics
import time
import warnings

import numpy as np
import scipy.sparse
import sklearn
from sklearn.neural_network import MLPClassifier

WORDS, WORDS_OF_ROW, ROWS, CLASSES, EPOCHS = 20_000, 6, 20_000, 4, 5


def bags(rows):
    random = np.random.default_rng(1)
    classes = random.integers(0, CLASSES, rows)
    columns = []
    for own in classes:
        words = set()
        while len(words) < WORDS_OF_ROW:
            is_own = random.random() < 0.5
            words.add(int(random.integers(0, WORDS // CLASSES)) * CLASSES + own if is_own else int(random.integers(0, WORDS)))
        columns.extend(sorted(words))
    starts = np.arange(0, rows * WORDS_OF_ROW + 1, WORDS_OF_ROW)
    ones = np.ones(len(columns), dtype=np.float32)
    return scipy.sparse.csr_matrix((ones, columns, starts), shape=(rows, WORDS)), classes


warnings.filterwarnings("ignore")
inputs, targets = bags(ROWS)
print(f"scikit-learn {sklearn.__version__}")
for name, batch_size, options in (
    ("sgd, batch 32", 32, {"solver": "sgd", "learning_rate_init": 0.1, "momentum": 0}),
    ("sgd, batch 256", 256, {"solver": "sgd", "learning_rate_init": 0.1, "momentum": 0}),
    ("adam, batch 32", 32, {"solver": "adam", "learning_rate_init": 0.001}),
):
    times = []
    for _ in range(3):
        network = MLPClassifier((32,), batch_size=batch_size, max_iter=EPOCHS, tol=0, alpha=0, random_state=1, **options)
        started = time.perf_counter()
        network.fit(inputs, targets)
        times.append(time.perf_counter() - started)
    seconds = statistics.median(times)
    print(f"{name}: {seconds:.3f} s, {1e6 * seconds / (EPOCHS * ROWS):.2f} µs a row", flush=True)
