#!/usr/bin/env python3
"""Golden trials of embeddings, recurrent layers, normalizations and masks.

Like contract-reference.py, whose arithmetic it uses, it is written from docs/numeric-contract.md
alone: plain loops over positions, no work shared with the project.

    pip install numpy mpmath
    scripts/contract-reference-sequences.py > Tests/TrainingTests/ContractTrials+Sequences.swift
"""

import hashlib
import importlib.util
import math
import pathlib
import struct

import numpy as np

spec = importlib.util.spec_from_file_location(
    "reference", pathlib.Path(__file__).resolve().with_name("contract-reference.py"))
reference = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reference)
f32, fma, chain = np.float32, reference.fma, reference.chain
ONE, ZERO = f32(1), f32(0)


def gate_slope(kind, y):
    return y * (ONE - y) if kind == "sigmoid" else reference.hard_slope(kind, y)


def initialize(configuration, shape, seed, path):
    kind, a = reference.kind_and_arguments(configuration)
    return reference.initialize(kind, shape, seed, path, a)


def column_sum(rows, width):
    total = np.zeros(width, f32)
    for row in rows:
        total = total + row
    return total


class Layer:
    """Tensors are [B, …]; a mask is [B, T], or None."""
    trainable, others, mask = [], [], None

    def rows(self, x):
        return x.reshape(-1, x.shape[-1])


class Embedding(Layer):
    def __init__(self, a, name, shape, seed):
        self.masks = a["mask_zero"]
        self.trainable = [initialize(a["embeddings_initializer"], (a["input_dim"], a["output_dim"]),
                                     seed, f"{name}/embeddings")]
        self.shape = shape + (a["output_dim"],)

    def forward(self, x, mask, step):
        self.numbers = x.astype(int)
        return self.trainable[0][self.numbers], (x != 0) if self.masks else mask

    def backward(self, dy):
        gradient = np.zeros_like(self.trainable[0])
        for number, row in zip(self.numbers.ravel(), self.rows(dy)):
            gradient[number] = gradient[number] + row
        return [gradient], None


class Recurrent(Layer):
    """One direction; the positions that count, step by step."""

    def __init__(self, a, name, shape, seed, kind, flips=False, zeroes=False):
        self.kind, self.units = kind, a["units"]
        self.resets_before = not a.get("reset_after", True)
        gate, _ = reference.kind_and_arguments(a["recurrent_activation"])
        self.gate = lambda z: reference.activate(gate, z)
        self.slope = lambda y: gate_slope(gate, y)
        gates = (4 if kind == "lstm" else 3) * self.units
        path = f"{name}/{kind}_cell"
        self.trainable = [
            initialize(a["kernel_initializer"], (shape[1], gates), seed, f"{path}/kernel"),
            initialize(a["recurrent_initializer"], (self.units, gates), seed,
                       f"{path}/recurrent_kernel")]
        self.biased = a["use_bias"]
        if self.biased:
            self.trainable.append(self.bias(a, gates, seed, f"{path}/bias"))
        self.sequences, self.backwards = a["return_sequences"], a["go_backwards"]
        self.flips, self.zeroes = flips, zeroes
        self.shape = (shape[0], self.units) if self.sequences else (self.units,)

    def bias(self, a, gates, seed, path):
        u = self.units
        if self.kind == "gru" and not self.resets_before:
            return initialize(a["bias_initializer"], (2, gates), seed, path)
        if self.kind == "gru" or not a["unit_forget_bias"]:
            return initialize(a["bias_initializer"], (gates,), seed, path)
        parts = [initialize(a["bias_initializer"], (n,), seed, path) for n in (u, 2 * u)]
        return np.concatenate([parts[0], np.ones(u, f32), parts[1]])

    def forward(self, x, mask, step):
        count, steps, _ = x.shape
        u = self.units
        kernel, recurrent = self.trainable[:2]
        h, c = np.zeros((count, u), f32), np.zeros((count, u), f32)
        outputs = np.zeros((count, steps, u), f32)
        self.input_shape, self.kept = x.shape, []
        for s in range(steps):
            t = steps - 1 - s if self.backwards else s
            place = steps - 1 - s if self.flips else s
            for b in range(count):
                if mask is not None and not mask[b, t]:
                    outputs[b, place] = ZERO if self.zeroes else h[b]
                    continue
                xw = chain(x[b, t][None], kernel)[0]
                kept = {"b": b, "t": t, "s": s, "x": x[b, t], "h": h[b].copy(), "c": c[b].copy()}
                if self.resets_before:
                    h[b] = self.gru_reset_before(xw, kept)
                else:
                    step_of = self.lstm if self.kind == "lstm" else self.gru
                    h[b], c[b] = step_of(xw, chain(h[b][None], recurrent)[0], kept)
                outputs[b, place] = h[b]
                self.kept.append(kept)
        if not self.sequences:
            return h, None
        return outputs, mask

    def lstm(self, xw, hu, kept):
        u, z = self.units, xw + hu
        if self.biased:
            z = z + self.trainable[2]
        i, f, o = self.gate(z[:u]), self.gate(z[u:2 * u]), self.gate(z[3 * u:])
        g = reference.tanh(z[2 * u:3 * u])
        c = fma(f, kept["c"], i * g)
        squashed = reference.tanh(c)
        kept.update(i=i, f=f, g=g, o=o, squashed=squashed)
        return o * squashed, c

    def gru(self, xw, hu, kept):
        u = self.units
        if self.biased:
            xw, hu = xw + self.trainable[2][0], hu + self.trainable[2][1]
        z, r = self.gate(xw[:u] + hu[:u]), self.gate(xw[u:2 * u] + hu[u:2 * u])
        candidate = reference.tanh(fma(r, hu[2 * u:], xw[2 * u:]))
        kept.update(z=z, r=r, candidate=candidate, inner=hu[2 * u:])
        return fma(z, kept["h"], (ONE - z) * candidate), kept["c"]

    def gru_reset_before(self, xw, kept):
        u, recurrent = self.units, self.trainable[1]
        if self.biased:
            xw = xw + self.trainable[2]
        z, r = (self.gate(xw[block] + chain(kept["h"][None], recurrent[:, block])[0])
                for block in (slice(0, u), slice(u, 2 * u)))
        p = r * kept["h"]
        candidate = reference.tanh(xw[2 * u:] + chain(p[None], recurrent[:, 2 * u:])[0])
        kept.update(z=z, r=r, candidate=candidate, p=p)
        return fma(z, kept["h"], (ONE - z) * candidate)

    def backward(self, dy, mask=None):
        count, steps, inputs = self.input_shape
        kernel, recurrent = self.trainable[:2]
        dh = np.zeros((count, self.units), f32) if self.sequences else dy.copy()
        dc = np.zeros((count, self.units), f32)
        at = {(k["b"], k["s"]): k for k in self.kept}
        for s in reversed(range(steps)):
            place = steps - 1 - s if self.flips else s
            for b in range(count):
                k = at.get((b, s))
                if self.sequences and not (self.zeroes and k is None):
                    dh[b] = dh[b] + dy[b, place]
                if k is None:
                    continue
                if self.kind == "lstm":
                    dc[b] = self.lstm_gradient(k, dh[b], dc[b])
                    dh[b] = chain(k["dz"][None], recurrent.T)[0]
                elif self.resets_before:
                    dh[b] = self.gru_reset_before_gradient(k, dh[b])
                else:
                    self.gru_gradient(k, dh[b])
                    dh[b] = fma(dh[b], k["z"], chain(k["dhu"][None], recurrent.T)[0])
        # In the order of work: step by step, rows of the batch ascending.
        gates = kernel.shape[1]
        stack = lambda name, width: np.array([k[name] for k in self.kept], f32).reshape(-1, width)
        dz, dhu = stack("dz", gates), stack("dhu", gates)
        gradients = [chain(stack("x", inputs).T, dz), chain(stack("h", self.units).T, dhu)]
        if self.resets_before:
            c = slice(2 * self.units, None)
            gradients[1][:, c] = chain(stack("p", self.units).T, dz[:, c])
        if self.biased:
            sums = column_sum(dz, gates)
            if self.kind == "gru" and not self.resets_before:
                sums = np.stack([sums, column_sum(dhu, gates)])
            gradients.append(sums)
        dx = np.zeros(self.input_shape, f32)
        for k in self.kept:
            dx[k["b"], k["t"]] = chain(k["dz"][None], kernel.T)[0]
        return gradients, dx

    def lstm_gradient(self, k, dh, dc):
        i, f, g, o, t = k["i"], k["f"], k["g"], k["o"], k["squashed"]
        d = fma(dh * o, fma(-t, t, ONE), dc)
        k["dz"] = k["dhu"] = np.concatenate([
            (d * g) * self.slope(i), (d * k["c"]) * self.slope(f),
            (d * i) * fma(-g, g, ONE), (dh * t) * self.slope(o)])
        return d * f

    def gru_gradient(self, k, dh):
        z, r, candidate = k["z"], k["r"], k["candidate"]
        dz = (dh * (k["h"] - candidate)) * self.slope(z)
        dcandidate = (dh * (ONE - z)) * fma(-candidate, candidate, ONE)
        dr = (dcandidate * k["inner"]) * self.slope(r)
        k["dz"] = np.concatenate([dz, dr, dcandidate])
        k["dhu"] = np.concatenate([dz, dr, dcandidate * r])

    def gru_reset_before_gradient(self, k, dh):
        z, r, candidate = k["z"], k["r"], k["candidate"]
        u, recurrent = self.units, self.trainable[1]
        dz = (dh * (k["h"] - candidate)) * self.slope(z)
        dcandidate = (dh * (ONE - z)) * fma(-candidate, candidate, ONE)
        dp = chain(dcandidate[None], recurrent[:, 2 * u:].T)[0]
        dr = (dp * k["h"]) * self.slope(r)
        k["dz"] = k["dhu"] = np.concatenate([dz, dr, dcandidate])
        e = chain(k["dz"][None, :2 * u], recurrent[:, :2 * u].T)[0]
        return fma(dh, z, fma(dp, r, e))


class Bidirectional(Layer):
    def __init__(self, a, name, shape, seed):
        kind, inner = reference.kind_and_arguments(a["layer"])
        own = inner.get("name", kind)
        sequences = inner["return_sequences"]
        turned = dict(inner, go_backwards=not inner["go_backwards"])
        self.parts = [
            Recurrent(inner, f"{name}/forward_{own}", shape, seed, kind, zeroes=sequences),
            Recurrent(turned, f"{name}/backward_{own}", shape, seed, kind, flips=sequences,
                      zeroes=sequences)]
        self.trainable = self.parts[0].trainable + self.parts[1].trainable
        self.mode, units = a["merge_mode"], inner["units"]
        self.shape = self.parts[0].shape[:-1] + (2 * units if self.mode == "concat" else units,)

    def forward(self, x, mask, step):
        (y, mask_out), (z, _) = (part.forward(x, mask, step) for part in self.parts)
        self.results = y, z
        merged = {"concat": lambda: np.concatenate([y, z], -1), "sum": lambda: y + z,
                  "ave": lambda: (y + z) * f32(0.5), "mul": lambda: y * z}[self.mode]()
        return merged, mask_out

    def backward(self, dy):
        u, (y, z) = self.parts[0].units, self.results
        first, second = {"concat": lambda: (dy[..., :u], dy[..., u:]), "sum": lambda: (dy, dy),
                         "ave": lambda: (dy * f32(0.5), dy * f32(0.5)),
                         "mul": lambda: (dy * z, dy * y)}[self.mode]()
        (own, dx), (others, dx_other) = (
            part.backward(d) for part, d in zip(self.parts, (first, second)))
        return own + others, dx + dx_other


class BatchNormalization(Layer):
    def __init__(self, a, name, shape, seed):
        width, self.a, self.shape = (shape[-1],), a, shape
        for variable, wanted in (("gamma", a["scale"]), ("beta", a["center"])):
            if wanted:
                self.trainable = self.trainable + [
                    initialize(a[f"{variable}_initializer"], width, seed, f"{name}/{variable}")]
        self.others = [
            initialize(a[f"moving_{v}_initializer"], width, seed, f"{name}/moving_{v}")
            for v in ("mean", "variance")]

    def moments(self, x, counts):
        counted = x[counts]
        if len(counted) == 0:
            return np.zeros(x.shape[1], f32), np.zeros(x.shape[1], f32)
        mean = column_sum(counted, x.shape[1]) / f32(len(counted))
        d = counted - mean
        return mean, column_sum(d * d, x.shape[1]) / f32(len(counted))

    def forward(self, x, mask, step):
        rows = self.rows(x)
        mean, variance = self.others
        if step is not None:
            self.counts = (np.ones(len(rows), bool) if mask is None else mask.ravel())
            mean, variance = self.moments(rows, self.counts)
            keep, share = f32(self.a["momentum"]), f32(1 - self.a["momentum"])
            for moving, value in zip(self.others, (mean, variance)):
                moving[...] = fma(keep, moving, share * value)
        self.r = ONE / np.sqrt(variance + f32(self.a["epsilon"]))
        self.normal = (rows - mean) * self.r
        return affine(self, self.normal).reshape(x.shape), mask

    def backward(self, dy):
        rows, count = self.rows(dy), f32(max(1, self.counts.sum()))
        gamma, gradients, dbeta, dgamma = affine_gradients(self, rows, self.normal)
        factor = self.r if gamma is None else gamma * self.r
        inner = fma(-self.normal, dgamma / count, rows - dbeta / count)
        dx = factor * np.where(self.counts[:, None], inner, rows)
        return gradients, dx.reshape(dy.shape)


class LayerNormalization(Layer):
    def __init__(self, a, name, shape, seed):
        width, self.a, self.shape = (shape[-1],), a, shape
        for variable, wanted in (("gamma", a["scale"]), ("beta", a["center"])):
            if wanted:
                self.trainable = self.trainable + [
                    initialize(a[f"{variable}_initializer"], width, seed, f"{name}/{variable}")]

    def forward(self, x, mask, step):
        rows = self.rows(x)
        self.width = f32(rows.shape[1])
        d = rows - (reference.row_sum(rows) / self.width)[:, None]
        variance = reference.row_sum(d * d) / self.width
        self.r = (ONE / np.sqrt(variance + f32(self.a["epsilon"])))[:, None]
        self.normal = d * self.r
        return affine(self, self.normal).reshape(x.shape), mask

    def backward(self, dy):
        rows = self.rows(dy)
        gamma, gradients, _, _ = affine_gradients(self, rows, self.normal)
        dnormal = rows if gamma is None else rows * gamma
        mean = (reference.row_sum(dnormal) / self.width)[:, None]
        share = (reference.row_sum(dnormal * self.normal) / self.width)[:, None]
        dx = self.r * fma(-self.normal, share, dnormal - mean)
        return gradients, dx.reshape(dy.shape)


def affine(layer, normal):
    scale, center = layer.a["scale"], layer.a["center"]
    if scale and center:
        return fma(normal, layer.trainable[0], layer.trainable[1])
    return normal * layer.trainable[0] if scale else normal + layer.trainable[0] if center else normal


def affine_gradients(layer, dy, normal):
    dbeta, dgamma = column_sum(dy, dy.shape[1]), np.zeros(dy.shape[1], f32)
    for row, own in zip(dy, normal):
        dgamma = fma(row, own, dgamma)
    scale, center = layer.a["scale"], layer.a["center"]
    gradients = ([dgamma] if scale else []) + ([dbeta] if center else [])
    return layer.trainable[0] if scale else None, gradients, dbeta, dgamma


class Flat(Layer):
    """A layer of contract-reference.py, for the rows of any tensor."""

    def __init__(self, inner, shape, whole_samples):
        self.inner, self.trainable, self.whole = inner, inner.variables, whole_samples
        self.shape = shape

    def forward(self, x, mask, step):
        rows = x.reshape(len(x), -1) if self.whole else self.rows(x)
        return self.inner.forward(rows, step).reshape((len(x),) + self.shape), mask

    def backward(self, dy):
        rows = dy.reshape(len(dy), -1) if self.whole else self.rows(dy)
        gradients, dx = self.inner.backward(rows)
        return gradients, dx.reshape(len(dy), *self.input_shape)


class Model:
    def __init__(self, layers, shape, seed):
        self.layers, counts = [], {}
        for configuration in layers:
            kind, a = reference.kind_and_arguments(configuration)
            name = a.get("name")
            if name is None:
                n = counts.get(kind, 0)
                counts[kind] = n + 1
                name = kind if n == 0 else f"{kind}_{n}"
            if kind == "dropout":
                inner = reference.Dropout(a, name, math.prod(shape), seed)
                layer = Flat(inner, shape, True)
            elif kind == "dense":
                activation = reference.kind_and_arguments(a["activation"])
                if activation[0] == "softmax":  # the loss takes the logits
                    activation = ("linear", {})
                inner = reference.Dense(a, name, shape[-1], seed, activation)
                layer = Flat(inner, shape[:-1] + (a["units"],), False)
            elif kind in ("lstm", "gru"):
                layer = Recurrent(a, name, shape, seed, kind)
            else:
                layer = {"embedding": Embedding, "bidirectional": Bidirectional,
                         "batch_normalization": BatchNormalization,
                         "layer_normalization": LayerNormalization}[kind](a, name, shape, seed)
            layer.input_shape = shape
            self.layers.append(layer)
            shape = layer.shape

    def forward(self, x, step=None):
        mask = None
        for layer in self.layers:
            x, mask = layer.forward(x, mask, step)
        return x, mask

    def gradients(self, da):
        gradients = []
        for layer in reversed(self.layers):
            own, da = layer.backward(da)
            gradients = own + gradients
        return gradients

    def variables(self):
        return [v for layer in self.layers for v in layer.trainable + layer.others]

    def trainables(self):
        return [v for layer in self.layers for v in layer.trainable]


def positions_of(predictions, targets, mask, sparse):
    """Predictions and targets, position by position, and which of them count."""
    p = predictions.reshape(-1, predictions.shape[-1])
    t = targets.reshape(len(p), -1)
    if mask is None and not sparse:  # a sample is one position
        p, t = predictions.reshape(len(predictions), -1), targets.reshape(len(targets), -1)
    return p, t, None if mask is None else mask.ravel()


def evaluate(measure, predictions, targets, mask):
    p, t, counts = positions_of(predictions, targets, mask, "mean_squared" not in measure.__name__)
    values, gradient = measure(p, t)
    return np.array(values, f32), gradient, counts


def weighed(measure, predictions, targets, mask):
    """The losses of all positions and their gradient, each times its weight."""
    values, gradient, counts = evaluate(measure, predictions, targets, mask)
    if counts is None:
        return values, gradient.reshape(predictions.shape)
    valid = int(counts.sum())
    weight = np.where(counts, f32(len(counts) / valid) if valid else ZERO, ZERO).astype(f32)
    values = np.where(weight == 0, ZERO, values * weight)
    gradient = np.where(weight[:, None] == 0, ZERO, gradient * weight[:, None])
    return values, gradient.reshape(predictions.shape)


@np.errstate(all="ignore")
def train(variant, inputs, targets, seed):
    training = variant["training"]
    loss = reference.objective(training["loss"])
    metrics = [reference.objective(m) for m in variant["metrics"]]
    split = training.get("validation_split", 0)
    count = math.floor(len(inputs) * (1 - split))
    parts = [(inputs[:count], targets[:count])]
    if split:
        parts.append((inputs[count:], targets[count:]))
    batch = count if training["batch_size"] == "all" else training["batch_size"]
    model = Model(variant["model"], inputs.shape[1:], seed)
    optimizer = reference.Optimizer(training["optimizer"], model.trainables())
    history, diverged, step = [], None, 0

    def add(columns, predictions, mask, y):
        losses, gradient = weighed(loss, predictions, y, mask)
        columns[0].extend(losses)
        for column, metric in zip(columns[1:], metrics):
            values, _, counts = evaluate(metric, predictions, y, mask)
            column.extend(values if counts is None else values[counts])
        return gradient

    def measured(part):
        # Batches weigh by their own masks; for the loss they are pieces of 64 samples, or a batch
        # where that has more.
        columns = [[] for _ in range(1 + len(metrics))]
        piece = min(len(inputs), max(batch, 64))
        for first in range(0, len(part[0]), piece):
            predictions, mask = model.forward(part[0][first:first + piece])
            add(columns, predictions, mask, part[1][first:first + piece])
        return [reference.mean(column) for column in columns]

    for epoch in range(training["epochs"]):
        order = (reference.shuffled(count, seed, epoch) if training["shuffle"]
                 else list(range(count)))
        columns = [[] for _ in range(1 + len(metrics))]
        for first in range(0, count, batch):
            rows = order[first:first + batch]
            predictions, mask = model.forward(inputs[rows], step)
            gradient = add(columns, predictions, mask, targets[rows])
            optimizer.step(model.trainables(), model.gradients(gradient))
            step += 1
        row = [reference.mean(column) for column in columns]
        for part in parts[1:]:
            row += measured(part)
        history.append(row)
        if not math.isfinite(row[0]):
            diverged = epoch + 1
            break
    finals = [value for part in parts for value in measured(part)[1:]]
    if diverged is None and not all(map(math.isfinite, finals)):
        diverged = training["epochs"]
    columns = b"".join(struct.pack("<Q", reference.double_bits(v)) for row in history for v in row)
    variables = [reference.bytes_of(v) for v in model.variables()]
    return {
        "seed": seed, "diverged": diverged,
        "metrics": [reference.double_bits(value) for value in finals],
        "weights": hashlib.sha256(b"".join(variables)).hexdigest(),
        "history": hashlib.sha256(columns).hexdigest(),
        "last_loss": reference.double_bits(history[-1][0]),
        "fingerprints": [int.from_bytes(hashlib.sha256(v).digest()[:8], "big") for v in variables],
    }


# --- The trials ----------------------------------------------------------------------------------


def embedding(entries, width, masks=False):
    return {"embedding": {
        "input_dim": entries, "output_dim": width, "mask_zero": masks,
        "embeddings_initializer": {"random_uniform": {"minval": -0.05, "maxval": 0.05}}}}


def recurrent(kind, units, sequences=False, backwards=False, bias=True, bias_start="zeros",
              forget=True, start={"orthogonal": {"gain": 1.0}}, gates="sigmoid", after=True):
    arguments = {
        "units": units, "activation": {"tanh": {}}, "recurrent_activation": {gates: {}},
        "use_bias": bias, "kernel_initializer": {"glorot_uniform": {}},
        "recurrent_initializer": start, "bias_initializer": {bias_start: {}},
        "return_sequences": sequences, "go_backwards": backwards}
    arguments.update({"unit_forget_bias": forget} if kind == "lstm" else {"reset_after": after})
    return {kind: arguments}


def bidirectional(layer, mode="concat"):
    return {"bidirectional": {"layer": layer, "merge_mode": mode}}


def normalization(kind, scale=True, center=True, **others):
    arguments = {"axis": -1, "epsilon": 0.001, "scale": scale, "center": center,
                 "gamma_initializer": {"ones": {}}, "beta_initializer": {"zeros": {}}}
    if kind == "batch_normalization":
        arguments.update(momentum=0.99, moving_mean_initializer={"zeros": {}},
                         moving_variance_initializer={"ones": {}})
    arguments.update(others)
    return {kind: arguments}


def sentences(samples, length, words, classes=None, width=None):
    """Numbers without structure, each sentence ended by a padding of its own length, one inside."""
    x = np.zeros((samples, length), f32)
    for b in range(samples):
        end = 1 + (b * 5 + 3) % length
        for t in range(end):
            x[b, t] = 1 + (b * 7 + t * 11 + b * t) % (words - 1)
        if b % 3 == 1 and end > 2:
            x[b, end // 2] = 0
    if width:
        y = np.array([[((b * 31 + c * 17 + 5) * 13 % 101 - 50) / 37 for c in range(width)]
                      for b in range(samples)], np.float64).astype(f32)
        return x, y
    y = [[(int(x[b, t]) * 3 + b + t) % classes for t in range(length)] for b in range(samples)]
    return x, np.array(y, f32)


SPARSE, MSE = reference.entropy(reference.SPARSE), {"mean_squared_error": {}}
ACCURACY = {"sparse_categorical_accuracy": {}}

# name: model, loss, metrics, optimizer, epochs, batch, shuffle, validation split, data
CASES = {
    "a tagger": (
        [embedding(11, 5, True), recurrent("lstm", 6, True), reference.dropout(0.3),
         normalization("batch_normalization"), reference.dense(4, "softmax")],
        SPARSE, [ACCURACY, SPARSE], reference.ADAM, 3, 4, True, 0.25, sentences(12, 7, 11, 4)),
    "LSTM of the last position, Nesterov": (
        [embedding(9, 3, True), recurrent("lstm", 17, backwards=True, bias_start="glorot_uniform"),
         reference.dense(2)],
        MSE, [MSE], reference.sgd(0.1, 0.7, True), 3, 4, True, 0, sentences(10, 6, 9, width=2)),
    "LSTM without masks and biases": (
        [embedding(9, 4), recurrent("lstm", 3, True, bias=False, start={"glorot_uniform": {}}),
         recurrent("lstm", 5, forget=False), reference.dense(2)],
        MSE, [MSE], reference.RMSPROP, 3, 5, True, 0.2, sentences(11, 5, 9, width=2)),
    "GRU, masked sequences": (
        [embedding(8, 4, True), recurrent("gru", 7, True, bias_start="glorot_uniform"),
         recurrent("gru", 3, True, True), reference.dense(3, "softmax")],
        SPARSE, [ACCURACY], reference.ADAM, 3, 4, True, 0, sentences(9, 6, 8, 3)),
    "GRU of the last position, without biases": (
        [embedding(8, 18), recurrent("gru", 5, bias=False), reference.dense(2)],
        MSE, [MSE], reference.sgd(0.1), 3, 4, False, 0, sentences(9, 5, 8, width=2)),
    "both directions": (
        [embedding(9, 4, True), bidirectional(recurrent("lstm", 3, True)),
         bidirectional(recurrent("gru", 5, True), "mul"), reference.dense(3, "softmax")],
        SPARSE, [ACCURACY], reference.ADAM, 2, 4, True, 0, sentences(8, 5, 9, 3)),
    "both directions, the last positions": (
        [embedding(9, 4, True), bidirectional(recurrent("gru", 3, True), "sum"),
         bidirectional(recurrent("lstm", 4, backwards=True), "ave"), reference.dense(2)],
        MSE, [MSE], reference.ADAM, 2, 4, True, 0, sentences(8, 5, 9, width=2)),
    "batch normalization": (
        [reference.dense(35, "relu"), normalization("batch_normalization", momentum=0.9),
         reference.dense(6, "tanh"), normalization("batch_normalization", scale=False),
         normalization("batch_normalization", center=False, epsilon=0.01),
         normalization("batch_normalization", scale=False, center=False), reference.dense(2)],
        MSE, [MSE], reference.ADAM, 3, 4, True, 0.3, reference.wave(13, 3, 2)),
    "layer normalization": (
        [normalization("layer_normalization"), reference.dense(35, "relu"),
         normalization("layer_normalization"), reference.dense(6, "tanh"),
         normalization("layer_normalization", scale=False),
         normalization("layer_normalization", center=False, epsilon=0.01),
         normalization("layer_normalization", scale=False, center=False), reference.dense(2)],
        MSE, [MSE], reference.ADAM, 3, 4, True, 0.3, reference.wave(13, 3, 2)),
    "LSTM and GRU with hard sigmoids": (
        [embedding(9, 4, True),
         recurrent("lstm", 5, True, bias_start="glorot_uniform", gates="hard_sigmoid_keras2",
                   start={"random_normal": {"mean": 0.0, "stddev": 2.0}}),
         recurrent("gru", 6, True, bias_start="glorot_uniform", gates="hard_sigmoid",
                   start={"random_normal": {"mean": 0.0, "stddev": 4.0}}),
         bidirectional(recurrent("lstm", 3, gates="hard_sigmoid")), reference.dense(2)],
        MSE, [MSE], reference.ADAM, 3, 4, True, 0, sentences(9, 6, 9, width=2)),
    "GRU with the reset before the product": (
        [embedding(8, 4, True), recurrent("gru", 7, True, bias_start="glorot_uniform", after=False),
         recurrent("gru", 17, True, True, after=False, gates="hard_sigmoid_keras2",
                   start={"random_normal": {"mean": 0.0, "stddev": 1.0}}),
         bidirectional(recurrent("gru", 5, True, after=False), "mul"),
         reference.dense(3, "softmax")],
        SPARSE, [ACCURACY], reference.ADAM, 3, 4, True, 0, sentences(9, 6, 8, 3)),
    "GRU with the reset before, without masks and biases": (
        [embedding(8, 18), recurrent("gru", 5, bias=False, after=False), reference.dense(2)],
        MSE, [MSE], reference.sgd(0.1), 3, 4, False, 0, sentences(9, 5, 8, width=2)),
}

if __name__ == "__main__":
    reference.train = train
    reference.swift("sequences", CASES, reference.classifier_variant, lambda name: 3)
