"""Carries a training from Keras to SeedSweep and back.

Each model is trained for two epochs in Keras, for two more by SeedSweep, which begins with Keras's weights
and its optimizer's state, and is then evaluated in Keras, beside the same model that Keras itself trained
for all four epochs.

    carry.py SEEDSWEEP [--only TEXT]
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ.setdefault("KERAS_BACKEND", "jax")
import keras
import numpy

parser = argparse.ArgumentParser()
parser.add_argument("program", type=pathlib.Path)
parser.add_argument("--only", default="")
arguments = parser.parse_args()
program = arguments.program.resolve()

# The rounding of two implementations, in the steps of two epochs.
TOLERANCE = 5e-5
layers = keras.layers


def samples():
    """Three overlapping groups of points, as 8 numbers each."""
    random = numpy.random.default_rng(5)
    centres = random.normal(size=(3, 8))
    targets = random.integers(0, 3, size=600)
    inputs = centres[targets] + random.normal(scale=1.5, size=(600, 8))
    return inputs.astype("float32"), targets.astype("int32")


def dense():
    return [layers.Dense(16, activation="relu"), layers.Dense(3, activation="softmax")]


def normalized():
    # Normalization takes a bias out again: its gradient is rounding alone, which Adam makes steps of.
    return [
        layers.Dense(16, name="body", use_bias=False), layers.BatchNormalization(), layers.Activation("relu"),
        layers.Dense(3, activation="softmax", kernel_regularizer=keras.regularizers.L2(0.001)),
    ]


def partly_frozen():
    own = normalized()
    own[0].trainable = False
    own[1].trainable = False
    return own


def recurrent():
    return [
        layers.Reshape((4, 2)), layers.Bidirectional(layers.LSTM(6)),
        layers.Dense(3, activation="softmax"),
    ]


optimizers = keras.optimizers
CASES = [
    ("dense, Adam", dense, lambda: optimizers.Adam(0.01)),
    ("dense, SGD with momentum", dense, lambda: optimizers.SGD(0.05, momentum=0.9, nesterov=True)),
    ("dense, RMSprop", dense, lambda: optimizers.RMSprop(0.005)),
    ("dense, Nadam", dense, lambda: optimizers.Nadam(0.005)),
    ("dense, AdamW", dense, lambda: optimizers.AdamW(0.01, weight_decay=0.004)),
    ("dense, Adagrad", dense, lambda: optimizers.Adagrad(0.05)),
    ("batch normalization, regularized, Adam", normalized, lambda: optimizers.Adam(0.01)),
    ("frozen dense and batch normalization, Adam", partly_frozen, lambda: optimizers.Adam(0.01)),
    ("bidirectional LSTM, Adam", recurrent, lambda: optimizers.Adam(0.01)),
]


def build(case):
    name, own_layers, optimizer = case
    keras.utils.set_random_seed(7)
    model = keras.Sequential([keras.Input((8,)), *own_layers()])
    model.compile(
        optimizer=optimizer(), loss="sparse_categorical_crossentropy",
        metrics=["sparse_categorical_accuracy"])
    return model


def own_terms(optimizer):
    """The optimizer as a specification says it."""
    settings = optimizer.get_config()
    kind = type(optimizer).__name__.lower()
    names = {
        "adam": ["beta_1", "beta_2", "epsilon"], "nadam": ["beta_1", "beta_2", "epsilon"],
        "adamw": ["beta_1", "beta_2", "epsilon", "weight_decay"],
        "sgd": ["momentum", "nesterov"], "rmsprop": ["rho", "epsilon"],
        "adagrad": ["initial_accumulator_value", "epsilon"],
    }[kind]
    own = {name: settings[name] for name in names}
    own["learning_rate"] = float(numpy.float64(settings["learning_rate"]))
    return {kind: own}


def run(*command, folder):
    ended = subprocess.run(
        [program, *command], cwd=folder, capture_output=True, text=True, timeout=300)
    if ended.returncode:
        raise RuntimeError(f"{command[0]} ended with {ended.returncode}: {ended.stderr.strip()}")
    return ended.stdout


def carry(case, folder):
    inputs, targets = samples()
    numpy.savez(folder / "data.npz", x=inputs, y=targets)
    model = build(case)
    model.fit(inputs, targets, epochs=2, batch_size=32, shuffle=False, verbose=0)
    before = model.evaluate(inputs, targets, verbose=0)
    model.save(folder / "two.keras")
    specification = {
        "name": "carry", "trials": 1,
        "data": {"kind": "npz", "path": "data.npz", "inputs": "x", "targets": "y"},
        "model": {"keras": "two.keras"},
        "initial_weights": {"path": "two.keras", "optimizer_state": True},
        "training": {
            "loss": "sparse_categorical_crossentropy", "optimizer": own_terms(model.optimizer),
            "epochs": 2, "batch_size": 32, "shuffle": False,
        },
        "metrics": ["sparse_categorical_crossentropy", "sparse_categorical_accuracy"],
    }
    # JSON is YAML, too.
    (folder / "carry.yaml").write_text(json.dumps(specification))
    seed = run("seeds", "--master-seed", "0", "--count", "1", folder=folder).split()[-1]
    run("train", seed, "--spec", "carry.yaml", "--save", "four.safetensors", folder=folder)
    run("export-model", "four.safetensors", "--save", "four.keras", folder=folder)

    model.fit(inputs, targets, epochs=2, batch_size=32, shuffle=False, verbose=0)
    expected = model.evaluate(inputs, targets, verbose=0)
    back = keras.models.load_model(folder / "four.keras")
    found = back.evaluate(inputs, targets, verbose=0)
    difference = numpy.abs(
        back.predict(inputs, verbose=0) - model.predict(inputs, verbose=0)).max()
    steps = int(back.optimizer.iterations.numpy())
    wanted = int(model.optimizer.iterations.numpy())
    if steps != wanted:
        raise RuntimeError(f"the optimizer took {steps} steps, not {wanted}")
    for one, other in zip(back.optimizer.variables, model.optimizer.variables, strict=True):
        gap = numpy.abs(numpy.asarray(one.numpy(), "float64") - other.numpy()).max()
        if gap > TOLERANCE * max(1, numpy.abs(other.numpy()).max()):
            raise RuntimeError(f"the optimizer's {other.path} differs by {gap:.1e}")
    return before[0], found[0], expected[0], difference


def main():
    print(f"Keras {keras.__version__} on {keras.backend.backend()}")
    print(f"{'':44}{'2 epochs':>10}{'2 more':>10}{'in Keras':>10}{'predictions':>13}")
    failures = 0
    for case in CASES:
        if arguments.only not in case[0]:
            continue
        with tempfile.TemporaryDirectory() as folder:
            try:
                before, found, expected, difference = carry(case, pathlib.Path(folder))
            except RuntimeError as error:
                failures += 1
                print(f"{case[0]:44}{error}", flush=True)
                continue
        failures += difference > TOLERANCE
        print(
            f"{case[0]:44}{before:10.6f}{found:10.6f}{expected:10.6f}{difference:13.1e}", flush=True)
    print(f"{failures} of the trainings differ" if failures else "all trainings go on as in Keras")
    return 1 if failures else 0


sys.exit(main())
