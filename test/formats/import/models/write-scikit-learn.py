"""Wrote the scikit-learn-*.json of this folder once, with scikit-learn 1.2.1 and 1.9.1: python3 write-scikit-learn.py.

Each file has what the Python in docs/other-libraries.md writes, samples, and the answers of predict_proba or predict for them."""

import json
import pathlib

import numpy
import sklearn
from sklearn.datasets import make_classification, make_multilabel_classification, make_regression
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

FOLDER = pathlib.Path(__file__).parent


def exported(mlp, scaler=None):
    model = {
        'coefs': [c.tolist() for c in mlp.coefs_],
        'intercepts': [b.tolist() for b in mlp.intercepts_],
        'activation': mlp.activation,
        'out_activation': mlp.out_activation_,
    }
    if hasattr(mlp, 'classes_'):
        model['classes'] = mlp.classes_.tolist()
    if scaler is not None:
        if hasattr(scaler, 'min_'):
            model['scaler'] = {'min': scaler.min_.tolist(), 'scale': scaler.scale_.tolist()}
        else:
            mean = scaler.mean_.tolist() if scaler.with_mean else None
            model['scaler'] = {'mean': mean, 'scale': scaler.scale_.tolist() if scaler.with_std else None}
    return model


def write(name, model, rows, answers, **labels):
    file = {
        'library': f'scikit-learn {sklearn.__version__}',
        'model': model,
        'inputs': rows.tolist(),
        'outputs': answers.reshape(len(rows), -1).tolist(),
        **labels,
    }
    major, minor = sklearn.__version__.split('.')[:2]
    with open(FOLDER / f'scikit-learn-{major}.{minor}-{name}.json', 'x') as out:
        out.write(json.dumps(file) + '\n')


def second_column(probabilities):
    """The probability of the class that a single output stands for."""
    return probabilities[:, 1]


options = {'max_iter': 60, 'random_state': 1, 'alpha': 1e-4}

x, y = make_classification(60, 5, n_informative=4, n_redundant=0, random_state=1)
x = x.astype('float32').astype('float64')
mlp = MLPClassifier(hidden_layer_sizes=(6,), activation='logistic', **options).fit(x, y)
write('binary', exported(mlp), x[:5], second_column(mlp.predict_proba(x[:5])), labels=['0', '1'])

names = numpy.array(['no', 'yes'])[y]
pipeline = make_pipeline(StandardScaler(), MLPClassifier(hidden_layer_sizes=(6, 4), activation='relu', **options)).fit(x * 30 + 7, names)
rows = (x[:5] * 30 + 7).astype('float32').astype('float64')
write('binary-standard', exported(pipeline[-1], pipeline[0]), rows, second_column(pipeline.predict_proba(rows)), labels=['no', 'yes'])

pipeline = make_pipeline(StandardScaler(with_mean=False), MLPClassifier(hidden_layer_sizes=(3,), activation='tanh', **options)).fit(x * 30, names)
rows = (x[:5] * 30).astype('float32').astype('float64')
write('binary-spread', exported(pipeline[-1], pipeline[0]), rows, second_column(pipeline.predict_proba(rows)), labels=['no', 'yes'])

x, y = make_classification(90, 6, n_informative=5, n_redundant=0, n_classes=3, random_state=2)
x = x.astype('float32').astype('float64')
pipeline = make_pipeline(MinMaxScaler((-1, 1)), MLPClassifier(hidden_layer_sizes=(8,), activation='tanh', **options)).fit(x, numpy.array(['a', 'b', 'c'])[y])
write('classes-minmax', exported(pipeline[-1], pipeline[0]), x[:5], pipeline.predict_proba(x[:5]), labels=['a', 'b', 'c'])
mlp = MLPClassifier(hidden_layer_sizes=(8, 5), activation='relu', **options).fit(x, y + 10)
write('classes', exported(mlp), x[:5], mlp.predict_proba(x[:5]), labels=['10', '11', '12'])

x, y = make_multilabel_classification(60, 5, n_classes=4, random_state=3)
mlp = MLPClassifier(hidden_layer_sizes=(6,), activation='relu', **options).fit(x, y)
model = exported(mlp)
del model['classes']
write('multilabel', model, x[:5], mlp.predict_proba(x[:5]))

x, y = make_regression(60, 4, n_targets=2, random_state=4)
x = x.astype('float32').astype('float64')
mlp = MLPRegressor(hidden_layer_sizes=(5, 5), activation='identity', **options).fit(x, y / 50)
write('regressor-two', exported(mlp), x[:5], mlp.predict(x[:5]))
mlp = MLPRegressor(hidden_layer_sizes=(7,), activation='relu', **options).fit(x, y[:, 0] / 50)
write('regressor', exported(mlp), x[:5], mlp.predict(x[:5]))
