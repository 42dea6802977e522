"""Experiment 1 in PyTorch: many trials at once, as batched matrix products written by hand.

Faster than torch.func.vmap of one trial, which ends in the same products with more around them.
  --compiled 1  torch.compile of a whole step, with the trials innermost (it needs a C++ compiler).
"""

import measure

options = measure.arguments(
    seeds=10_000, chunk=1000, repeats=3, shuffle="none", compiled=0)

import numpy as np
import torch

torch.set_num_threads(options.cores)
UNITS, EPOCHS = 10, 100
X = torch.from_numpy((np.arange(9) / 10).astype(np.float32))
Y = torch.from_numpy((np.arange(1, 10) / 10).astype(np.float32))


def initial(count):
    """[kernel, bias] of both layers, for all trials."""
    limit = (6 / (1 + UNITS)) ** 0.5
    shapes = [(count, 1, UNITS), (count, 1, UNITS), (count, UNITS, 1), (count, 1, 1)]
    values = [torch.zeros(shape) for shape in shapes]
    for kernel in values[::2]:
        kernel.uniform_(-limit, limit)
    return values


def products(parameters, x):
    kernel_1, bias_1, kernel_2, bias_2 = parameters
    hidden = torch.baddbmm(bias_1, x[..., None], kernel_1)
    return torch.baddbmm(bias_2, hidden, kernel_2)[..., 0]


def lanes(parameters, x):
    kernel_1, bias_1, kernel_2, bias_2 = parameters
    hidden = x[:, None] * kernel_1 + bias_1
    return (hidden * kernel_2).sum(1) + bias_2


def losses(predictions, y, axis):
    return ((predictions - y) ** 2).mean(axis)


def order(count):
    """Each trial's order of the samples, or None."""
    return None if options.shuffle == "none" else torch.rand(count, 9).argsort(1)


def eager(count):
    parameters = [value.requires_grad_() for value in initial(count)]
    optimizer = torch.optim.Adam(parameters, eps=1e-7, fused=True)
    all_x, all_y = X.expand(count, 9), Y.expand(count, 9)
    for _ in range(EPOCHS):
        rows = order(count)
        x, y = (all_x, all_y) if rows is None else (X[rows], Y[rows])
        optimizer.zero_grad()
        losses(products(parameters, x), y, 1).sum().backward()
        optimizer.step()
    with torch.no_grad():
        return losses(products(parameters, all_x), all_y, 1)


def step(parameters, moments, velocities, x, y, correction_1, correction_2):
    d = (lanes(parameters, x) - y) * (2 / 9)
    kernel_1, bias_1, kernel_2, bias_2 = parameters
    hidden = x[:, None] * kernel_1 + bias_1
    d_hidden = d[:, None] * kernel_2
    gradients = [
        (d_hidden * x[:, None]).sum(0), d_hidden.sum(0), (hidden * d[:, None]).sum(0), d.sum(0)]
    for p, m, v, g in zip(parameters, moments, velocities, gradients):
        m.lerp_(g, 0.1)
        v.lerp_(g * g, 0.001)
        p.sub_(0.001 * (m / correction_1) / ((v / correction_2).sqrt() + 1e-7))


def compiled(count):
    kernel_1, bias_1, kernel_2, bias_2 = initial(count)
    parameters = [
        kernel_1[:, 0].T.contiguous(), bias_1[:, 0].T.contiguous(),
        kernel_2[..., 0].T.contiguous(), bias_2[:, 0, 0].contiguous()]
    moments, velocities = ([torch.zeros_like(p) for p in parameters] for _ in range(2))
    x, y = X[:, None].expand(9, count), Y[:, None].expand(9, count)
    for epoch in range(1, EPOCHS + 1):
        rows = order(count)
        if rows is not None:
            x, y = X[rows.T], Y[rows.T]
        corrections = torch.tensor([1 - 0.9**epoch, 1 - 0.999**epoch])
        compiled_step(parameters, moments, velocities, x, y, *corrections)
    return losses(lanes(parameters, X[:, None]), Y[:, None], 0)


if options.compiled:
    compiled_step = torch.compile(step)
    train = torch.no_grad()(compiled)
else:
    train = eager

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
