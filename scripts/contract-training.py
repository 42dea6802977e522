#!/usr/bin/env python3
"""Golden trials of optimizers, schedules, regularizers and callbacks.

An independent implementation of those parts of docs/numeric-contract.md, beside
scripts/contract-reference.py, which it uses for all else.

    pip install numpy mpmath
    scripts/contract-training.py --check     its elementary functions against mpmath
    scripts/contract-training.py --rates     the schedules' golden rates, as Swift
    scripts/contract-training.py --swift > Tests/TrainingTests/ContractTrials+Training.swift
"""

import argparse
import hashlib
import importlib.util
import math
import pathlib
import struct
import sys

import mpmath
import numpy as np

path = pathlib.Path(__file__).with_name("contract-reference.py")
specification = importlib.util.spec_from_file_location("reference", path)
reference = importlib.util.module_from_spec(specification)
specification.loader.exec_module(reference)

f32, fma = np.float32, reference.fma
kind_and_arguments = reference.kind_and_arguments

# --- Elementary functions on binary64 --------------------------------------------------------------

LOG2_UPPER, LOG2_LOWER = float.fromhex("0x1.62e42fefa3800p-1"), float.fromhex("0x1.ef35793c76730p-45")


def log(x):
    m, k = math.frexp(x)  # m in [0.5, 1)
    m, k = 2 * m, k - 1
    if m >= math.sqrt(2.0):
        m, k = m / 2, k + 1
    s = (m - 1) / (m + 1)
    series = 0.0
    for d in range(23, 0, -2):
        series = 1 / d + s * s * series
    return k * LOG2_UPPER + (k * LOG2_LOWER + 2 * s * series)


def exp(x):
    if abs(x) > 700:
        return math.inf if x > 0 else 0.0
    k = round(x / LOG2_UPPER)  # ties to even
    r = (x - k * LOG2_UPPER) - k * LOG2_LOWER
    p = 1.0
    for n in range(14, 0, -1):
        p = 1 + r * p / n
    return math.ldexp(p, k)


def power(x, y):
    if y == math.floor(y) and y <= 64:
        result, n = 1.0, int(y)
        while n:
            if n & 1:
                result = result * x
            n >>= 1
            x = x * x
        return result
    return exp(y * log(x)) if x >= 2.0**-1022 else 0.0


def cosine_of_pi(x):
    if x > 0.5:
        return -cosine_of_pi(1 - x)
    sine = x > 0.25
    a = math.pi * (0.5 - x if sine else x)
    q, p = a * a, 1.0
    for n in range(17 if sine else 16, 1, -2):
        p = 1 - q * p / (n * (n - 1))
    return a * p if sine else p


# --- Learning rates --------------------------------------------------------------------------------


def rate_of(configuration, step):
    """The learning rate of a step, from 0."""
    if not isinstance(configuration, dict):
        return float(configuration)
    kind, a = kind_and_arguments(configuration)
    if kind == "piecewise_constant_decay":
        for boundary, value in zip(a["boundaries"], a["values"]):
            if step <= boundary:
                return float(value)
        return float(a["values"][-1])
    first, steps = float(a["initial_learning_rate"]), float(a["decay_steps"])
    p = step / steps
    if kind in ("exponential_decay", "inverse_time_decay"):
        p = float(math.floor(p)) if a["staircase"] else p
        decay = float(a["decay_rate"])
        return first * power(decay, p) if kind == "exponential_decay" else first / (1 + decay * p)
    if kind == "polynomial_decay":
        last = float(a["end_learning_rate"])
        if a["cycle"]:
            p = step / (steps * (1 if step == 0 else math.ceil(step / steps)))
        else:
            p = min(step, steps) / steps
        return (first - last) * power(1 - p, float(a["power"])) + last
    assert kind == "cosine_decay"
    target = a.get("warmup_target")
    warmup = 0 if target is None else a["warmup_steps"]
    if target is not None and step < warmup:
        return (target - first) * (step / warmup) + first
    p = (min(step, steps + warmup) - warmup) / steps
    c = 0.5 * (1 + cosine_of_pi(p))
    return (first if target is None else target) * ((1 - a["alpha"]) * c + a["alpha"])


# --- Steps -----------------------------------------------------------------------------------------


def wide_row_sum(terms):
    """The row sum of binary64 terms."""
    sums = [0.0] * 32
    for e, term in enumerate(np.asarray(terms, np.float64).ravel()):
        sums[e % 32] += float(term)
    for w in (16, 8, 4, 2, 1):
        sums = [sums[i] + sums[i + w] for i in range(w)]
    return sums[0]


def squares(x):
    return wide_row_sum(x.astype(np.float64) ** 2)


def clip(a, gradients):
    def scaled(own, total, is_global):
        norm, limit = math.sqrt(total) if total == total else math.nan, a[name]
        if norm <= limit:
            factor = 1.0
        else:
            factor = math.nan if is_global and not math.isfinite(norm) else limit / norm
        return [g * f32(factor) for g in own]

    for name in ("clipnorm", "global_clipnorm", "clipvalue"):
        if a.get(name) is None:
            continue
        if name == "clipnorm":
            return [scaled([g], squares(g), False)[0] for g in gradients]
        if name == "global_clipnorm":
            total = 0.0
            for g in gradients:
                total += squares(g)
            return scaled(gradients, total, True)
        c = f32(a[name])
        return [np.where(g < -c, -c, np.where(g > c, c, g)) for g in gradients]
    return gradients


class Optimizer:
    def __init__(self, configuration, variables):
        self.kind, self.a = kind_and_arguments(configuration)
        self.rate, self.t = self.a["learning_rate"], 0
        start = f32(self.a.get("initial_accumulator_value", 0))
        self.m, self.v, self.mean = (
            [np.full_like(v, x) for v in variables] for x in (f32(0), start, f32(0)))
        self.b1 = self.b2 = self.damping = self.product = 1.0

    def step(self, variables, gradients):
        a, lr = self.a, rate_of(self.rate, self.t)
        self.t += 1
        gradients = clip(a, gradients)
        if a.get("weight_decay"):
            for w in variables:
                w[...] = w - (w * f32(a["weight_decay"])) * f32(lr)
        if self.kind in ("adam", "adamw", "nadam"):
            self.b1, self.b2 = self.b1 * a["beta_1"], self.b2 * a["beta_2"]
        if self.kind == "nadam":
            self.damping *= 0.96
            u = a["beta_1"] * (1 - 0.5 * self.damping)
            next_u = a["beta_1"] * (1 - 0.5 * (self.damping * 0.96))
            self.product *= u
            moment = f32(lr * next_u / (1 - self.product * next_u))
            direct = f32(lr * (1 - u) / (1 - self.product))
            correction = f32(1 / (1 - self.b2))
        for i, (w, g) in enumerate(zip(variables, gradients)):
            epsilon = f32(a.get("epsilon", 0))
            if self.kind in ("adam", "adamw", "nadam"):
                m, v = self.m[i], self.v[i]
                self.m[i] = m = fma(g - m, f32(1 - a["beta_1"]), m)
                self.v[i] = v = fma(fma(g, g, -v), f32(1 - a["beta_2"]), v)
                if self.kind == "nadam":
                    w[...] = w - fma(moment, m, direct * g) / (np.sqrt(v * correction) + epsilon)
                else:
                    alpha = f32(lr * math.sqrt(1 - self.b2) / (1 - self.b1))
                    w[...] = w - (alpha * m) / (np.sqrt(v) + epsilon)
            elif self.kind == "adagrad":
                self.v[i] = v = fma(g, g, self.v[i])
                w[...] = w - (f32(lr) * g) / np.sqrt(v + epsilon)
            elif self.kind == "rmsprop":
                rho, rest = f32(a["rho"]), f32(1 - a["rho"])
                self.v[i] = v = fma(rest, g * g, rho * self.v[i])
                if a.get("centered"):
                    self.mean[i] = mean = fma(rest, g, rho * self.mean[i])
                    v = fma(-mean, mean, v)
                step = (f32(lr) * g) / np.sqrt(v + epsilon)
                if a.get("momentum"):
                    self.m[i] = step = fma(f32(a["momentum"]), self.m[i], step)
                w[...] = w - step
            else:
                assert self.kind == "sgd"
                step, mu = f32(lr) * g, f32(a["momentum"])
                if a["momentum"] == 0:
                    w[...] = w - step
                    continue
                self.m[i] = m = fma(mu, self.m[i], -step)
                w[...] = w + (fma(mu, m, -step) if a["nesterov"] else m)


def regularizers(layers):
    """(l1, l2) of each variable, in model order."""
    factors = []
    for configuration in layers:
        kind, a = kind_and_arguments(configuration)
        if kind != "dense":
            continue
        for name in ("kernel_regularizer", "bias_regularizer")[:2 if a["use_bias"] else 1]:
            own = kind_and_arguments(a[name])[1] if name in a else {}
            factors.append((own.get("l1", 0), own.get("l2", 0)))
    return factors


def penalty(variables, factors):
    total = 0.0
    for w, (l1, l2) in zip(variables, factors):
        if l1:
            total += l1 * wide_row_sum(np.abs(w))
        if l2:
            total += l2 * squares(w)
    return total


def penalized(g, w, l1, l2):
    if f32(l1):
        g = g + np.where(w > 0, f32(l1), np.where(w < 0, -f32(l1), f32(0)))
    return fma(f32(2 * l2), w, g) if f32(2 * l2) else g


# --- Callbacks -------------------------------------------------------------------------------------


class Watcher:
    def __init__(self, configuration, columns):
        self.kind, self.a = kind_and_arguments(configuration)
        self.wait = self.cooling = 0
        self.best = self.weights = None
        if self.kind != "terminate_on_nan":
            name = self.a["monitor"]
            self.column = columns.index(name)
            self.rises = {"min": False, "max": True,
                          "auto": name.endswith("accuracy")}[self.a["mode"]]

    def better(self, value, than):
        delta = self.a["min_delta"]
        return value - delta > than if self.rises else value + delta < than

    def epoch_ended(self, epoch, row, optimizer, variables):
        """Whether training stops."""
        a = self.a
        if self.kind == "terminate_on_nan":
            return False
        value = row[self.column]
        improved = self.best is None or self.better(value, self.best)
        if self.kind == "reduce_lr_on_plateau":
            if self.cooling > 0:
                self.cooling, self.wait = self.cooling - 1, 0
            if improved:
                self.best, self.wait = value, 0
            elif self.cooling == 0:
                self.wait += 1
                if self.wait >= a["patience"] and optimizer.rate > a["min_lr"]:
                    optimizer.rate = max(optimizer.rate * a["factor"], a["min_lr"])
                    self.cooling, self.wait = a["cooldown"], 0
            return False
        if epoch < a["start_from_epoch"]:
            return False
        if a["restore_best_weights"] and (improved or self.weights is None):
            self.weights = [v.copy() for v in variables]
        self.wait += 1
        if improved:
            self.best = value
            if a.get("baseline") is None or self.better(value, a["baseline"]):
                self.wait = 0
            return False
        return self.wait >= a["patience"] and epoch > 0


# --- A trial ---------------------------------------------------------------------------------------


@np.errstate(all="ignore")
def train(variant, inputs, targets, seed):
    training = variant["training"]
    loss = reference.objective(training["loss"])
    metrics = [reference.objective(m) for m in variant["metrics"]]
    split = training.get("validation_split", 0)
    count = math.floor(len(inputs) * (1 - split))
    parts = [(inputs[:count], targets[:count])]
    names = ["loss"] + [kind_and_arguments(m)[0] for m in variant["metrics"]]
    if split:
        parts.append((inputs[count:], targets[count:]))
        names += ["val_" + name for name in names]
    batch = count if training["batch_size"] == "all" else training["batch_size"]
    model = reference.Model(variant["model"], inputs.shape[1], seed,
                            kind_and_arguments(training["loss"])[0])
    variables, factors = model.variables(), regularizers(variant["model"])
    has_penalty = any(l1 or l2 for l1, l2 in factors)
    optimizer = Optimizer(training["optimizer"], variables)
    watchers = [Watcher(c, names) for c in training.get("callbacks", [])]
    ends_broken = any(w.kind == "terminate_on_nan" for w in watchers)
    history, diverged, step, stops = [], None, 0, False
    for epoch in range(training["epochs"]):
        order = (reference.shuffled(count, seed, epoch) if training["shuffle"]
                 else list(range(count)))
        total, values, seen = 0.0, [[] for _ in metrics], 0
        for first in range(0, count, batch):
            rows = order[first:first + batch]
            predictions = model.forward(inputs[rows], step)
            losses, gradient = loss(predictions, targets[rows])
            for value in losses:
                total += float(value)
            if has_penalty:
                total += len(rows) * penalty(variables, factors)
            for column, metric in zip(values, metrics):
                column.extend(metric(predictions, targets[rows])[0])
            gradients = [penalized(g, w, *own) for g, w, own in
                         zip(model.gradients(gradient), variables, factors)]
            optimizer.step(variables, gradients)
            step, seen = step + 1, seen + len(rows)
            if ends_broken and not math.isfinite(total):
                break
        row = [total / seen] + [reference.mean(column) for column in values]
        for x, y in parts[1:]:
            predictions = model.forward(x)
            own = reference.mean(loss(predictions, y)[0])
            row.append(own + penalty(variables, factors) if has_penalty else own)
            row += [reference.mean(metric(predictions, y)[0]) for metric in metrics]
        history.append(row)
        for watcher in watchers:
            stops |= watcher.epoch_ended(epoch, row, optimizer, variables)
        if not math.isfinite(row[0]):
            diverged = epoch + 1
        if stops or diverged:
            break
    for watcher in watchers:
        if watcher.weights is not None:
            for v, kept in zip(variables, watcher.weights):
                v[...] = kept
    finals = [reference.mean(metric(model.forward(x), y)[0]) for x, y in parts for metric in metrics]
    if diverged is None and not all(map(math.isfinite, finals)):
        diverged = len(history)
    bits = reference.double_bits
    columns = b"".join(struct.pack("<Q", bits(v)) for row in history for v in row)
    values = [reference.bytes_of(v) for v in variables]
    if "--epochs" in sys.argv:
        print(f"{len(history)} epochs, diverged {diverged}, {finals}", file=sys.stderr)
    return {
        "seed": seed, "diverged": diverged, "metrics": [bits(value) for value in finals],
        "weights": hashlib.sha256(b"".join(values)).hexdigest(),
        "history": hashlib.sha256(columns).hexdigest(), "last_loss": bits(history[-1][0]),
        "fingerprints": [int.from_bytes(hashlib.sha256(v).digest()[:8], "big") for v in values],
    }


# --- The trials that the project's tests repeat ------------------------------------------------------


def dense(*arguments, kernel_penalty=None, bias_penalty=None, **named):
    configuration = reference.dense(*arguments, **named)
    for name, penalty in (("kernel", kernel_penalty), ("bias", bias_penalty)):
        if penalty:
            configuration["dense"][name + "_regularizer"] = penalty
    return configuration


def adam(kind="adam", rate=0.01, **more):
    return {kind: {"learning_rate": rate, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, **more}}


def rmsprop(rate=0.01, **more):
    return {"rmsprop": {"learning_rate": rate, "rho": 0.9, "epsilon": 1e-7, **more}}


def sgd(rate, momentum=0.0, nesterov=False, **more):
    return {"sgd": {"learning_rate": rate, "momentum": momentum, "nesterov": nesterov, **more}}


def adagrad(rate=0.1, **more):
    return {"adagrad": {"learning_rate": rate, "initial_accumulator_value": 0.1, "epsilon": 1e-7,
                        **more}}


def early_stopping(monitor="val_loss", **more):
    return {"early_stopping": {"monitor": monitor, "min_delta": 0, "mode": "auto", "patience": 0,
                               "restore_best_weights": False, "start_from_epoch": 0, **more}}


def plateau(monitor, **more):
    return {"reduce_lr_on_plateau": {"monitor": monitor, "min_delta": 1e-4, "mode": "auto",
                                     "factor": 0.5, "patience": 1, "cooldown": 1, "min_lr": 0.004,
                                     **more}}


def exponential(staircase=False, rate=0.05, decay=0.83):
    return {"exponential_decay": {"initial_learning_rate": rate, "decay_steps": 3,
                                  "decay_rate": decay, "staircase": staircase}}


def inverse(staircase=False):
    return {"inverse_time_decay": {"initial_learning_rate": 0.3, "decay_steps": 4,
                                   "decay_rate": 0.7, "staircase": staircase}}


def cosine(steps, alpha=0.0, target=None, warmup=0):
    a = {"initial_learning_rate": 0.01, "decay_steps": steps, "alpha": alpha, "warmup_steps": warmup}
    return {"cosine_decay": a | ({} if target is None else {"warmup_target": target})}


def polynomial(power=1.0, cycle=False, steps=5):
    return {"polynomial_decay": {"initial_learning_rate": 0.02, "decay_steps": steps,
                                 "end_learning_rate": 0.0001, "power": power, "cycle": cycle}}


PIECEWISE = {"piecewise_constant_decay": {"boundaries": [1, 4, 8],
                                          "values": [0.1, 0.05, 0.02, 0.01]}}
MSE = {"mean_squared_error": {}}
SPARSE = reference.entropy(reference.SPARSE)
NO_CALLBACKS = []


# name: model, loss, metrics, optimizer, callbacks, epochs, batch, shuffle, validation split, data
CASES = {
    "AdamW, clipped norms, exponential decay in stairs": (
        [dense(6, "tanh"), dense(2)], MSE, [MSE],
        adam("adamw", exponential(True), weight_decay=0.004, clipnorm=0.2), NO_CALLBACKS, 3, 4,
        True, 0, reference.wave(10, 3, 2)),
    "Nadam, clipped values, cosine decay after a warm-up, l2": (
        [dense(7, "relu", kernel_penalty={"l2": {"l2": 0.01}}), dense(2)], MSE, [MSE],
        adam("nadam", cosine(6, 0.1, 0.05, 3), clipvalue=0.1), NO_CALLBACKS, 4, 4, True, 0.2,
        reference.wave(13, 3, 2)),
    "RMSprop with a mean and momentum, clipped global norm, polynomial decay": (
        [dense(9, "sigmoid"), dense(2)], MSE, [MSE],
        rmsprop(polynomial(1.5, True), momentum=0.6, centered=True, global_clipnorm=0.3),
        NO_CALLBACKS, 4, 4, True, 0, reference.wave(11, 4, 2)),
    "Adagrad, decaying weights and rates, both penalties": (
        [dense(35, "tanh", kernel_penalty={"l1_l2": {"l1": 0.01, "l2": 0.02}},
               bias_penalty={"l1": {"l1": 0.03}}, bias_start="glorot_uniform"), dense(3, "softmax")],
        SPARSE, [{"sparse_categorical_accuracy": {}}, SPARSE],
        adagrad(inverse(), weight_decay=0.1), NO_CALLBACKS, 3, 4, True, 0.25,
        reference.classes(20, 6, 3, "numbers")),
    "momentum by constant pieces": (
        [dense(10, "relu"), dense(1)], MSE, [MSE], sgd(PIECEWISE, 0.9, True), NO_CALLBACKS, 4, 4,
        True, 0, reference.sequence(12)),
    "Adam, exponential decay": (
        [dense(10), dense(1)], MSE, [MSE], adam(rate=exponential(rate=0.01, decay=0.96)),
        NO_CALLBACKS, 30, "all", True, 0, reference.sequence(10)),
    "RMSprop, cosine decay": (
        [dense(5), dense(2)], MSE, [MSE], rmsprop(cosine(10)), NO_CALLBACKS, 5, 4, True, 0,
        reference.wave(10, 3, 2)),
    "plain descent, polynomial decay": (
        [dense(5), dense(2)], MSE, [MSE], sgd(polynomial(steps=9)), NO_CALLBACKS, 5, 4, True, 0,
        reference.wave(10, 3, 2)),
    "early stopping that restores": (
        [dense(8, "tanh"), reference.dropout(0.2), dense(3, "softmax")], SPARSE,
        [SPARSE, {"sparse_categorical_accuracy": {}}], rmsprop(0.05, momentum=0.5),
        [early_stopping(patience=2, restore_best_weights=True, min_delta=0.01)], 12, 4, True, 0.3,
        reference.classes(20, 6, 3, "numbers")),
    "early stopping by accuracy and by loss": (
        [dense(8, "relu"), dense(3, "softmax")], SPARSE, [{"sparse_categorical_accuracy": {}}],
        rmsprop(0.03, centered=True),
        [early_stopping("val_sparse_categorical_accuracy", patience=3, start_from_epoch=1,
                        baseline=0.2), early_stopping("loss", patience=1, mode="min",
                                                      restore_best_weights=True)],
        12, 5, True, 0.3, reference.classes(20, 6, 3, "numbers")),
    "rates that fall on a plateau": (
        [dense(6, "tanh"), dense(2)], MSE, [MSE], sgd(0.05, 0.9),
        [plateau("val_loss"), early_stopping("mean_squared_error", patience=4)], 14, 4, True, 0.3,
        reference.wave(13, 3, 2)),
    "broken epochs": (
        [dense(4, "relu"), dense(2)], MSE, [MSE], sgd(14.0, 0.3),
        [{"terminate_on_nan": {}}, early_stopping("val_loss", patience=3,
                                                  restore_best_weights=True)], 8, 3, True, 0.25,
        reference.wave(14, 3, 2)),
}


def variant_of(case):
    callbacks = case[4]
    variant = reference.classifier_variant(case[:4] + case[5:])
    if callbacks:
        variant["training"]["callbacks"] = callbacks
    return variant


def check():
    """The elementary functions are as exact as the contract says; mpmath knows better."""
    random = np.random.default_rng(1)
    worst = {"log": 0.0, "exp": 0.0, "cos": 0.0}
    with mpmath.workprec(200):
        for _ in range(20000):
            x = float(2.0 ** random.uniform(-40, 10))
            y = float(random.uniform(-1, 1) * 2.0 ** random.uniform(-20, 5))
            c = float(random.uniform(0, 1))
            for name, own, true in (("log", log(x), mpmath.log(mpmath.mpf(x))),
                                    ("exp", exp(y), mpmath.exp(mpmath.mpf(y))),
                                    ("cos", cosine_of_pi(c), mpmath.cospi(mpmath.mpf(c)))):
                worst[name] = max(worst[name], float(abs(own / true - 1)))
    print("largest relative errors:", worst)
    assert all(error < 1e-15 for error in worst.values())


def rates():
    """Rates of some steps, as bits of binary64."""
    schedules = {
        "exponential": exponential(), "stairs": exponential(True), "inverse": inverse(),
        "inverse stairs": inverse(True), "cosine": cosine(10), "warm": cosine(7, 0.1, 0.05, 4),
        "line": polynomial(), "cycles": polynomial(2.5, True), "pieces": PIECEWISE,
    }
    for name, schedule in schedules.items():
        kind, a = kind_and_arguments(schedule)
        print(f"    // {name}: {a}")
        steps = (0, 1, 2, 3, 5, 8, 9, 13, 300)
        print("    [" + ", ".join(f"0x{reference.double_bits(rate_of(schedule, s)):016x}"
                                  for s in steps) + "],")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="check the elementary functions")
    parser.add_argument("--rates", action="store_true", help="print the schedules' rates")
    parser.add_argument("--swift", action="store_true", help="print the golden trials as Swift")
    parser.add_argument("--epochs", action="store_true", help="say how long each trial trained")
    arguments = parser.parse_args()
    reference.train = train
    if arguments.check:
        check()
    elif arguments.rates:
        rates()
    elif arguments.swift:
        reference.swift("training", CASES, variant_of,
                        lambda name: 6 if variant_of(CASES[name])["training"].get("callbacks")
                        else 3, "scripts/contract-training.py")
    else:
        parser.print_help(sys.stderr)
        sys.exit(2)
