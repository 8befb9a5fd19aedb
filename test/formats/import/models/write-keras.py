"""Wrote the keras-*.json of this folder once, with Keras 3.15.1 on JAX 0.10.2: python3 write-keras.py.

tensorflowjs_converter could not be installed on the machine: the topology is Keras's own to_json(), and the manifest and the
bytes come from get_weights(), in the layout of that converter. Each file also has samples, and the answers of predict for them."""

import base64
import json
import os
import pathlib

os.environ['KERAS_BACKEND'] = 'jax'
import keras
import numpy
from keras import layers

FOLDER = pathlib.Path(__file__).parent
random = numpy.random.default_rng(1)


def write(name, model):
    normalizing = [layer for layer in model.layers if isinstance(layer, layers.Normalization)]
    for layer in normalizing:
        layer.adapt(random.normal(3, 5, (40, 4)).astype('float32'))
    for layer in model.layers:
        if layer not in normalizing:
            layer.set_weights([random.uniform(-1, 1, w.shape).astype('float32') for w in layer.get_weights()])
    rows = random.uniform(-3, 3, (5, 4)).astype('float32')
    answers = model.predict(rows, verbose=0)
    specs, data = [], b''
    for weight in model.weights:
        values = numpy.array(weight)
        values = values.astype('int32' if values.dtype.kind in 'iu' else 'float32')
        specs.append({'name': weight.path, 'shape': list(values.shape), 'dtype': str(values.dtype)})
        data += values.tobytes()
    topology = {'keras_version': keras.__version__, 'backend': 'jax', 'model_config': json.loads(model.to_json())}
    file = {
        'library': f'Keras {keras.__version__}',
        'model': {
            'format': 'layers-model',
            'generatedBy': f'keras v{keras.__version__}',
            'convertedBy': None,
            'modelTopology': topology,
            'weightsManifest': [{'paths': ['group1-shard1of1.bin'], 'weights': specs}],
        },
        'shards': [base64.b64encode(data).decode()],
        'inputs': rows.tolist(),
        'outputs': answers.tolist(),
    }
    with open(FOLDER / f'keras-3-{name}.json', 'x') as out:
        out.write(json.dumps(file) + '\n')


write(
    'sequential',
    keras.Sequential(
        [
            keras.Input((4,)),
            layers.Normalization(),
            layers.Dense(5, activation='silu'),
            layers.Dropout(0.2),
            layers.Dense(3, activation='softmax'),
        ]
    ),
)
start = keras.Input((4,))
x = layers.Rescaling(0.5, offset=1)(start)
x = layers.Flatten()(x)
x = layers.Dense(4)(x)
x = layers.LeakyReLU(negative_slope=0.01)(x)
x = layers.Dense(4, activation='elu', use_bias=False)(x)
write('functional', keras.Model(start, layers.Dense(1)(x)))
