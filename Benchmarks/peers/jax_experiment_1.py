"""Experiment 1 in JAX: the function that trains one seed, vmapped over many and compiled.

Two forms, since the obvious one is not the fastest:
  --form vmap   what one writes: jax.vmap of one trial, whose matrix products become batched ones;
  --form lanes  the same with the trials innermost, in blocks that stay in the cache, one device a
                core: what one arrives at after profiling.
And three shuffles of the nine samples, which are one batch (so that the order decides only how
sums round): jax.random.permutation; ranks of random words, which is cheaper; or none.
"""

import measure

options = measure.arguments(
    seeds=100_000, chunk=10_000, block=200, repeats=3, form="lanes", shuffle="none")
devices = options.cores if options.form == "lanes" else 1
measure.add_xla_flags(f"--xla_force_host_platform_device_count={devices}")

import jax
import jax.numpy as jnp
import numpy as np

SAMPLES, UNITS, EPOCHS = 9, 10, 100
X = jnp.asarray((np.arange(9) / 10).astype(np.float32))
Y = jnp.asarray((np.arange(1, 10) / 10).astype(np.float32))


def glorot(key, i, o):
    limit = np.sqrt(6 / (i + o))
    return jax.random.uniform(key, (i, o), jnp.float32, -limit, limit)


def initial(key):
    first, second = jax.random.split(key)
    return glorot(first, 1, UNITS), jnp.zeros(UNITS), glorot(second, UNITS, 1), jnp.zeros(1)


def keys(seed):
    return jax.random.split(jax.random.fold_in(jax.random.key(1), seed))


def order(key, epoch):
    key = jax.random.fold_in(key, epoch)
    if options.shuffle == "permutation":
        return jax.random.permutation(key, SAMPLES)
    words = jax.random.bits(key, (SAMPLES,))
    return (words[:, None] > words).sum(1)


def adam(parameters, moments, velocities, gradients, step):
    step = step.astype(jnp.float32)
    rate = 0.001 * jnp.sqrt(1 - 0.999**step) / (1 - 0.9**step)
    tree_map = jax.tree.map
    moments = tree_map(lambda m, g: m + (g - m) * 0.1, moments, gradients)
    velocities = tree_map(lambda v, g: v + (g * g - v) * 0.001, velocities, gradients)
    parameters = tree_map(
        lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-7), parameters, moments, velocities)
    return parameters, moments, velocities


def fit(parameters, loss, samples):
    """Trains for all epochs; `samples(epoch)` gives what `loss` takes behind the parameters."""
    def step(state, epoch):
        gradients = jax.grad(loss)(state[0], *samples(epoch))
        return adam(*state, gradients, epoch + 1), None

    zeros = jax.tree.map(jnp.zeros_like, parameters)
    return jax.lax.scan(step, (parameters, zeros, zeros), jnp.arange(EPOCHS))[0][0]


def trial(seed):
    """The final loss of one trial."""
    def loss(parameters, x, y):
        kernel_1, bias_1, kernel_2, bias_2 = parameters
        d = ((x[:, None] @ kernel_1 + bias_1) @ kernel_2 + bias_2)[:, 0] - y
        return (d * d).mean()

    def samples(epoch):
        if options.shuffle == "none":
            return X, Y
        rows = order(shuffle_key, epoch)
        return X[rows], Y[rows]

    initial_key, shuffle_key = keys(seed)
    return loss(fit(initial(initial_key), loss, samples), X, Y)


def lanes(seeds):
    """The final losses of a block of trials, with the trials as the last axis everywhere."""
    def losses(parameters, x, y):
        kernel_1, bias_1, kernel_2, bias_2 = parameters
        hidden = x[:, None] * kernel_1 + bias_1
        d = (hidden * kernel_2).sum(1) + bias_2 - y
        return (d * d).mean(0)

    def samples(epoch):
        if options.shuffle == "none":
            return X[:, None], Y[:, None]
        rows = jax.vmap(order, (0, None), -1)(both[:, 1], epoch)
        return X[rows], Y[rows]

    both = jax.vmap(keys)(seeds)
    kernel_1, bias_1, kernel_2, bias_2 = jax.vmap(initial, out_axes=-1)(both[:, 0])
    parameters = fit(
        (kernel_1[0], bias_1, kernel_2[:, 0], bias_2[0]),
        lambda *arguments: losses(*arguments).sum(), samples)
    return losses(parameters, X[:, None], Y[:, None])


if options.form == "vmap":
    run = jax.jit(jax.vmap(trial))
else:
    over_cores = jax.pmap(lambda seeds: jax.lax.map(lanes, seeds))

    def run(seeds):
        return over_cores(seeds.reshape(devices, -1, options.block))

chunks = [
    jnp.arange(first, first + options.chunk) for first in range(0, options.seeds, options.chunk)]
losses = []


def all_seeds():
    losses[:] = [jax.block_until_ready(run(chunk)) for chunk in chunks]


jax.block_until_ready(run(chunks[0]))
times = measure.seconds(all_seeds, options.repeats)
losses = np.concatenate([np.asarray(chunk).ravel() for chunk in losses])
measure.report(
    "experiment-1", "jax", "us a trial", times, 1e6 / options.seeds, cores=options.cores,
    form=options.form, shuffle=options.shuffle, seeds=options.seeds, chunk=options.chunk,
    mean_loss=float(losses.mean()), median_loss=float(np.median(losses)),
    versions={"jax": jax.__version__})
