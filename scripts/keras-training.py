#!/usr/bin/env python3
"""What Keras itself makes of optimizers and callbacks, as golden values for tests.

    pip install keras numpy scipy
    scripts/keras-training.py > Tests/TrainingTests/KerasTraining.swift
"""

import os

os.environ["KERAS_BACKEND"] = "numpy"

import keras  # noqa: E402
import numpy as np  # noqa: E402

f32 = np.float32


def data(samples, inputs, targets):
    """Those of `unevenData` in the tests."""
    def table(count, step):
        return np.array([(i * step % 23 - 11) / 13 for i in range(count)], f32)
    return (table(samples * inputs, 7).reshape(samples, inputs),
            table(samples * targets, 5).reshape(samples, targets))


SCHEDULES = keras.optimizers.schedules
# name, class, arguments; a schedule is (name, class, arguments).
OPTIMIZERS = [
    ("sgd", "SGD", dict(learning_rate=0.1, momentum=0.9, nesterov=True, weight_decay=0.05)),
    ("adam", "Adam", dict(learning_rate=0.05, clipnorm=0.1)),
    ("adamw", "AdamW", dict(learning_rate=0.05)),
    ("nadam", "Nadam", dict(learning_rate=0.05)),
    ("rmsprop", "RMSprop", dict(learning_rate=0.01)),
    ("rmsprop", "RMSprop", dict(learning_rate=0.01, momentum=0.7)),
    ("rmsprop", "RMSprop", dict(learning_rate=0.01, centered=True)),
    ("rmsprop", "RMSprop", dict(learning_rate=0.01, centered=True, momentum=0.5, weight_decay=0.1)),
    ("adagrad", "Adagrad", dict(learning_rate=0.1)),
    ("sgd", "SGD", dict(learning_rate=0.1, global_clipnorm=0.2)),
    ("sgd", "SGD", dict(learning_rate=0.1, clipvalue=0.05)),
    ("sgd", "SGD", dict(learning_rate=("exponential_decay", "ExponentialDecay", dict(
        initial_learning_rate=0.2, decay_steps=7, decay_rate=0.8)))),
    ("sgd", "SGD", dict(learning_rate=("exponential_decay", "ExponentialDecay", dict(
        initial_learning_rate=0.2, decay_steps=7, decay_rate=0.8, staircase=True)))),
    ("sgd", "SGD", dict(learning_rate=("cosine_decay", "CosineDecay", dict(
        initial_learning_rate=0.02, decay_steps=30, alpha=0.1, warmup_target=0.2,
        warmup_steps=5)))),
    ("sgd", "SGD", dict(learning_rate=("cosine_decay", "CosineDecay", dict(
        initial_learning_rate=0.2, decay_steps=30)))),
    ("sgd", "SGD", dict(learning_rate=("piecewise_constant_decay", "PiecewiseConstantDecay", dict(
        boundaries=[3, 20], values=[0.2, 0.1, 0.02])))),
    ("sgd", "SGD", dict(learning_rate=("polynomial_decay", "PolynomialDecay", dict(
        initial_learning_rate=0.2, decay_steps=20, power=0.5, cycle=True)))),
    ("sgd", "SGD", dict(learning_rate=("inverse_time_decay", "InverseTimeDecay", dict(
        initial_learning_rate=0.2, decay_steps=9, decay_rate=0.6)))),
]


def trajectory(name, arguments):
    """The weights of a dense layer with mean squared error after 1 and 50 steps."""
    arguments = dict(arguments)
    rate = arguments["learning_rate"]
    if isinstance(rate, tuple):
        arguments["learning_rate"] = getattr(SCHEDULES, rate[1])(**rate[2])
    optimizer = getattr(keras.optimizers, name)(**arguments)
    x, y = data(9, 3, 2)
    variables = [keras.Variable(np.ones((3, 2), f32)), keras.Variable(np.zeros(2, f32))]
    optimizer.build(variables)
    results = []
    for step in range(1, 51):
        d = (x @ np.array(variables[0].value) + np.array(variables[1].value) - y) * f32(2 / 18)
        optimizer.apply([x.T @ d, d.sum(axis=0)])
        if step in (1, 50):
            results.append([float(w) for v in variables for w in np.array(v.value).ravel()])
    return results


def swift_value(value):
    if isinstance(value, bool):
        return f".boolean({str(value).lower()})"
    if isinstance(value, int):
        return f".integer({value})"
    if isinstance(value, list):
        return "[" + ", ".join(map(swift_value, value)) + "]"
    if isinstance(value, str):
        return f".text(\"{value}\")"
    return f".number({value!r})"


def swift_configuration(kind, arguments):
    parts = []
    for name, value in arguments.items():
        if isinstance(value, tuple):
            parts.append(f'"{name}": .configuration({swift_configuration(value[0], value[2])})')
        elif isinstance(value, list):
            parts.append(f'"{name}": .list({swift_value(value)})')
        elif value is not None:
            parts.append(f'"{name}": {swift_value(value)}')
    return f'KerasTraining.configuration("{kind}", [{", ".join(parts) or ":"}])'


class FakeOptimizer:
    learning_rate = 0.05


class FakeModel:
    """What callbacks see of a model: its weights are the number of its epoch."""
    metrics = []

    def __init__(self):
        self.optimizer, self.stop_training, self.weights = FakeOptimizer(), False, None

    def get_weights(self):
        return self.weights

    def set_weights(self, weights):
        self.weights = weights


def watched(callback, values):
    """Epochs trained, the epoch whose weights remain, and the rate after each epoch."""
    model, rates = FakeModel(), []
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, value in enumerate(values):
        model.weights = epoch
        callback.on_epoch_end(epoch, {"val_loss": value})
        rates.append(model.optimizer.learning_rate)
        if model.stop_training:
            break
    callback.on_train_end()
    return len(rates), model.weights, rates


def histories():
    random = np.random.default_rng(7)
    falling = [1 / (1 + e) + 0.1 * float(random.random()) for e in range(14)]
    noisy = [float(random.random()) for _ in range(14)]
    flat = [0.5] * 14
    broken = [0.9, 0.5, float("nan"), 0.45, 0.6, float("inf"), 0.3, 0.4, 0.4, 0.4, 0.4, 0.2, 0.1, 0.1]
    first = [float("nan")] + noisy[1:]
    return [[round(v, 4) for v in values] for values in (falling, noisy, flat, broken, first)]


STOPPING = [
    dict(),
    dict(patience=2),
    dict(patience=3, restore_best_weights=True),
    dict(patience=2, min_delta=0.05, restore_best_weights=True),
    dict(patience=1, mode="max", restore_best_weights=True),
    dict(patience=2, baseline=0.4, restore_best_weights=True),
    dict(patience=1, start_from_epoch=4, restore_best_weights=True),
    dict(patience=20, restore_best_weights=True),
    dict(patience=2, start_from_epoch=30, restore_best_weights=True),
]
PLATEAU = [
    dict(),
    dict(patience=2),
    dict(patience=1, factor=0.5, cooldown=2),
    dict(patience=1, factor=0.5, min_lr=0.01),
    dict(patience=0, factor=0.9, min_delta=0.05, mode="min"),
    dict(patience=2, factor=0.0, mode="max", min_lr=0.001),
]


def number(value):
    return ".nan" if value != value else ".infinity" if value == float("inf") else repr(value)


def main():
    print("""// Made by scripts/keras-training.py: what Keras itself does.
// Do not edit.

import SweepModel

extension KerasTraining {
  static let optimizers: [Trajectory] = [""")
    for kind, name, arguments in OPTIMIZERS:
        first, last = trajectory(name, arguments)
        print(f"    Trajectory(\n      {swift_configuration(kind, arguments)},")
        for label, values in (("first", first), ("last", last)):
            print(f"      {label}: [{', '.join(f'{v:.9g}' for v in values)}]"
                  + ("," if label == "first" else "),"))
    print("  ]\n\n  static let histories: [[Double]] = [")
    for values in histories():
        print("    [" + ", ".join(map(number, values)) + "],")
    print("  ]\n\n  static let stopping: [Watched] = [")
    for kind, name, cases in (("early_stopping", "EarlyStopping", STOPPING),
                              ("reduce_lr_on_plateau", "ReduceLROnPlateau", PLATEAU)):
        if kind == "reduce_lr_on_plateau":
            print("  ]\n\n  static let plateaus: [Watched] = [")
        for arguments in cases:
            for position, values in enumerate(histories()):
                epochs, weights, rates = watched(
                    getattr(keras.callbacks, name)(**arguments), values)
                print(f"    Watched(\n      {swift_configuration(kind, arguments)},\n"
                      f"      history: {position}, epochs: {epochs}, weightsOfEpoch: {weights},\n"
                      f"      rates: [{', '.join(f'{r:.17g}' for r in rates)}]),")
    print("  ]\n}")


main()
