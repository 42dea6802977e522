#!/usr/bin/env python3
"""Golden trials of the layers with windows, beside scripts/contract-reference.py.

Convolution, max pooling, flatten, reshape and the average over steps, as docs/numeric-contract.md
states them; the rest is contract-reference.py's.

    scripts/contract-convolutions.py > "Tests/TrainingTests/ContractTrials+Convolutions.swift"
"""

import importlib.util
import math
import pathlib

import numpy as np

path = pathlib.Path(__file__).with_name("contract-reference.py")
spec = importlib.util.spec_from_file_location("contract_reference", path)
reference = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reference)
f32, fma = np.float32, reference.fma


def pair(values):
    return (values[0], values[0]) if len(values) == 1 else tuple(values)


def axis(length, window, stride, padding):
    """Positions of the window, and its padding before the first place and after the last."""
    if padding == "valid":
        return (length - window) // stride + 1, 0, 0
    positions = -(-length // stride)
    total = max(0, (positions - 1) * stride + window - length)
    return positions, total // 2, total - total // 2


def initialize(kind, shape, seed, path):
    if kind != "glorot_uniform" or len(shape) < 3:
        return reference.initialize(kind, shape, seed, path)
    field = math.prod(shape[:-2])
    limit = f32(math.sqrt(6 / (field * shape[-2] + field * shape[-1])))
    instance = reference.instance_of(path)
    words = [reference.word(seed, reference.INIT, instance, 0, e) for e in range(math.prod(shape))]
    u = np.array([w >> 8 for w in words], f32) * f32(2.0**-24)
    return ((f32(2) * u - f32(1)) * limit).reshape(shape)


class Conv2D:
    def __init__(self, a, name, width, seed):
        kind = lambda argument: reference.kind_and_arguments(a[argument])[0]
        self.activation = reference.kind_and_arguments(a["activation"])
        height, breadth, channels = width
        self.window, self.strides = pair(a["kernel_size"]), pair(a["strides"])
        axes = [axis(n, w, s, a["padding"]) for n, w, s in
                zip((height, breadth), self.window, self.strides)]
        self.positions = [p for p, _, _ in axes]
        self.padding = [(0, 0)] + [(before, after) for _, before, after in axes] + [(0, 0)]
        self.width = (*self.positions, a["filters"])
        self.variables = [initialize(kind("kernel_initializer"),
                                     (*self.window, channels, a["filters"]), seed,
                                     f"{name}/kernel")]
        if a["use_bias"]:
            self.variables.append(initialize(kind("bias_initializer"), (a["filters"],), seed,
                                             f"{name}/bias"))

    def forward(self, x, step):
        (down, across), (rows, columns), kernel = self.strides, self.positions, self.variables[0]
        self.x = x = np.pad(x, self.padding)
        z = np.zeros((len(x), *self.width), f32)
        for k, l, c in np.ndindex(kernel.shape[:3]):
            seen = x[:, k::down, l::across, c][:, :rows, :columns]
            z = fma(seen[..., None], kernel[k, l, c], z)
        if len(self.variables) > 1:
            z = z + self.variables[1]
        self.z, self.y = z, reference.activate(self.activation[0], z, self.activation[1])
        return self.y

    def windows(self):
        for i, j in np.ndindex(*self.positions):
            top, left = i * self.strides[0], j * self.strides[1]
            yield i, j, slice(top, top + self.window[0]), slice(left, left + self.window[1])

    def backward(self, dy):
        name, own = self.activation
        dz = reference.activation_gradient(name, self.z, self.y, dy, own)
        kernel = self.variables[0]
        dkernel = np.zeros_like(kernel)
        for b in range(len(dz)):
            for i, j, down, across in self.windows():
                dkernel = fma(self.x[b, down, across, :, None], dz[b, i, j], dkernel)
        gradients = [dkernel]
        if len(self.variables) > 1:
            total = np.zeros(dz.shape[-1], f32)
            for row in dz.reshape(-1, dz.shape[-1]):
                total = total + row
            gradients.append(total)
        dx = np.zeros_like(self.x)
        for i, j, down, across in self.windows():
            part = np.zeros((len(dz), *kernel.shape[:3]), f32)
            for f in range(dz.shape[-1]):
                part = fma(dz[:, i, j, f][:, None, None, None], kernel[..., f], part)
            dx[:, down, across] = dx[:, down, across] + part
        (_, (top, bottom), (left, right), _) = self.padding
        return gradients, dx[:, top:dx.shape[1] - bottom, left:dx.shape[2] - right]


class MaxPooling2D:
    variables = []

    def __init__(self, a, name, width, seed):
        height, breadth, channels = width
        window = pair(a["pool_size"])
        strides = pair(a.get("strides", a["pool_size"]))
        self.spans = []
        for length, size, stride in zip((height, breadth), window, strides):
            positions, before, _ = axis(length, size, stride, a["padding"])
            starts = [p * stride - before for p in range(positions)]
            self.spans.append([range(max(0, s), min(length, s + size)) for s in starts])
        self.width = (len(self.spans[0]), len(self.spans[1]), channels)

    def forward(self, x, step):
        y = np.zeros((len(x), *self.width), f32)
        self.shape, self.taken = x.shape, {}
        for b, i, j, c in np.ndindex(y.shape):
            best = None
            for row in self.spans[0][i]:
                for column in self.spans[1][j]:
                    value = x[b, row, column, c]
                    if best is None:
                        best = row, column, value
                    elif not np.isnan(best[2]) and (value > best[2] or np.isnan(value)):
                        best = row, column, value
            self.taken[b, i, j, c] = best[:2]
            y[b, i, j, c] = best[2]
        return y

    def backward(self, dy):
        dx = np.zeros(self.shape, f32)
        for b, i, j, c in np.ndindex(dy.shape):
            row, column = self.taken[b, i, j, c]
            dx[b, row, column, c] = dx[b, row, column, c] + dy[b, i, j, c]
        return [], dx


class Reshape:
    variables = []

    def __init__(self, a, name, width, seed):
        self.before = width if isinstance(width, tuple) else (width,)
        count = math.prod(self.before)
        target = a["target_shape"] if "target_shape" in a else [-1]
        known = -math.prod(target) if -1 in target else count
        shape = tuple(count // known if n == -1 else n for n in target)
        self.after = shape
        self.width = shape if len(shape) > 1 else shape[0]

    def forward(self, x, step):
        return x.reshape(len(x), *self.after)

    def backward(self, dy):
        return [], dy.reshape(len(dy), *self.before)


class GlobalAveragePooling1D:
    variables = []

    def __init__(self, a, name, width, seed):
        self.steps, self.width = width

    def forward(self, x, step):
        total = np.zeros((len(x), self.width), f32)
        for t in range(self.steps):
            total = total + x[:, t]
        return total / f32(self.steps)

    def backward(self, dy):
        return [], np.repeat((dy / f32(self.steps))[:, None], self.steps, axis=1)


reference.LAYERS |= {
    "conv2d": Conv2D, "max_pooling2d": MaxPooling2D, "flatten": Reshape, "reshape": Reshape,
    "global_average_pooling1d": GlobalAveragePooling1D,
}


def conv2d(filters, size, activation="linear", strides=(1,), padding="valid", bias=True,
           bias_start="zeros"):
    return {"conv2d": {
        "filters": filters, "kernel_size": list(size), "strides": list(strides),
        "padding": padding, "activation": {activation: {}}, "use_bias": bias,
        "kernel_initializer": {"glorot_uniform": {}}, "bias_initializer": {bias_start: {}}}}


def pooling(size=(2, 2), strides=None, padding="valid"):
    arguments = {"pool_size": list(size), "padding": padding}
    return {"max_pooling2d": arguments if strides is None
            else arguments | {"strides": list(strides)}}


def reshape(*shape):
    return {"reshape": {"target_shape": list(shape)}}


FLATTEN, AVERAGE = {"flatten": {}}, {"global_average_pooling1d": {}}
dense, wave, entropy = reference.dense, reference.wave, reference.entropy
SQUARED = {"mean_squared_error": {}}

# As contract-reference.py's CLASSIFIERS.
CASES = {
    "a convolution of pictures of one channel": (
        [reshape(6, 7, 1), conv2d(5, (3, 2), "relu"), pooling(), FLATTEN, dense(2)],
        SQUARED, [SQUARED], reference.ADAM, 3, 4, True, 0.2, wave(11, 42, 2)),
    "padding, strides, windows that overlap": (
        [reshape(5, 4, -1), conv2d(4, (3,), "tanh", (2,), "same", bias_start="glorot_uniform"),
         conv2d(6, (2, 3), "relu", padding="same", bias=False),
         pooling((2, 3), (1, 2), "same"), FLATTEN, dense(3, "softmax")],
        entropy(reference.SPARSE), [{"sparse_categorical_accuracy": {}}], reference.RMSPROP_FAST,
        3, 3, True, 0, reference.classes(10, 60, 3, "numbers")),
    "many filters": (
        [reshape(4, 4, 2), conv2d(33, (2,), "relu"), conv2d(17, (2, 2)), pooling((2,), (1,)),
         reshape(17), dense(2)],
        SQUARED, [SQUARED], reference.sgd(0.05, 0.9), 3, 4, False, 0, wave(9, 32, 2)),
    "an average over steps": (
        [reshape(3, 5, 2), conv2d(4, (2, 2), "sigmoid", strides=(1, 2), padding="same"),
         reshape(-1, 4), AVERAGE, dense(2)],
        SQUARED, [SQUARED], reference.ADAM, 4, 4, True, 0, wave(9, 30, 2)),
    "diverging convolutions": (
        [reshape(4, 4, 1), conv2d(3, (3,), "relu", padding="same"), pooling(), FLATTEN, dense(2)],
        SQUARED, [SQUARED], reference.sgd(30.0), 6, 4, True, 0, wave(10, 16, 2)),
}

if __name__ == "__main__":
    reference.swift("convolutions", CASES, reference.classifier_variant, lambda name: 3)
