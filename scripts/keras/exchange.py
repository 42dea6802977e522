"""Carries models between Keras and SeedSweep by their files, and compares what both make of them.

    exchange.py EXCHANGE [--only TEXT]

Keras builds and trains each model for 3 steps, or only draws its values, and saves it in every format; SeedSweep
reads these and predicts; it writes the model anew as .keras, .weights.h5 and JSON, which Keras loads: its
predictions, variables, optimizer's variables and its own to_json() must be what they were. KERAS_BACKEND says
which of its backends Keras runs on; on NumPy nothing is trained.
"""

import argparse
import functools
import json
import os
import pathlib
import subprocess
import sys
import tempfile

arguments = argparse.ArgumentParser()
arguments.add_argument("exchange")
arguments.add_argument("--only", default="")
arguments = arguments.parse_args()

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ["JAX_PLATFORMS"] = "cpu"

import h5py
import keras
import numpy
from keras import layers as L
from keras.src.legacy.saving import legacy_h5_format

TOLERANCE = 1e-6
TRAINS = keras.backend.backend() != "numpy"


def numbers(*shape, seed=0):
    return numpy.random.default_rng(seed).normal(0, 1, shape).astype("float32")


def tokens(*shape, seed=0):
    return numpy.random.default_rng(seed).integers(0, 9, shape).astype("float32")


def model(inputs, *layers, dtype=None, **compilation):
    """A model of these layers, no variable of which has a value that a wrong reader would have too."""
    own = keras.Sequential([keras.Input(inputs, dtype=dtype), *layers])
    generator = numpy.random.default_rng(5)
    for variable in own.weights:
        if "seed" in variable.path:
            continue
        low, high = (0.5, 1.5) if "variance" in variable.path or "gamma" in variable.path else (-0.6, 0.6)
        variable.assign(generator.uniform(low, high, variable.shape).astype("float32"))
    if compilation:
        own.compile(**compilation)
        own.optimizer.build(own.trainable_variables)
        for variable in own.optimizer.variables[1:]:
            if "learning_rate" not in variable.path:
                variable.assign(generator.uniform(0.05, 0.1, variable.shape).astype("float32"))
    return own


def layer_cases():
    yield "dense", lambda: model((4,), L.Dense(3, use_bias=False), L.Dense(2, "tanh")), numbers(5, 4)
    for name in ["linear", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "tanh", "sigmoid", "softmax",
                 "softplus", "hard_sigmoid"]:
        yield f"activation {name}", lambda name=name: model(
            (4,), L.Dense(3, name), L.Dense(3), L.Activation(name)), numbers(5, 4)
    for layer in [lambda: L.LeakyReLU(0.3), lambda: L.LeakyReLU(negative_slope=0.1), lambda: L.ELU(0.5),
                  lambda: L.ReLU(), lambda: L.ReLU(negative_slope=0.25), lambda: L.Softmax()]:
        name = type(layer()).__name__
        yield f"layer {name}", lambda layer=layer: model((4,), L.Dense(3), layer(), L.Dense(2)), numbers(5, 4)
        yield f"activation {name}", lambda layer=layer: model(
            (4,), L.Dense(3, activation=layer()), L.Dense(2)), numbers(5, 4)
    images = numbers(3, 9, 8, 2)
    yield "conv2d", lambda: model(
        (9, 8, 2), L.Conv2D(3, (3, 2), strides=2, padding="same", activation="relu"),
        L.Conv2D(2, 2, use_bias=False), L.MaxPooling2D(2, padding="same"), L.Flatten(), L.Dense(2)), images
    yield "max_pooling2d", lambda: model(
        (9, 8, 2), L.MaxPooling2D((3, 2), strides=(1, 2)), L.Reshape((-1, 4)), L.GlobalAveragePooling1D(),
        L.Dense(2)), images
    yield "embedding", lambda: model(
        (6,), L.Embedding(9, 4), L.GlobalAveragePooling1D(), L.Dense(2)), tokens(5, 6)
    for cell in [L.LSTM, L.GRU]:
        yield cell.__name__, lambda cell=cell: model(
            (6,), L.Embedding(9, 4, mask_zero=True), cell(3, return_sequences=True), cell(2)), tokens(5, 6)
        yield f"{cell.__name__} backwards", lambda cell=cell: model(
            (6, 4), cell(3, return_sequences=True, go_backwards=True, use_bias=False), cell(2)), numbers(5, 6, 4)
        for mode in ["concat", "sum", "mul", "ave"]:
            yield f"bidirectional {cell.__name__} {mode}", lambda cell=cell, mode=mode: model(
                (6,), L.Embedding(9, 4, mask_zero=True),
                L.Bidirectional(cell(3, return_sequences=True), merge_mode=mode),
                L.Bidirectional(cell(2), merge_mode=mode), L.Dense(2)), tokens(5, 6)
    resets_before = functools.partial(L.GRU, reset_after=False)
    yield "GRU reset before", lambda: model(
        (6,), L.Embedding(9, 4, mask_zero=True), resets_before(3, return_sequences=True, go_backwards=True),
        L.Bidirectional(resets_before(2, return_sequences=True)), resets_before(2, use_bias=False)), tokens(5, 6)
    hard = {"recurrent_activation": "hard_sigmoid"}
    yield "hard gates", lambda: model(
        (6,), L.Embedding(9, 4, mask_zero=True), L.LSTM(3, return_sequences=True, **hard),
        L.Bidirectional(resets_before(2, return_sequences=True, **hard)), L.GRU(2, **hard)), tokens(5, 6)
    yield "time_distributed", lambda: model(
        (6,), L.Embedding(9, 4, mask_zero=True), L.TimeDistributed(L.Dense(3, "tanh")),
        L.TimeDistributed(L.Dense(3)), L.LSTM(2)), tokens(5, 6)
    yield "dropout within", lambda: model(
        (6, 4), L.LSTM(3, dropout=0.2, recurrent_dropout=0.1, return_sequences=True),
        L.GRU(2, dropout=0.5)), numbers(5, 6, 4)
    yield "batch_normalization", lambda: model(
        (4,), L.BatchNormalization(momentum=0.9, epsilon=0.01), L.Dense(3),
        L.BatchNormalization(scale=False, axis=1), L.BatchNormalization(center=False)), numbers(5, 4)
    yield "layer_normalization", lambda: model(
        (4, 3), L.LayerNormalization(), L.Dense(3), L.LayerNormalization(axis=-1, center=False),
        L.LayerNormalization(scale=False, epsilon=0.1)), numbers(5, 4, 3)
    yield "dropout", lambda: model((4,), L.Dropout(0.5, seed=3), L.Dense(3), L.Dropout(0.1)), numbers(5, 4)
    yield "many of a class", lambda: model((3,), *[L.Dense(3, "tanh") for _ in range(12)]), numbers(5, 3)
    yield "names", lambda: model(
        (3,), L.Dense(3, name="dense_1"), L.Dense(3, name="my layer"), L.Dense(3, name="dense")), numbers(5, 3)
    yield "nested", lambda: model(
        (3,), L.Dense(3), keras.Sequential(
            [keras.Input((3,)), L.Dense(3, "tanh"), keras.Sequential(
                [keras.Input((3,)), L.BatchNormalization(), L.Dense(3)], name="innermost"), L.Dense(3)],
            name="inner"), L.Dense(3)), numbers(5, 3)
    yield "functional", functional, numbers(5, 3)
    yield "frozen", frozen, numbers(5, 3)
    initializers = ["zeros", "ones", "glorot_uniform", "glorot_normal", "he_uniform", "he_normal",
                    "lecun_uniform", "lecun_normal", "random_uniform", "random_normal", "truncated_normal",
                    "orthogonal", keras.initializers.Constant(0.5), keras.initializers.RandomUniform(-1, 2),
                    keras.initializers.RandomNormal(0.1, 0.2), keras.initializers.TruncatedNormal(0.1, 0.2),
                    keras.initializers.Orthogonal(2.0)]
    yield "initializers", lambda: model(
        (3,), *[L.Dense(3, kernel_initializer=i, bias_initializer="ones") for i in initializers]), numbers(5, 3)
    regularizers = [keras.regularizers.L1(0.1), keras.regularizers.L2(0.2), keras.regularizers.L1L2(0.1, 0.2)]
    yield "regularizers", lambda: model(
        (3,), *[L.Dense(3, kernel_regularizer=r, bias_regularizer=r) for r in regularizers]), numbers(5, 3)


def functional():
    inner_in = keras.Input((3,), name="inner_in")
    inner = keras.Model(inner_in, L.Dense(3)(L.Dense(3, "tanh")(inner_in)), name="inner")
    start = keras.Input((3,), name="start")
    late, first = L.Dense(3, name="dense"), L.Dense(3, "tanh", name="dense_1")
    late.build((None, 3))
    first.build((None, 3))
    return keras.Model(start, late(inner(first(start))))


def frozen():
    own = model((3,), L.Dense(3, name="still", trainable=False), L.Dense(2),
                optimizer=keras.optimizers.SGD(0.1, momentum=0.9), loss="mean_squared_error")
    return own


def optimizer_cases():
    optimizers = keras.optimizers
    schedules = optimizers.schedules
    for make in [
        lambda: optimizers.SGD(0.1), lambda: optimizers.SGD(0.1, momentum=0.9, nesterov=True),
        lambda: optimizers.SGD(0.1, weight_decay=0.1, clipnorm=0.5),
        lambda: optimizers.Adam(0.01, beta_1=0.8, clipvalue=0.3), lambda: optimizers.AdamW(0.01),
        lambda: optimizers.Nadam(0.01), lambda: optimizers.RMSprop(0.01),
        lambda: optimizers.RMSprop(0.01, momentum=0.5), lambda: optimizers.RMSprop(0.01, centered=True),
        lambda: optimizers.RMSprop(0.01, momentum=0.5, centered=True, global_clipnorm=1.0),
        lambda: optimizers.Adagrad(0.01, initial_accumulator_value=0.2),
        lambda: optimizers.Adam(schedules.ExponentialDecay(0.1, 10, 0.5, staircase=True)),
        lambda: optimizers.SGD(schedules.CosineDecay(0.1, 10, warmup_target=0.2, warmup_steps=2)),
        lambda: optimizers.Nadam(schedules.PiecewiseConstantDecay([2, 5], [0.1, 0.05, 0.01])),
        lambda: optimizers.SGD(schedules.PolynomialDecay(0.1, 10, power=2.0, cycle=True), momentum=0.5),
        lambda: optimizers.RMSprop(schedules.InverseTimeDecay(0.1, 10, 0.5)),
    ]:
        def build(make=make):
            return model((4,), L.Dense(3, "tanh"), L.BatchNormalization(), L.Dense(2),
                         optimizer=make(), loss="mean_squared_error")
        yield f"optimizer {make().name}", build, numbers(6, 4)


def objective_cases():
    losses, metrics = keras.losses, keras.metrics
    for loss in [losses.MeanSquaredError(), losses.MeanAbsoluteError(), losses.MeanAbsolutePercentageError(),
                 losses.Huber(), losses.KLDivergence(), losses.BinaryCrossentropy(from_logits=True),
                 losses.CategoricalCrossentropy(label_smoothing=0.1),
                 losses.SparseCategoricalCrossentropy(from_logits=True)]:
        yield f"loss {loss.name}", lambda loss=loss: model(
            (4,), L.Dense(3, "softmax" if "smoothing" in str(loss.get_config()) else None),
            optimizer="sgd", loss=loss), numbers(6, 4)
    own = [metrics.MeanSquaredError(), metrics.MeanAbsoluteError(), metrics.MeanAbsolutePercentageError(),
           metrics.RootMeanSquaredError(), metrics.KLDivergence(), metrics.BinaryCrossentropy(),
           metrics.CategoricalCrossentropy(), metrics.BinaryAccuracy(threshold=0.3), metrics.CategoricalAccuracy(),
           metrics.TopKCategoricalAccuracy(k=2), metrics.Precision(class_id=1), metrics.Recall(thresholds=0.3),
           metrics.AUC(num_thresholds=50), metrics.F1Score(average="macro"), metrics.R2Score()]
    yield "metrics", lambda: model(
        (4,), L.Dense(3, "softmax"), optimizer="sgd", loss="categorical_crossentropy", metrics=own), numbers(6, 4)
    sparse = [metrics.SparseCategoricalAccuracy(), metrics.SparseCategoricalCrossentropy(),
              metrics.SparseTopKCategoricalAccuracy(k=2)]
    yield "sparse metrics", lambda: model(
        (4,), L.Dense(3, "softmax"), optimizer="sgd", loss="sparse_categorical_crossentropy",
        metrics=sparse), numbers(6, 4)


class Difference(Exception):
    """What is not as it should be."""


def run(*words):
    result = subprocess.run([arguments.exchange, *map(str, words)], capture_output=True, text=True)
    if result.returncode:
        raise Difference(result.stderr.strip().splitlines()[-1])


def save(own, folder):
    """The model in every format; each with the architecture that it needs, if any."""
    own.save(folder / "keras.keras")
    own.save_weights(folder / "own.weights.h5")
    (folder / "own.json").write_text(own.to_json())
    with h5py.File(folder / "weights.h5", "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, own)
    files = [("keras.keras", None), ("own.weights.h5", "own.json"), ("weights.h5", "own.json")]
    try:
        own.save(folder / "whole.h5")
        files.append(("whole.h5", None))
    except NotImplementedError:
        pass
    return files


def compare(name, own, other):
    own, other = numpy.asarray(own), numpy.asarray(other)
    if own.shape != other.shape:
        raise Difference(f"{name}: shapes {own.shape} and {other.shape}")
    error = float(abs(own - other).max()) if own.size else 0.0
    if not error <= TOLERANCE * max(1.0, float(abs(other).max()) if other.size else 1.0):
        raise Difference(f"{name}: they differ by {error:.1e}")
    return error


def variables(own):
    """The variables in order, without the states of random numbers."""
    return [v for v in own.weights if "seed" not in v.path]


def ours(document):
    """What is left of to_json() without what has no meaning here: names of models, seeds, shared objects."""
    if isinstance(document, list):
        return [ours(item) for item in document]
    if not isinstance(document, dict):
        return document
    dropped = {"seed", "shared_object_id", "jit_compile"}
    return {key: ours(value) for key, value in document.items() if key not in dropped}


def check(name, build, inputs):
    keras.utils.clear_session()
    own = build()
    if TRAINS and getattr(own, "optimizer", None) is not None and not name.startswith(("loss", "metrics", "sparse")):
        targets = numpy.zeros((len(inputs), *own.output_shape[1:]), "float32")
        for _ in range(3):
            own.train_on_batch(inputs, targets)
    expected = numpy.asarray(own.predict(inputs, verbose=0))
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        inputs.tofile(folder / "inputs")
        (folder / "shape").write_text(json.dumps(inputs.shape[1:]))
        for file, architecture in save(own, folder):
            run("predict", folder / file, folder,
                *(["--architecture", folder / architecture] if architecture else []))
            predictions = numpy.fromfile(folder / "predictions", "float32").reshape(expected.shape)
            worst = max(worst, compare(f"{file} here", predictions, expected))
        run("convert", folder / "keras.keras", folder / "back.keras", folder / "back.weights.h5",
            folder / "back.json")
        back = keras.models.load_model(folder / "back.keras")
        worst = max(worst, compare("back.keras in Keras", back.predict(inputs, verbose=0), expected))
        for one, other in zip(variables(back), variables(own), strict=True):
            compare(other.path, one.numpy(), other.numpy())
        if getattr(own, "optimizer", None) is not None:
            pairs = zip(back.optimizer.variables, own.optimizer.variables, strict=True)
            for one, other in pairs:
                compare(f"optimizer's {other.path}", one.numpy(), other.numpy())
            if type(back.loss) is not type(own.loss) and not isinstance(own.loss, str):
                raise Difference(f"the loss is {back.loss}, not {own.loss}")
        from_json = keras.models.model_from_json((folder / "back.json").read_text())
        from_json.load_weights(folder / "back.weights.h5")
        compare("back.json in Keras", from_json.predict(inputs, verbose=0), expected)
        # Keras says of it what we say.
        written = json.loads((folder / "back.json").read_text())
        again = json.loads(from_json.to_json())
        for document in [written, again]:
            document.pop("compile_config")
        if ours(written) != ours(again):
            raise Difference(f"to_json(): {first_difference(ours(written), ours(again), '')}")
    return worst


def first_difference(own, other, path):
    if isinstance(own, dict) and isinstance(other, dict):
        for key in sorted(own.keys() | other.keys()):
            if own.get(key, "absent") != other.get(key, "absent"):
                return first_difference(own.get(key, "absent"), other.get(key, "absent"), f"{path}.{key}")
    if isinstance(own, list) and isinstance(other, list) and len(own) == len(other):
        for place, (one, two) in enumerate(zip(own, other)):
            if one != two:
                return first_difference(one, two, f"{path}[{place}]")
    return f"{path}: {own} here, {other} in Keras"


def main():
    print(f"Keras {keras.__version__} on {keras.backend.backend()}")
    failures = 0
    for name, build, inputs in [*layer_cases(), *optimizer_cases(), *objective_cases()]:
        if arguments.only not in name:
            continue
        try:
            print(f"{name[:48]:50}{check(name, build, inputs):10.1e}", flush=True)
        except Difference as difference:
            failures += 1
            print(f"{name[:48]:50}  {difference}", flush=True)
    print(f"{failures} of the models are not the same" if failures else "all are the same")
    return 1 if failures else 0


sys.exit(main())
