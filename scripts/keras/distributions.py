"""Compares the results of many trials with those of as many in Keras, as distributions.

    distributions.py SEEDSWEEP

The random numbers of the two differ, so no trial of one is a trial of the other; but if both train
the same network, the final losses and accuracies come from the same distribution. A two-sample
Kolmogorov-Smirnov test says how likely differences as large as those seen are if so; it must be
more than 0.01. Keras's layers, initializers, loss and optimizer train all trials in one call, which
JAX's vmap makes of its stateless functions.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import keras
import numpy
import scipy.stats

from model import Case, built

SMALLEST = 0.01


def initial_values(model, trials):
    """First values of every trainable variable: drawn by its layer's own initializer."""
    drawn = []
    for layer in model.layers:
        for variable in layer.trainable_variables:
            kind = layer.kernel_initializer if variable.name == "kernel" else layer.bias_initializer
            settings = kind.get_config()
            drawn.append(jnp.stack([
                type(kind)(**({**settings, "seed": trial * 1000 + len(drawn)}
                              if "seed" in settings else settings))(variable.shape)
                for trial in range(trials)
            ]))
    return drawn


def keras_trials(case, trials, epochs, batch, split):
    """For each trial the loss and accuracy of the samples that validate, or of all without a split."""
    model = case.keras_model()
    optimizer = built(case.optimizer, keras.optimizers)
    optimizer.build(model.trainable_variables)
    loss_function = built(case.loss, keras.losses)
    count = int(len(case.inputs) * (1 - split))
    x, y = jnp.asarray(case.inputs), jnp.asarray(case.targets)
    held = (x[count:], y[count:]) if split else (x, y)
    batches = [(start, min(start + batch, count)) for start in range(0, count, batch)]

    def batch_loss(trainable, states, inputs, targets):
        predictions, states = model.stateless_call(trainable, states, inputs, training=True)
        return loss_function(targets, predictions), states

    def train(trainable, states, key):
        slots = [variable.value for variable in optimizer.variables]

        def epoch(number, state):
            trainable, states, slots = state
            order = jax.random.permutation(jax.random.fold_in(key, number), count)
            for start, end in batches:
                part = order[start:end]
                gradients, states = jax.grad(batch_loss, has_aux=True)(
                    trainable, states, x[part], y[part])
                trainable, slots = optimizer.stateless_apply(slots, gradients, trainable)
            return trainable, states, slots

        trainable, states, _ = jax.lax.fori_loop(0, epochs, epoch, (trainable, states, slots))
        predictions, _ = model.stateless_call(trainable, states, held[0], training=False)
        hits = predictions.argmax(-1) == held[1].argmax(-1)
        return loss_function(held[1], predictions), hits.sum()

    # The only other variables are the states of Keras's own generators, which dropout draws from.
    states = [
        jnp.stack([jnp.asarray([trial, number], dtype=variable.dtype) for trial in range(trials)])
        for number, variable in enumerate(model.non_trainable_variables)
    ]
    keys = jax.random.split(jax.random.key(7), trials)
    losses, hits = jax.jit(jax.vmap(train))(initial_values(model, trials), states, keys)
    # In binary64, as SeedSweep's: equal shares must be equal numbers.
    return numpy.asarray(losses), numpy.asarray(hits) / len(held[0])


def seedsweep_trials(program, specification, trials):
    """The metrics of each trial, by name."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "specification.yaml"
        path.write_text(json.dumps(specification))
        store = ["--store", str(pathlib.Path(folder) / "store.sqlite")]
        subprocess.run([program, "run", str(path), "--trials", str(trials), *store], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        lines = subprocess.run([program, "export", "--format", "jsonl", *store], check=True,
                               capture_output=True, text=True).stdout.splitlines()
    return [json.loads(line)["metrics"] for line in lines]


def agree(name, own, others):
    probability = scipy.stats.ks_2samp(own, others).pvalue
    print(f"{name:42} {numpy.mean(own):10.4f} {numpy.mean(others):10.4f} {numpy.median(own):10.4f} "
          f"{numpy.median(others):10.4f} {len(own):7} {len(others):7} {probability:8.3f}", flush=True)
    return probability > SMALLEST


def sequence(program):
    """Experiment 1: the sequence 0.0, 0.1 ... 0.9."""
    values = numpy.arange(10) / 10
    layers = [{"dense": {"units": 10}}, {"dense": {"units": 1}}]
    case = Case("sequence", layers, values[:-1, None], values[1:, None], optimizer="adam")
    losses, _ = keras_trials(case, trials=500, epochs=100, batch=9, split=0)
    own = seedsweep_trials(program, {
        "name": "sequence", "data": {"kind": "sequence", "length": 10}, "model": layers,
        "training": {"loss": "mean_squared_error", "optimizer": "adam", "epochs": 100,
                     "batch_size": "all"},
    }, 500)
    return agree("experiment 1, mean_squared_error", [m["mean_squared_error"] for m in own], losses)


def digits(program):
    """Experiment 2 in small: two hidden layers with dropout, RMSprop, shuffled batches."""
    # Classes that overlap, so that there is something to be wrong about.
    generator = numpy.random.default_rng(11)
    centres = generator.normal(0, 1, (4, 20))
    classes = generator.integers(0, 4, 600)
    inputs = (centres[classes] + generator.normal(0, 2, (600, 20))).astype("float32")
    targets = numpy.eye(4, dtype="float32")[classes]
    layers = [
        {"dense": {"units": 24, "activation": "relu"}}, {"dropout": {"rate": 0.4}},
        {"dense": {"units": 12, "activation": "relu"}}, {"dropout": {"rate": 0.3}},
        {"dense": {"units": 4, "activation": "softmax"}},
    ]
    case = Case("digits", layers, inputs, targets, loss="categorical_crossentropy",
                optimizer="rmsprop")
    losses, accuracies = keras_trials(case, trials=200, epochs=20, batch=32, split=0.2)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "samples.npz"
        numpy.savez(path, x=inputs, y=targets)
        own = seedsweep_trials(program, {
            "name": "digits", "data": {"kind": "npz", "path": str(path), "inputs": "x", "targets": "y"},
            "model": layers,
            "training": {"loss": "categorical_crossentropy", "optimizer": "rmsprop", "epochs": 20,
                         "batch_size": 32, "validation_split": 0.2},
            "metrics": ["categorical_crossentropy", "categorical_accuracy"],
        }, 200)
    name = "experiment 2 in small, val_categorical_"
    holds = [
        agree(f"{name}loss", [m["val_categorical_crossentropy"] for m in own], losses),
        agree(f"{name}accuracy", [m["val_categorical_accuracy"] for m in own], accuracies),
    ]
    return all(holds)


def main():
    print(f"{'distribution of':42} {'mean':>10} {'Keras':>10} {'median':>10} {'Keras':>10} {'trials':>7} "
          f"{'Keras':>7} {'p':>8}")
    holds = [experiment(sys.argv[1]) for experiment in (sequence, digits)]
    return 0 if all(holds) else 1


sys.exit(main())
