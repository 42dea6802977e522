#!/usr/bin/env python3
"""An independent implementation of docs/numeric-contract.md, for golden trials.

It shares no code with the project: Python integers for the random words, NumPy's binary32 for
+ - * / and sqrt, an exact fma made from binary64, and mpmath for exp, log, tanh, expm1 and erf.

    pip install numpy mpmath
    scripts/contract-reference.py --check              the contract's own vectors
    scripts/contract-reference.py --swift > Tests/TrainingTests/ContractTrials.swift
    scripts/contract-reference.py --classifiers > Tests/TrainingTests/ContractTrials+Classifiers.swift
    scripts/contract-reference.py --activations > Tests/TrainingTests/ContractTrials+Activations.swift
"""

import argparse
import hashlib
import json
import math
import struct
import sys
from fractions import Fraction

import mpmath
import numpy as np

f32 = np.float32
MASK = 0xFFFFFFFF

# --- Randomness ---------------------------------------------------------------------------------


def threefry2x32(key, counter):
    rotations = [13, 15, 26, 6, 17, 29, 16, 24]
    schedule = [key[0], key[1], 0x1BD11BDA ^ key[0] ^ key[1]]
    x, y = (counter[0] + schedule[0]) & MASK, (counter[1] + schedule[1]) & MASK
    for r in range(20):
        x = (x + y) & MASK
        bits = rotations[r % 8]
        y = ((y << bits | y >> (32 - bits)) & MASK) ^ x
        if r % 4 == 3:
            s = r // 4 + 1
            x = (x + schedule[s % 3]) & MASK
            y = (y + schedule[(s + 1) % 3] + s) & MASK
    return x, y


def philox4x32(key, counter):
    k0, k1 = key
    c = list(counter)
    for r in range(10):
        if r:
            k0, k1 = (k0 + 0x9E3779B9) & MASK, (k1 + 0xBB67AE85) & MASK
        p, q = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(q >> 32) ^ c[1] ^ k0, q & MASK, (p >> 32) ^ c[3] ^ k1, p & MASK]
    return c


def halves(word):
    return word >> 32, word & MASK


def trial_seed(master, index):
    x, y = threefry2x32(halves(master), halves(index))
    return x << 32 | y


INIT, SHUFFLE, DROPOUT = 1, 2, 3


def word(seed, stream, instance, step, element):
    return philox4x32(halves(seed), (element >> 2, step, instance, stream))[element & 3]


def instance_of(path):
    return int.from_bytes(hashlib.sha256(path.encode()).digest()[:4], "big")


def shuffled(count, seed, epoch):
    order, k = list(range(count)), 0
    for i in range(count - 1, 0, -1):
        bound = i + 1
        while True:
            product = word(seed, SHUFFLE, 0, epoch, k) * bound
            k += 1
            if product & MASK >= (2**32 - bound) % bound:
                break
        j = product >> 32
        order[i], order[j] = order[j], order[i]
    return order


# --- Arithmetic ---------------------------------------------------------------------------------


def fma(a, b, c):
    """Exact: the binary64 sum is rounded to odd, which a second rounding cannot harm."""
    a, b, c = np.broadcast_arrays(f32(a), f32(b), f32(c))
    with np.errstate(all="ignore"):
        p = a.astype(np.float64) * b.astype(np.float64)  # exact: 24 + 24 bits
        d = c.astype(np.float64)
        s = p + d
        t = s - p
        error = (p - (s - t)) + (d - t)
        bits = s.view(np.int64)
        inexact = np.isfinite(s) & (error != 0) & (bits & 1 == 0)
        outward = (error > 0) == (s > 0)  # away from zero: the next pattern
        odd = np.where(inexact, bits + np.where(outward, 1, -1), bits).view(np.float64)
        return odd.astype(np.float32)


def chain(a, b):
    """out[r, c] = chain(k) a[r, k] * b[k, c]."""
    acc = np.zeros((a.shape[0], b.shape[1]), f32)
    for k in range(a.shape[1]):
        acc = fma(a[:, k, None], b[None, k, :], acc)
    return acc


def nearest_binary32(x):
    """The binary32 nearest to an mpmath number, ties to even."""
    sign, mantissa, exponent, bits = x._mpf_
    if mantissa == 0:
        return f32(0)
    exact = Fraction(int(mantissa)) * Fraction(2) ** exponent
    unit = Fraction(2) ** max(exponent + bits - 24, -149)
    value = round(exact / unit) * unit  # round() takes ties to even
    value = math.inf if value >= Fraction(2) ** 128 else float(value)
    return f32(-value if sign else value)


def correctly_rounded(function, x):
    def one(value):
        if math.isnan(value):
            return f32(np.nan)
        with mpmath.workprec(300):
            return nearest_binary32(function(mpmath.mpf(float(value))))

    return np.array([one(v) for v in x.ravel()], f32).reshape(x.shape)


def tanh(x):
    def one(v):
        if mpmath.isinf(v) or abs(v) > 100:
            return mpmath.sign(v)
        return mpmath.tanh(v)

    return np.where(x == 0, x, correctly_rounded(one, x))  # keeps -0


def exp(x):
    def one(v):
        return mpmath.mpf(2) ** 200 if v > 200 else mpmath.mpf(0) if v < -200 else mpmath.exp(v)

    return correctly_rounded(one, x)


def log(x):
    special = np.where(x == 0, f32(-np.inf), np.where(x > 0, x, f32(np.nan)))  # +inf stays
    return np.where((x > 0) & np.isfinite(x), correctly_rounded(mpmath.log, np.abs(x) + (x == 0)),
                    special)


def expm1(x):
    def one(v):
        return mpmath.mpf(2) ** 200 if v > 200 else mpmath.mpf(-1) if v < -200 else mpmath.expm1(v)

    return np.where(x == 0, x, correctly_rounded(one, x))


def erf(x):
    def one(v):
        return mpmath.sign(v) if abs(v) > 100 else mpmath.erf(v)

    return np.where(x == 0, x, correctly_rounded(one, x))


def row_sum(terms):
    """Of each row of binary32 values, in the contract's order."""
    sums = np.zeros((terms.shape[0], 32), f32)
    for e in range(terms.shape[1]):
        sums[:, e % 32] = sums[:, e % 32] + terms[:, e]
    for w in (16, 8, 4, 2, 1):
        sums = sums[:, :w] + sums[:, w:2 * w]
    return sums[:, 0]


# --- The model ----------------------------------------------------------------------------------


# Correctly rounded, the constants that the contract writes as f32(...).
HALF_ROOT = f32(math.sqrt(0.5))
NORMAL_PEAK = f32(1 / math.sqrt(2 * math.pi))
GELU_SCALE = f32(math.sqrt(2 / math.pi))
SELU_SCALE = f32(1.0507009873554805)
SELU_ALPHA = f32(1.0507009873554805 * 1.6732632423543772)


def sigmoid(z):
    return f32(1) / (f32(1) + exp(-z))


def gelu_tanh(z):
    return tanh(GELU_SCALE * fma(f32(0.044715), (z * z) * z, z))


def softplus(z):
    t = exp(np.where(z > 0, -z, z))
    u = f32(1) + t
    rest = np.where(u == 1, t, log(u) * (t / (u - f32(1))))
    return np.where(z > 0, z, f32(0)) + rest


def clip(v, low, high):
    return np.where(v < low, low, np.where(v > high, high, v))


def hard_sigmoid(z):
    return clip(z + f32(3), f32(0), f32(6)) / f32(6)


def hard_sigmoid_keras2(z):
    return clip(f32(0.2) * z + f32(0.5), f32(0), f32(1))


def hard_slope(kind, y):
    slope = f32(1 / 6) if kind == "hard_sigmoid" else f32(0.2)
    return np.where((y > 0) & (y < 1), slope, f32(0))


def softmax_rows(z):
    e = exp(z - np.max(z, axis=1, keepdims=True))
    return e / row_sum(e)[:, None]


def activate(kind, z, a={}):
    if kind == "leaky_relu":
        return np.where(z > 0, z, f32(a["negative_slope"]) * z)
    if kind == "elu":
        return np.where(z > 0, z, f32(a["alpha"]) * expm1(z))
    if kind == "selu":
        return np.where(z > 0, SELU_SCALE * z, SELU_ALPHA * expm1(z))
    if kind == "gelu":
        if a["approximate"]:
            return (f32(0.5) * z) * (f32(1) + gelu_tanh(z))
        return (f32(0.5) * z) * (f32(1) + erf(z * HALF_ROOT))
    if kind == "silu":
        return z * sigmoid(z)
    if kind == "softplus":
        return softplus(z)
    if kind == "hard_sigmoid":
        return hard_sigmoid(z)
    if kind == "hard_sigmoid_keras2":
        return hard_sigmoid_keras2(z)
    if kind == "softmax":
        return softmax_rows(z)
    if kind == "relu":
        return np.where(z > 0, z, f32(0))
    if kind == "tanh":
        return tanh(z)
    if kind == "sigmoid":
        return f32(1) / (f32(1) + exp(-z))
    return z


def activation_gradient(kind, z, y, da, a={}):
    if kind == "leaky_relu":
        return np.where(y > 0, da, f32(a["negative_slope"]) * da)
    if kind == "elu":
        return da * np.where(y > 0, f32(1), y + f32(a["alpha"]))
    if kind == "selu":
        return da * np.where(y > 0, SELU_SCALE, y + SELU_ALPHA)
    if kind == "gelu" and a["approximate"]:
        t = gelu_tanh(z)
        slope = GELU_SCALE * fma(f32(3 * 0.044715), z * z, f32(1))
        return da * fma((f32(0.5) * z) * fma(-t, t, f32(1)), slope, f32(0.5) * (f32(1) + t))
    if kind == "gelu":
        density = NORMAL_PEAK * exp((f32(-0.5) * z) * z)
        return da * fma(z, density, f32(0.5) * (f32(1) + erf(z * HALF_ROOT)))
    if kind == "silu":
        s = sigmoid(z)
        return da * (s * fma(z, f32(1) - s, f32(1)))
    if kind == "softplus":
        return da * sigmoid(z)
    if kind.startswith("hard_sigmoid"):
        return da * hard_slope(kind, y)
    if kind == "softmax":
        return y * (da - row_sum(da * y)[:, None])
    if kind == "relu":
        return np.where(y > 0, da, f32(0))
    if kind == "tanh":
        return da * fma(-y, y, f32(1))
    if kind == "sigmoid":
        return da * (y * (f32(1) - y))
    return da


MIDDLE = ([
    3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
    1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
    3.3430575583588128105e4, 2.5090809287301226727e3], [
    1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
    2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
    5.2264952788528545610e3])
TAIL = ([
    1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
    3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
    2.27238449892691845833e-2, 7.74545014278341407640e-4], [
    1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
    1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
    1.05075007164441684324e-9])


def quotient(polynomials, r):
    values = []
    for coefficients in polynomials:
        value = coefficients[7]
        for c in coefficients[6::-1]:
            value = value * r + c
        values.append(value)
    return values[0] / values[1]


def quantile(p):
    """The inverse of the normal distribution function, in binary64 (Python's own floats)."""
    q = p - 0.5
    if abs(q) <= 0.425:
        return q * quotient(MIDDLE, 0.180625 - q * q)
    tail = np.array([f32(p if q < 0 else 1 - p)])
    z = quotient(TAIL, math.sqrt(-float(log(tail)[0])) - 1.6)
    return -z if q < 0 else z


def normal(w):
    return quantile((w + 0.5) * 2.0**-32)


def truncated_normal(w):
    below, within = float.fromhex("0x1.74bcf82c9d860p-6"), float.fromhex("0x1.e8b4307d3627ap-1")
    return min(2.0, max(-2.0, quantile(below + ((w + 0.5) * 2.0**-32) * within)))


def orthonormal(matrix):
    """The columns of a list of rows, by modified Gram-Schmidt."""
    rows, columns = len(matrix), len(matrix[0])
    vectors = [[row[c] for row in matrix] for c in range(columns)]
    for c, vector in enumerate(vectors):
        for other in vectors[:c]:
            total = 0.0
            for k in range(rows):
                total = total + other[k] * vector[k]
            for k in range(rows):
                vector[k] = vector[k] - total * other[k]
        total = 0.0
        for k in range(rows):
            total = total + vector[k] * vector[k]
        length = math.sqrt(total)
        for k in range(rows):
            vector[k] = vector[k] / length
    return [[vector[k] for vector in vectors] for k in range(rows)]


def random_start(kind, a, shape, words):
    """The values of the initializers that draw, but for glorot_uniform's."""
    fan_in, fan_out = (shape[0], shape[0]) if len(shape) == 1 else shape
    scale, connections = {
        "glorot": (1, (fan_in + fan_out) / 2), "he": (2, fan_in), "lecun": (1, fan_in)
    }.get(kind.split("_")[0], (0, 1))
    if kind in ("he_uniform", "lecun_uniform"):
        limit = f32(math.sqrt((3 * scale) / connections))
        return [(f32(2) * (f32(w >> 8) * f32(2.0**-24)) - f32(1)) * limit for w in words]
    if kind in ("glorot_normal", "he_normal", "lecun_normal"):
        deviation = math.sqrt(scale / connections) / 0.87962566103423978
        return [f32(deviation * truncated_normal(w)) for w in words]
    if kind == "random_uniform":
        low, width = f32(a["minval"]), f32(a["maxval"] - a["minval"])
        return [low + (f32(w >> 8) * f32(2.0**-24)) * width for w in words]
    if kind == "random_normal":
        return [f32(a["mean"] + a["stddev"] * normal(w)) for w in words]
    if kind == "truncated_normal":
        return [f32(a["mean"] + a["stddev"] * truncated_normal(w)) for w in words]
    assert kind == "orthogonal"
    rows, columns = shape
    short = min(rows, columns)
    z = [normal(w) for w in words]
    q = orthonormal([z[r * short:(r + 1) * short] for r in range(max(rows, columns))])
    if rows < columns:
        q = [list(column) for column in zip(*q)]
    return [f32(a["gain"] * value) for row in q for value in row]


def initialize(kind, shape, seed, path, a={}):
    if kind == "constant":
        return np.full(shape, f32(a["value"]))
    if kind not in ("zeros", "ones", "glorot_uniform"):
        words = [word(seed, INIT, instance_of(path), 0, e) for e in range(math.prod(shape))]
        return np.array(random_start(kind, a, shape, words), f32).reshape(shape)
    if kind == "zeros":
        return np.zeros(shape, f32)
    if kind == "ones":
        return np.ones(shape, f32)
    fan_in, fan_out = (shape[0], shape[0]) if len(shape) == 1 else shape
    limit = f32(math.sqrt(6 / (fan_in + fan_out)))
    count, instance = math.prod(shape), instance_of(path)
    words = [word(seed, INIT, instance, 0, e) for e in range(count)]
    u = np.array([w >> 8 for w in words], f32) * f32(2.0**-24)
    return ((f32(2) * u - f32(1)) * limit).reshape(shape)


def kind_and_arguments(configuration):
    ((kind, arguments),) = configuration.items()
    return kind, arguments


class Dense:
    def __init__(self, a, name, width, seed, activation):
        self.activation, self.width = activation, a["units"]

        def start(argument, shape, variable):
            kind, own = kind_and_arguments(a[argument])
            return initialize(kind, shape, seed, f"{name}/{variable}", own)

        self.variables = [start("kernel_initializer", (width, a["units"]), "kernel")]
        if a["use_bias"]:
            self.variables.append(start("bias_initializer", (a["units"],), "bias"))

    def forward(self, x, step):
        z = chain(x, self.variables[0])
        if len(self.variables) > 1:
            z = z + self.variables[1]
        kind, own = self.activation
        self.x, self.z, self.y = x, z, activate(kind, z, own)
        return self.y

    def backward(self, dy):
        kind, own = self.activation
        dz = activation_gradient(kind, self.z, self.y, dy, own)
        gradients = [chain(self.x.T, dz)]
        if len(self.variables) > 1:
            total = np.zeros(dz.shape[1], f32)
            for row in dz:
                total = total + row
            gradients.append(total)
        return gradients, chain(dz, self.variables[0].T)


class Dropout:
    variables = []

    def __init__(self, a, name, width, seed):
        self.rate, self.instance, self.width, self.seed = a["rate"], instance_of(name), width, seed

    def forward(self, x, step):
        if step is None:  # inference
            return x
        threshold = math.floor((1 - self.rate) * 2.0**32)
        words = [word(self.seed, DROPOUT, self.instance, step, e) for e in range(x.size)]
        self.kept = np.array([w < threshold for w in words]).reshape(x.shape)
        return self.masked(x)

    def masked(self, x):
        factor = f32(1 / (1 - self.rate)) if self.rate < 1 else f32(0)
        return np.where(self.kept, x * factor, f32(0))

    def backward(self, dy):
        return [], self.masked(dy)


class Activation:
    variables = []

    def __init__(self, width, activation):
        self.width, self.activation = width, activation

    def forward(self, x, step):
        self.z, self.y = x, activate(self.activation[0], x, self.activation[1])
        return self.y

    def backward(self, dy):
        kind, own = self.activation
        return [], activation_gradient(kind, self.z, self.y, dy, own)


# Layers of other files (kind: class); each is made with its arguments, name, input width and seed.
LAYERS = {"dropout": Dropout}


class Model:
    def __init__(self, layers, input_width, seed, loss):
        self.layers, counts, width = [], {}, input_width
        for configuration in layers:
            kind, a = kind_and_arguments(configuration)
            name = a.get("name")
            if name is None:
                n = counts.get(kind, 0)
                counts[kind] = n + 1
                name = kind if n == 0 else f"{kind}_{n}"
            if kind in LAYERS:
                self.layers.append(LAYERS[kind](a, name, width, seed))
            else:
                activation = kind_and_arguments(a["activation"])
                is_last = configuration is layers[-1]
                if activation[0] == "softmax" and is_last and "crossentropy" in loss:
                    activation = ("linear", {})  # the loss takes the logits
                self.layers.append(Activation(width, activation) if kind == "activation"
                                   else Dense(a, name, width, seed, activation))
            width = self.layers[-1].width

    def variables(self):
        return [v for layer in self.layers for v in layer.variables]

    def forward(self, x, step=None):
        for layer in self.layers:
            x = layer.forward(x, step)
        return x

    def gradients(self, da):
        gradients = []
        for layer in reversed(self.layers):
            own, da = layer.backward(da)
            gradients = own + gradients
        return gradients


# --- Losses and metrics: the samples' values, and the gradient by the predictions ------------------


def mean_squared_error(predictions, targets):
    d = predictions - targets
    scale = f32(2 / (d.shape[0] * d.shape[1]))
    return row_sum(d * d) / f32(d.shape[1]), d * scale


def softmax_parts(logits):
    m = np.max(logits, axis=1, keepdims=True)
    e = exp(logits - m)
    s = row_sum(e)[:, None]
    return logits - m, e, s


def categorical_crossentropy(logits, targets):
    shifted, e, s = softmax_parts(logits)
    terms = np.where(targets == 0, f32(0), targets * (log(s) - shifted))
    return row_sum(terms), (e / s - targets) * f32(1 / len(logits))


def sparse_categorical_crossentropy(logits, targets):
    shifted, e, s = softmax_parts(logits)
    classes = targets[:, 0].astype(int)
    rows = np.arange(len(logits))
    y = np.zeros_like(logits)
    y[rows, classes] = 1
    return log(s)[:, 0] - shifted[rows, classes], (e / s - y) * f32(1 / len(logits))


def place_of_largest(row):
    place = 0
    for j in range(1, len(row)):
        if row[j] > row[place]:
            place = j
    return place


def categorical_accuracy(predictions, targets):
    return [f32(place_of_largest(p) == place_of_largest(t))
            for p, t in zip(predictions, targets)], None


def sparse_categorical_accuracy(predictions, targets):
    return [f32(place_of_largest(p) == int(t[0])) for p, t in zip(predictions, targets)], None


OBJECTIVES = {f.__name__: f for f in (
    mean_squared_error, categorical_crossentropy, sparse_categorical_crossentropy,
    categorical_accuracy, sparse_categorical_accuracy)}


def objective(configuration):
    return OBJECTIVES[kind_and_arguments(configuration)[0]]


class Optimizer:
    def __init__(self, configuration, variables):
        self.kind, self.a = kind_and_arguments(configuration)
        self.m = [np.zeros_like(v) for v in variables]
        self.v = [np.zeros_like(v) for v in variables]
        self.b1 = self.b2 = 1.0

    def step(self, variables, gradients):
        a = self.a
        if self.kind == "adam":
            self.b1, self.b2 = self.b1 * a["beta_1"], self.b2 * a["beta_2"]
            alpha = f32(a["learning_rate"] * math.sqrt(1 - self.b2) / (1 - self.b1))
        for i, (w, g) in enumerate(zip(variables, gradients)):
            if self.kind == "adam":
                m, v = self.m[i], self.v[i]
                m = fma(g - m, f32(1 - a["beta_1"]), m)
                v = fma(fma(g, g, -v), f32(1 - a["beta_2"]), v)
                w[...] = w - (alpha * m) / (np.sqrt(v) + f32(a["epsilon"]))
                self.m[i], self.v[i] = m, v
            elif self.kind == "rmsprop":
                v = fma(f32(1 - a["rho"]), g * g, f32(a["rho"]) * self.v[i])
                w[...] = w - (f32(a["learning_rate"]) * g) / np.sqrt(v + f32(a["epsilon"]))
                self.v[i] = v
            else:
                step = f32(a["learning_rate"]) * g
                if a["momentum"] == 0:
                    w[...] = w - step
                    continue
                mu = f32(a["momentum"])
                self.m[i] = m = fma(mu, self.m[i], -step)
                w[...] = w + (fma(mu, m, -step) if a["nesterov"] else m)


# --- A trial ------------------------------------------------------------------------------------


def mean(values):
    total = 0.0
    for value in values:
        total += float(value)
    return total / len(values)


def double_bits(value):
    return 0x7FF8 << 48 if math.isnan(value) else struct.unpack("<Q", struct.pack("<d", value))[0]


def bytes_of(values):
    bits = np.ascontiguousarray(values, f32).view(np.uint32).copy()
    bits[np.isnan(values)] = 0x7FC00000
    return bits.astype("<u4").tobytes()


def data_digest(inputs, targets):
    shapes = [" ".join(map(str, a.shape)) for a in (inputs, targets)]
    header = f"seedsweep data 1\n{shapes[0]}\n{shapes[1]}\n".encode()
    values = inputs.astype("<f4").tobytes() + targets.astype("<f4").tobytes()
    return hashlib.sha256(header + values).hexdigest()


@np.errstate(all="ignore")
def train(variant, inputs, targets, seed):
    training = variant["training"]
    metrics = [objective(m) for m in variant["metrics"]]
    measures = [objective(training["loss"])] + metrics
    split = training.get("validation_split", 0)
    count = math.floor(len(inputs) * (1 - split))
    parts = [(inputs[:count], targets[:count])]
    if split:
        assert 0 < count < len(inputs)
        parts.append((inputs[count:], targets[count:]))
    batch = count if training["batch_size"] == "all" else training["batch_size"]
    loss = kind_and_arguments(training["loss"])[0]
    model = Model(variant["model"], inputs.shape[1], seed, loss)
    optimizer = Optimizer(training["optimizer"], model.variables())
    history, diverged, step = [], None, 0
    for epoch in range(training["epochs"]):
        order = shuffled(count, seed, epoch) if training["shuffle"] else list(range(count))
        values = [[] for _ in measures]
        for first in range(0, count, batch):
            rows = order[first:first + batch]
            predictions = model.forward(inputs[rows], step)
            for column, measure in zip(values, measures):
                column.extend(measure(predictions, targets[rows])[0])
            gradient = measures[0](predictions, targets[rows])[1]
            optimizer.step(model.variables(), model.gradients(gradient))
            step += 1
        row = [mean(column) for column in values]
        for x, y in parts[1:]:
            row += [mean(measure(model.forward(x), y)[0]) for measure in measures]
        history.append(row)
        if not math.isfinite(row[0]):
            diverged = epoch + 1
            break
    finals = [mean(metric(model.forward(x), y)[0]) for x, y in parts for metric in metrics]
    if diverged is None and not all(map(math.isfinite, finals)):
        diverged = training["epochs"]
    columns = b"".join(struct.pack("<Q", double_bits(v)) for row in history for v in row)
    variables = [bytes_of(v) for v in model.variables()]
    return {
        "seed": seed,
        "diverged": diverged,
        "metrics": [double_bits(value) for value in finals],
        "weights": hashlib.sha256(b"".join(variables)).hexdigest(),
        "history": hashlib.sha256(columns).hexdigest(),
        "last_loss": double_bits(history[-1][0]),
        "fingerprints": [int.from_bytes(hashlib.sha256(v).digest()[:8], "big") for v in variables],
    }


# --- The trials that the project's tests repeat --------------------------------------------------


def dense(units, activation="linear", bias=True, kernel="glorot_uniform", bias_start="zeros",
          name=None):
    def configuration(of):
        return of if isinstance(of, dict) else {of: {}}

    arguments = {
        "units": units, "activation": configuration(activation), "use_bias": bias,
        "kernel_initializer": configuration(kernel), "bias_initializer": configuration(bias_start),
    }
    if name is not None:
        arguments["name"] = name
    return {"dense": arguments}


def sgd(rate=0.01, momentum=0.0, nesterov=False):
    return {"sgd": {"learning_rate": rate, "momentum": momentum, "nesterov": nesterov}}


ADAM = {"adam": {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}}
RMSPROP = {"rmsprop": {"learning_rate": 0.001, "rho": 0.9, "epsilon": 1e-7}}


def sequence(length):
    values = np.array([i / length for i in range(length)], np.float64).astype(f32)[:, None]
    return values[:-1], values[1:]


def wave(samples, inputs, targets):
    """Values with no structure that a mistake in an index could hide behind."""
    def table(rows, columns, factor):
        return np.array([[((r * 31 + c * 17 + 5) * factor % 101 - 50) / 37 for c in range(columns)]
                         for r in range(rows)], np.float64).astype(f32)
    return table(samples, inputs, 7), table(samples, targets, 13)


# name: model, optimizer, epochs, batch, shuffle, data
CASES = {
    "the contract's": ([dense(10), dense(1)], ADAM, 100, "all", True, sequence(10)),
    "relu, plain descent": (
        [dense(7, "relu"), dense(5, "relu"), dense(2)], sgd(0.05), 3, 4, True, wave(10, 3, 2)),
    "tanh, momentum": (
        [dense(6, "tanh"), dense(4, "tanh"), dense(2)], sgd(0.1, 0.9), 3, 4, True, wave(10, 3, 2)),
    "sigmoid, Nesterov": (
        [dense(9, "sigmoid"), dense(2, "sigmoid")], sgd(0.2, 0.7, True), 3, 4, True,
        wave(11, 4, 2)),
    "mixed, RMSprop": (
        [dense(8, "tanh", bias_start="glorot_uniform"), dense(6, "relu"), dense(3, "sigmoid"),
         dense(1)], RMSPROP, 5, 4, True, wave(13, 2, 1)),
    "Adam in batches": ([dense(10, "relu"), dense(1)], ADAM, 4, 4, True, sequence(12)),
    "neither bias nor shuffle": (
        [dense(5, "relu", bias=False, name="hidden"),
         dense(3, bias=True, kernel="ones", bias_start="ones"), dense(2, bias=False)],
        sgd(0.01), 3, 3, False, wave(7, 3, 2)),
    "wide rows": ([dense(33, "relu"), dense(70)], ADAM, 3, 5, True, wave(19, 40, 70)),
    "some diverging": ([dense(4, "relu"), dense(2)], sgd(12.0), 6, 4, True, wave(10, 3, 2)),
    "diverging at the end": ([dense(4), dense(2)], sgd(3e19), 1, "all", True, wave(10, 3, 2)),
}
MASTER = 1


def dropout(rate, name=None):
    return {"dropout": {"rate": rate} if name is None else {"rate": rate, "name": name}}


def entropy(kind, from_logits=False):
    return {kind: {"from_logits": from_logits}}


CATEGORICAL, SPARSE = "categorical_crossentropy", "sparse_categorical_crossentropy"
RMSPROP_FAST = {"rmsprop": {"learning_rate": 0.02, "rho": 0.9, "epsilon": 1e-7}}


def classes(samples, inputs, count, form):
    """Inputs without structure; targets as class numbers, one-hot or probabilities."""
    x, _ = wave(samples, inputs, 1)
    numbers = [(r * 7 + 3) % 11 % count for r in range(samples)]
    if form == "numbers":
        return x, np.array(numbers, f32)[:, None]
    y = np.zeros((samples, count), f32)
    y[np.arange(samples), numbers] = 1 if form == "one-hot" else 0.75
    if form == "probabilities":
        y[np.arange(samples), [(n + 1) % count for n in numbers]] += f32(0.25)
    return x, y


# name: model, loss, metrics, optimizer, epochs, batch, shuffle, validation split, data
CLASSIFIERS = {
    "dropout, one-hot targets, RMSprop": (
        [dense(8, "relu"), dropout(0.4), dense(5, "relu"), dropout(0.3), dense(3, "softmax")],
        entropy(CATEGORICAL), [entropy(CATEGORICAL), {"categorical_accuracy": {}}], RMSPROP_FAST,
        3, 8, True, 0.25, classes(20, 6, 3, "one-hot")),
    "dropout, class numbers, Adam, whole batches": (
        [dropout(0.2), dense(9, "tanh"), dropout(0.5, name="half"), dense(4, "softmax")],
        entropy(SPARSE), [{"sparse_categorical_accuracy": {}}, entropy(SPARSE)], ADAM,
        4, "all", False, 0.3, classes(17, 5, 4, "numbers")),
    "wide rows, probabilities, logits": (
        [dense(33, "relu"), dropout(0.1), dense(70)], entropy(CATEGORICAL, True),
        [{"categorical_accuracy": {}}, entropy(CATEGORICAL, True)], sgd(0.5, 0.9), 3, 4, True, 0,
        classes(11, 7, 70, "probabilities")),
    "wide rows, class numbers": (
        [dense(40, "sigmoid"), dense(45, "softmax")], entropy(SPARSE), [entropy(SPARSE)],
        sgd(0.5), 3, 6, True, 0.5, classes(22, 3, 45, "numbers")),
    "all kept and none kept": (
        [dropout(0), dense(6, "relu"), dropout(0, name="open"), dense(5, "relu"), dropout(1),
         dense(3, "softmax")], entropy(SPARSE), [{"sparse_categorical_accuracy": {}}],
        RMSPROP_FAST, 3, 4, True, 0.1, classes(10, 4, 3, "numbers")),
    "regression with validation": (
        [dense(6, "tanh"), dropout(0.25), dense(2)], {"mean_squared_error": {}},
        [{"mean_squared_error": {}}], ADAM, 4, 4, True, 0.3, wave(13, 3, 2)),
    "a loss that is no metric": (
        [dense(6, "relu"), dropout(0.25), dense(3, "softmax")], entropy(SPARSE),
        [{"sparse_categorical_accuracy": {}}], sgd(0.1), 2, 3, True, 0.2,
        classes(12, 4, 3, "numbers")),
    "diverging classifiers": (
        [dense(4, "relu"), dense(3, "softmax")], entropy(CATEGORICAL),
        [{"categorical_accuracy": {}}, entropy(CATEGORICAL)], sgd(2e19), 6, 4, True, 0.25,
        classes(12, 3, 3, "one-hot")),
}


GELU, GELU_TANH = {"gelu": {"approximate": False}}, {"gelu": {"approximate": True}}


def activation(kind):
    return {"activation": {"activation": kind if isinstance(kind, dict) else {kind: {}}}}


MSE = {"mean_squared_error": {}}
# As CLASSIFIERS: activations and initializers of every kind.
ACTIVATIONS = {
    "leaky_relu, elu, selu": (
        [dense(7, {"leaky_relu": {"negative_slope": 0.2}}, kernel="he_normal"),
         dense(6, {"elu": {"alpha": 1.5}}, kernel="lecun_normal"),
         dense(5, "selu", kernel="glorot_normal", bias_start={"constant": {"value": 0.25}}),
         dense(2)], MSE, [MSE], sgd(0.05), 3, 4, True, 0.25, wave(13, 3, 2)),
    "gelu of both forms, silu, softplus": (
        [dense(9, GELU, kernel="he_uniform"), dense(7, GELU_TANH, kernel="lecun_uniform"),
         dense(6, "silu", kernel={"orthogonal": {"gain": 1.25}}),
         dense(2, "softplus", kernel={"orthogonal": {"gain": 1}})],
        MSE, [MSE], ADAM, 3, 4, True, 0, wave(11, 4, 2)),
    "layers of activations alone": (
        [activation("tanh"), dense(40, kernel={"random_normal": {"mean": 0.1, "stddev": 0.3}}),
         activation("softmax"),
         dense(9, kernel={"random_uniform": {"minval": -0.5, "maxval": 0.25}}), activation(GELU),
         dense(6, kernel={"truncated_normal": {"mean": 0, "stddev": 0.5}}), activation("relu"),
         dense(3, bias_start={"truncated_normal": {"mean": 0, "stddev": 0.05}}),
         activation("softmax")],
        entropy(CATEGORICAL), [{"categorical_accuracy": {}}, entropy(CATEGORICAL)], RMSPROP_FAST,
        3, 5, True, 0.25, classes(19, 5, 3, "probabilities")),
    "softmax at the end of a regression": (
        [dense(5, "softmax", kernel={"random_uniform": {"minval": -0.05, "maxval": 0.05}}),
         dense(4, "softplus", kernel={"orthogonal": {"gain": 1}}),
         dense(3, "softmax", kernel="he_normal", bias_start="lecun_normal")],
        MSE, [MSE, {"categorical_accuracy": {}}], sgd(0.5, 0.9), 3, 4, False, 0,
        classes(11, 4, 3, "one-hot")),
    "large values of every activation": (
        [dense(6, GELU, kernel={"random_normal": {"mean": 0, "stddev": 30}}),
         dense(6, "silu", kernel={"random_normal": {"mean": 0, "stddev": 5}}),
         dense(6, GELU_TANH, kernel={"random_normal": {"mean": 0, "stddev": 0.5}}),
         dense(6, "softplus", kernel={"random_normal": {"mean": 0, "stddev": 5}}),
         dense(6, {"elu": {"alpha": 0.5}}, kernel={"random_normal": {"mean": 0, "stddev": 5}}),
         dense(2, "selu")], MSE, [MSE], sgd(1e-6), 2, 4, True, 0, wave(10, 3, 2)),
    "hard sigmoids of Keras 3 and Keras 2": (
        [dense(9, "hard_sigmoid", kernel={"random_normal": {"mean": 0, "stddev": 3}}),
         dense(8, "hard_sigmoid_keras2", kernel={"random_normal": {"mean": 0, "stddev": 2}}),
         activation("hard_sigmoid"), dense(2, "hard_sigmoid_keras2", kernel="he_normal")],
        MSE, [MSE], ADAM, 3, 4, True, 0.25, wave(13, 3, 2)),
}


def classifier_variant(case):
    model, loss, metrics, optimizer, epochs, batch, shuffle, split, (inputs, targets) = case
    training = {"loss": loss, "optimizer": optimizer, "epochs": epochs, "batch_size": batch,
                "shuffle": shuffle}
    if split:
        training["validation_split"] = split
    return {"contract": 1, "data": {"test": {}}, "data_sha256": data_digest(inputs, targets),
            "metrics": metrics, "model": model, "training": training}


def variant_of(case):
    model, optimizer, epochs, batch, shuffle, (inputs, targets) = case
    return {
        "contract": 1,
        "data": {"test": {}},
        "data_sha256": data_digest(inputs, targets),
        "metrics": [{"mean_squared_error": {}}],
        "model": model,
        "training": {"loss": {"mean_squared_error": {}}, "optimizer": optimizer, "epochs": epochs,
                     "batch_size": batch, "shuffle": shuffle},
    }


def swift(list_name, cases, variant_of, trials, made_by="scripts/contract-reference.py"):
    print(f"""// Made by {made_by}, which shares no code with the project.
// Do not edit.

extension ContractTrial {{
  static let {list_name}: [ContractTrial] = [""")
    for name, case in cases.items():
        inputs, targets = case[-1]
        variant = variant_of(case)
        print(f"    ContractTrial(\n      name: {json.dumps(name)},\n      variant: #\"\"\"")
        for line in wrapped(json.dumps(variant)):
            print("        " + line)
        print('        """#,')
        print(f"      sampleCount: {len(inputs)}, inputWidth: {inputs.shape[1]}, "
              f"targetWidth: {targets.shape[1]},")
        for label, values in (("inputs", inputs), ("targets", targets)):
            print(f"      {label}: [")
            bits = [f"0x{b:08x}" for b in values.view(np.uint32).ravel()]
            for start in range(0, len(bits), 7):
                print("        " + ", ".join(bits[start:start + 7]) + ",")
            print("      ],")
        print("      expected: [")
        for index in range(trials(name)):
            result = train(variant, inputs, targets, trial_seed(MASTER, index))
            metrics = [f"0x{m:016x}" for m in result["metrics"]]
            metrics = (f"metric: {metrics[0]}," if len(metrics) == 1
                       else f"metrics: [\n            {', '.join(metrics)},\n          ],\n         ")
            print(f"""        Expected(
          seed: "{result['seed']:016x}", divergedAtEpoch: {result['diverged'] or 'nil'},
          {metrics} lastLoss: 0x{result['last_loss']:016x},
          weights: "{result['weights']}",
          history: "{result['history']}",
          fingerprints: [""")
            prints = [f"0x{p:016x}" for p in result["fingerprints"]]
            for start in range(0, len(prints), 4):
                print("            " + ", ".join(prints[start:start + 4]) + ",")
            print("          ]),")
        print("      ]),")
    print("  ]\n}")


def wrapped(text):
    """Lines that a multi-line literal can hold; each break follows a comma and a space."""
    lines, line = [], ""
    for part in text.split(", "):
        piece = part + ", "
        if len(line) + len(piece) > 88:
            lines.append(line)
            line = ""
        line += piece
    lines.append(line)
    lines[-1] = lines[-1].removesuffix(", ")
    return [line.rstrip() for line in lines]


def check():
    """The vectors that the contract states."""
    assert threefry2x32((0, 0), (0, 0)) == (0x6B200159, 0x99BA4EFE)
    pi = [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0]
    assert threefry2x32(pi[2:4], pi[0:2]) == (0xC4923A9C, 0x483DF7A0)
    assert philox4x32((0, 0), (0, 0, 0, 0)) == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]
    assert philox4x32(pi[4:6], pi[0:4]) == [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1]
    assert trial_seed(0xDEADBEEFCAFEF00D, 2**32 + 5) == 0x12FA32CBEB035658
    random = np.random.default_rng(1)
    for _ in range(20000):  # fma against exact fractions
        a, b, c = (f32(random.standard_normal() * 2.0 ** int(random.integers(-30, 30)))
                   for _ in range(3))
        if random.random() < 0.5:
            c = f32(-float(a) * float(b))  # cancellation
        exact = Fraction(float(a)) * Fraction(float(b)) + Fraction(float(c))
        with mpmath.workprec(400):
            expected = nearest_binary32(mpmath.mpf(exact.numerator) / exact.denominator)
        assert fma(a, b, c) == expected, (a, b, c)
    for kind, z, y, slope in [
        ("hard_sigmoid", 0x40400000, 0x3F800000, 0x00000000),
        ("hard_sigmoid", 0x403FFFFF, 0x3F800000, 0x00000000),
        ("hard_sigmoid", 0xC0400000, 0x00000000, 0x00000000),
        ("hard_sigmoid", 0xC03FFFFF, 0x332AAAAB, 0x3E2AAAAB),
        ("hard_sigmoid", 0x3F8CCCCD, 0x3F2EEEEF, 0x3E2AAAAB),
        ("hard_sigmoid", 0x40161E4F, 0x3F641435, 0x3E2AAAAB),
        ("hard_sigmoid", 0xFF800000, 0x00000000, 0x00000000),
        ("hard_sigmoid_keras2", 0x40200000, 0x3F800000, 0x00000000),
        ("hard_sigmoid_keras2", 0x401FFFFE, 0x3F7FFFFE, 0x3E4CCCCD),
        ("hard_sigmoid_keras2", 0xC0200000, 0x00000000, 0x00000000),
        ("hard_sigmoid_keras2", 0xC01FFFFF, 0x33000000, 0x3E4CCCCD),
        ("hard_sigmoid_keras2", 0xBF333333, 0x3EB851EC, 0x3E4CCCCD),
        ("hard_sigmoid_keras2", 0x40161E4F, 0x3F781840, 0x3E4CCCCD),
        ("hard_sigmoid_keras2", 0x7F800000, 0x3F800000, 0x00000000),
    ]:
        value = activate(kind, np.array([z], np.uint32).view(f32))
        assert list(value.view(np.uint32)) == [y], (kind, hex(z))
        assert list(hard_slope(kind, value).view(np.uint32)) == [slope], (kind, hex(z))
    expected = {
        0: ("1e3f18356e752082", 0.083793512810694262,
            "4d7d9df1c29fd1353d103e9bcad28141c26c64eee28e61971fc2220f14f868d9"),
        1: ("74298876fc8d8048", 0.010025916318732521,
            "f029f8d69ec4319680f998f259818da4e3ef5141ce4106cf7203f465dd8ce661"),
    }
    case = CASES["the contract's"]
    for index, (seed, metric, weights) in expected.items():
        result = train(variant_of(case), *case[-1], trial_seed(1, index))
        assert f"{result['seed']:016x}" == seed
        assert result["metrics"] == [double_bits(metric)] and result["weights"] == weights, result
    print("all of the contract's vectors agree")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="check the contract's own vectors")
    parser.add_argument("--swift", action="store_true", help="print the golden trials as Swift")
    parser.add_argument("--classifiers", action="store_true", help="print those of classifiers")
    parser.add_argument("--activations", action="store_true", help="print those of activations")
    arguments = parser.parse_args()
    if arguments.check:
        check()
    elif arguments.swift:
        swift("all", CASES, variant_of, lambda name: 8 if name == "some diverging" else 3)
    elif arguments.classifiers:
        swift("classifiers", CLASSIFIERS, classifier_variant,
              lambda name: 6 if name == "diverging classifiers" else 3)
    elif arguments.activations:
        swift("activations", ACTIVATIONS, classifier_variant, lambda name: 3)
    else:
        parser.print_help(sys.stderr)
        sys.exit(2)
