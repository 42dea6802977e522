"""Experiment 2 in JAX: a whole epoch is one compiled call, its state donated."""

import measure

options = measure.arguments(data="strokes", repeats=5, random="threefry2x32", evaluation=12000, unroll=1)
measure.use_widest_vectors()

import jax
import jax.numpy as jnp
import numpy as np

import data

BATCH, TRAINING = 128, 48_000
SIZES, RATES = (784, 256, 128, 10), (0.4, 0.3, 0.0)
STEPS = TRAINING // BATCH


def initial(key):
    def layer(key, i, o):
        limit = np.sqrt(6 / (i + o))
        return jax.random.uniform(key, (i, o), jnp.float32, -limit, limit), jnp.zeros(o)

    return [layer(*k) for k in zip(jax.random.split(key, 3), SIZES, SIZES[1:])]


def logits(parameters, x, key=None):
    for number, ((kernel, bias), rate) in enumerate(zip(parameters, RATES)):
        x = x @ kernel + bias
        if number < len(parameters) - 1:
            x = jax.nn.relu(x)
            if key is not None:
                key, own = jax.random.split(key)
                x = jnp.where(jax.random.bernoulli(own, 1 - rate, x.shape), x / (1 - rate), 0)
    return x


def loss_and_accuracy(parameters, x, y, key=None):
    scores = logits(parameters, x, key)
    log_p = jax.nn.log_softmax(scores)
    loss = -jnp.take_along_axis(log_p, y[:, None], 1).mean()
    return loss, (scores.argmax(1) == y).mean()


def rmsprop(parameter, gradient, velocity):
    velocity = 0.9 * velocity + 0.1 * gradient * gradient
    return parameter - 0.001 * gradient / jnp.sqrt(velocity + 1e-7), velocity


def epoch(state, key, x, y, x_validation, y_validation):
    order_key, dropout_key = jax.random.split(key)
    order = jax.random.permutation(order_key, TRAINING).reshape(STEPS, BATCH)

    def step(state, rows_and_key):
        rows, key = rows_and_key
        parameters, velocities = state
        measured, gradients = jax.value_and_grad(loss_and_accuracy, has_aux=True)(
            parameters, x[rows], y[rows], key)
        updated = jax.tree.map(rmsprop, parameters, gradients, velocities)
        return jax.tree.transpose(
            jax.tree.structure(parameters), jax.tree.structure((0, 0)), updated), measured

    state, training = jax.lax.scan(
        step, state, (order, jax.random.split(dropout_key, STEPS)), unroll=options.unroll)
    pieces = (-1, options.evaluation)
    validation = jax.lax.map(
        lambda piece: loss_and_accuracy(state[0], *piece),
        (x_validation.reshape(*pieces, SIZES[0]), y_validation.reshape(pieces)))
    return state, jax.tree.map(jnp.mean, (training, validation))


key = jax.random.key(1, impl=options.random)
parameters = initial(key)
state = (parameters, jax.tree.map(jnp.zeros_like, parameters))
images, labels = map(jnp.asarray, data.load(measure.DATA_DIRECTORY, options.data))
arrays = (images[:TRAINING], labels[:TRAINING], images[TRAINING:], labels[TRAINING:])
run = jax.jit(epoch, donate_argnums=0)
history, number = [], 0


def next_epoch():
    global state, number
    state, measured = jax.block_until_ready(run(state, jax.random.fold_in(key, number), *arrays))
    history.append(measured)
    number += 1


next_epoch()
times = measure.seconds(next_epoch, options.repeats)
measure.report(
    "experiment-2", "jax", "s an epoch", times, cores=options.cores, data=options.data,
    random=options.random, validation_accuracy=float(history[-1][1][1]),
    training_loss=float(history[-1][0][0]), versions={"jax": jax.__version__})
