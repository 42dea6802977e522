"""Experiment 1 in PyTorch: many trials at once with the trials innermost, one step compiled.

Without --compiled 1 (which needs a C++ compiler) the same step runs operation by operation. Batched
matrix products with autograd and the fused Adam were many times slower than either.
"""

import measure

options = measure.arguments(
    seeds=100_000, chunk=10_000, repeats=3, shuffle="none", compiled=1)

import numpy as np
import torch

torch.set_num_threads(options.cores)
UNITS, EPOCHS = 10, 100
X = torch.from_numpy((np.arange(9) / 10).astype(np.float32))
Y = torch.from_numpy((np.arange(1, 10) / 10).astype(np.float32))


def initial(count):
    """Kernel and bias of the first layer, then of the second, with the trials as the last axis."""
    limit = (6 / (1 + UNITS)) ** 0.5
    return [
        torch.empty(UNITS, count).uniform_(-limit, limit), torch.zeros(UNITS, count),
        torch.empty(UNITS, count).uniform_(-limit, limit), torch.zeros(count)]


def errors(parameters, x, y):
    kernel_1, bias_1, kernel_2, bias_2 = parameters
    hidden = x[:, None] * kernel_1 + bias_1
    return (hidden * kernel_2).sum(1) + bias_2 - y, hidden


def shuffled(words):
    """The rank of each word among a trial's nine is its place: a permutation without a sort."""
    rows = (words[:, None] > words).sum(1)
    return X[rows], Y[rows]


def step(parameters, moments, velocities, x, y, correction_1, correction_2):
    """Mean squared error's gradients, written out, and Adam."""
    d, hidden = errors(parameters, x, y)
    d = d * (2 / 9)
    d_hidden = d[:, None] * parameters[2]
    gradients = [
        (d_hidden * x[:, None]).sum(0), d_hidden.sum(0), (hidden * d[:, None]).sum(0), d.sum(0)]
    for p, m, v, g in zip(parameters, moments, velocities, gradients):
        m.lerp_(g, 0.1)
        v.lerp_(g * g, 0.001)
        p.sub_(0.001 * (m / correction_1) / ((v / correction_2).sqrt() + 1e-7))


if options.compiled:
    # Each on its own: in one piece the ranks would be computed again for every unit.
    shuffled, step = torch.compile(shuffled), torch.compile(step)


@torch.no_grad()
def train(count):
    """The final losses of `count` trials."""
    parameters = initial(count)
    moments, velocities = ([torch.zeros_like(p) for p in parameters] for _ in range(2))
    x, y = X[:, None].expand(9, count), Y[:, None].expand(9, count)
    for epoch in range(1, EPOCHS + 1):
        if options.shuffle != "none":
            x, y = shuffled(torch.rand(9, count))
        corrections = torch.tensor([1 - 0.9**epoch, 1 - 0.999**epoch])
        step(parameters, moments, velocities, x, y, *corrections)
    return errors(parameters, X[:, None], Y[:, None])[0].square().mean(0)


torch.manual_seed(1)
final = []


def all_seeds():
    final[:] = [train(options.chunk) for _ in range(0, options.seeds, options.chunk)]


train(options.chunk)
times = measure.seconds(all_seeds, options.repeats)
values = torch.cat(final)
measure.report(
    "experiment-1", "torch", "us a trial", times, 1e6 / options.seeds, cores=options.cores,
    shuffle=options.shuffle, compiled=options.compiled, chunk=options.chunk, seeds=options.seeds,
    mean_loss=float(values.mean()), median_loss=float(values.median()),
    versions={"torch": torch.__version__})
