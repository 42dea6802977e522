"""Compares SeedSweep's training with Keras's, and its gradients with finite differences in binary64.

    parity.py PROBE [--only TEXT] [--finite-differences]

Keras (on JAX) builds every model of cases.py and draws its first values; both train from these, all
samples in one batch, without shuffling. Errors are relative to the largest value of a tensor: of the
predictions before training, of the gradients in the first step, and of the weights after 1 step and
after 50. With --finite-differences the gradients are compared, instead, with central differences of
the loss that Keras computes in binary64.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

arguments = argparse.ArgumentParser()
arguments.add_argument("probe")
arguments.add_argument("--only", default="")
arguments.add_argument("--finite-differences", action="store_true")
arguments = arguments.parse_args()

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"
if arguments.finite_differences:
    os.environ["JAX_ENABLE_X64"] = "1"

import jax
import keras
import numpy

from cases import all_cases
from model import flat, variables, write_case

# What rounding in another order does, in one step.
TOLERANCE = 1e-5
LONG_STEPS = 50
# Rounding errors grow with the steps by as much as the training itself spreads neighbouring weights.
LONG_TOLERANCE = 1e-3

if arguments.finite_differences:
    from keras.src.backend.common import dtypes

    keras.config.set_floatx("float64")
    # On JAX, unlike on TensorFlow, Keras rounds results to binary32 even so.
    dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"


def error(own, other, shapes=None):
    """The largest difference, relative to the largest value of its tensor."""
    if shapes is None:
        return float(abs(own - other).max() / abs(other).max())
    worst, first = 0.0, 0
    for shape in shapes:
        part = slice(first, first + int(numpy.prod(shape)))
        first = part.stop
        # A tensor of zeros, such as the gradient of what has no effect, is compared with what is 1.
        scale = max(float(abs(other[part]).max()), 1e-4)
        worst = max(worst, float(abs(own[part] - other[part]).max() / scale))
    return worst


def loss_of(model, case):
    """A function of the trainable values: the loss that Keras trains by, in training mode."""
    def loss(trainable):
        states = (trainable, [v.value for v in model.non_trainable_variables],
                  [v.value for v in model.metrics_variables])
        value, _ = model.compute_loss_and_updates(
            *states, case.inputs, case.targets, None, training=True,
            optimizer_variables=[v.value for v in model.optimizer.variables])
        return value
    return jax.jit(loss)


def trained(model, case, epochs):
    model.fit(case.inputs, case.targets, batch_size=len(case.inputs), epochs=epochs, shuffle=False,
              verbose=0)
    return flat(v.value for v in variables(model))


def results(folder, name):
    return numpy.fromfile(folder / name, dtype="float32")


class Refused(Exception):
    """SeedSweep does not train a case; the text says why."""


def run_probe(folders):
    probe = subprocess.run([arguments.probe, *folders], capture_output=True, text=True)
    if probe.returncode:
        raise Refused(probe.stderr.strip().splitlines()[-1])


def compare(case, folder):
    """The errors of a case: predictions, gradients, weights after 1 step and after many."""
    model = case.keras_model()
    values = [numpy.asarray(v.value) for v in variables(model)]
    short, long = folder / "short", folder / "long"
    write_case(short, case, values, 1)
    write_case(long, case, values, LONG_STEPS)
    run_probe([short, long])

    predictions = numpy.asarray(model(case.inputs, training=False))
    own = results(short, "predictions").reshape(predictions.shape)
    if case.fuses_softmax:
        own = numpy.asarray(jax.nn.softmax(own, axis=-1))
    model.optimizer.build(model.trainable_variables)
    gradients = jax.grad(loss_of(model, case))([v.value for v in model.trainable_variables])
    # SeedSweep clips gradients where they stand, and the probe reads them after that.
    gradients = model.optimizer._clip_gradients(gradients)
    shapes = [numpy.shape(g) for g in gradients]
    errors = [error(own, predictions),
              error(results(short, "gradients"), flat(gradients), shapes)]
    shapes = [v.shape for v in variables(model)]
    errors.append(error(results(short, "trained"), trained(model, case, 1), shapes))
    model = case.keras_model()
    errors.append(error(results(long, "trained"), trained(model, case, LONG_STEPS), shapes))
    limits = [TOLERANCE, TOLERANCE, TOLERANCE, LONG_TOLERANCE]
    return errors, all(e <= limit for e, limit in zip(errors, limits))


# Central differences err by the third derivative × step²; binary32 gradients by their own rounding.
STEP = 1e-5
DIFFERENCES = 40


def differentiate(case, folder):
    """The error of the gradients of some weights, of each variable the same share."""
    model = case.keras_model()
    # Binary32 values, so that both start from the same.
    values = [numpy.float32(v.value) for v in variables(model)]
    for variable, value in zip(variables(model), values):
        variable.assign(value)
    write_case(folder, case, values, 1)
    run_probe([folder])
    own = results(folder, "gradients").astype("float64")
    model.optimizer.build(model.trainable_variables)
    loss = loss_of(model, case)
    start = [numpy.float64(v.value) for v in model.trainable_variables]
    first, worst = 0, 0.0
    for number, value in enumerate(start):
        scale = max(abs(own[first:first + value.size]).max(), 1e-4)
        places = numpy.random.default_rng(number).permutation(value.size)[:DIFFERENCES]
        for place in places:
            sides = []
            for step in (STEP, -STEP):
                moved = value.copy()
                moved.reshape(-1)[place] += step
                sides.append(float(loss([*start[:number], moved, *start[number + 1:]])))
            difference = (sides[0] - sides[1]) / (2 * STEP)
            worst = max(worst, abs(own[first + place] - difference) / scale)
        first += value.size
    return [worst], worst <= TOLERANCE


def main():
    header = ["finite differences"] if arguments.finite_differences else [
        "predictions", "gradients", "1 step", f"{LONG_STEPS} steps"]
    print(f"{'relative error of':44}", *(f"{title:>12}" for title in header))
    failures = 0
    for case in all_cases():
        if arguments.only not in case.name:
            continue
        if arguments.finite_differences and case.optimizer != {"sgd": {"learning_rate": 0.1}}:
            continue
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder) / "case"
            function = differentiate if arguments.finite_differences else compare
            try:
                errors, holds = function(case, folder)
            except Refused as refusal:
                failures += 1
                print(f"{case.name[:43]:44} {refusal}")
                continue
        failures += not holds
        print(f"{case.name[:43]:44}", *(f"{e:12.1e}" for e in errors), "" if holds else "  TOO LARGE",
              flush=True)
    print(f"{failures} of the cases differ by too much" if failures else "all agree")
    return 1 if failures else 0


sys.exit(main())
