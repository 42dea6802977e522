"""Both experiments in Keras, as its documentation writes them. KERAS_BACKEND chooses the backend."""

import measure

options = measure.arguments(experiment=2, data="strokes", repeats=5, trials=5)

import os
import time

os.environ.setdefault("KERAS_BACKEND", "jax")
import keras
import numpy as np

import data

VERSIONS = {"keras": keras.__version__, "backend": keras.backend.backend()}


def experiment_1():
    x = (np.arange(9) / 10).astype(np.float32)[:, None]
    y = (np.arange(1, 10) / 10).astype(np.float32)[:, None]
    losses = []

    def trial():
        keras.utils.set_random_seed(len(losses))
        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(10), keras.layers.Dense(1)])
        model.compile(loss="mean_squared_error", optimizer="adam")
        model.fit(x, y, epochs=100, batch_size=9, verbose=0)
        losses.append(model.evaluate(x, y, verbose=0))

    trial()
    times = measure.seconds(trial, options.trials)
    measure.report(
        "experiment-1", "keras", "us a trial", times, 1e6, cores=options.cores,
        mean_loss=float(np.mean(losses)), versions=VERSIONS)


def experiment_2():
    x, y = data.load(measure.DATA_DIRECTORY, options.data)
    keras.utils.set_random_seed(1)
    model = keras.Sequential([
        keras.Input((784,)), keras.layers.Dense(256, activation="relu"), keras.layers.Dropout(0.4),
        keras.layers.Dense(128, activation="relu"), keras.layers.Dropout(0.3),
        keras.layers.Dense(10, activation="softmax")])
    model.compile(
        loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.RMSprop(0.001),
        metrics=["sparse_categorical_accuracy"])

    # The seconds of an epoch inside one fit: what comes once, before the first, is not counted.
    class Clock(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            ends.append((time.perf_counter(), time.process_time()))

    ends = []
    history = model.fit(
        x, y, epochs=options.repeats + 1, batch_size=128, validation_split=0.2, verbose=0,
        callbacks=[Clock()])
    pairs = list(zip(ends[1:], ends))
    times = tuple([end[i] - start[i] for end, start in pairs] for i in range(2))
    measure.report(
        "experiment-2", "keras", "s an epoch", times, cores=options.cores, data=options.data,
        validation_accuracy=history.history["val_sparse_categorical_accuracy"][-1],
        training_loss=history.history["loss"][-1], versions=VERSIONS)


experiment_1() if options.experiment == 1 else experiment_2()
