"""The benchmark `tagger` in Keras, as its documentation writes it. KERAS_BACKEND chooses the backend."""

import measure

options = measure.arguments(data="padded", repeats=4, compiled="auto")

import os
import time

os.environ.setdefault("KERAS_BACKEND", "jax")
if options.cores == 1:
    os.environ["TF_NUM_INTRAOP_THREADS"] = os.environ["TF_NUM_INTEROP_THREADS"] = "1"
measure.use_widest_vectors()
import keras
import numpy as np

LENGTH, WORDS, TAGS, SENTENCES = 50, 5000, 20, 4096


def sentences(padded):
    """The numbers of Tagger.swift."""
    x = np.zeros((SENTENCES, LENGTH), np.int32)
    y = np.zeros((SENTENCES, LENGTH), np.int32)
    state = 1
    for sentence in range(SENTENCES):
        end = 5 + sentence * 7919 % 46 if padded else LENGTH
        for position in range(LENGTH):
            state = (state * 1664525 + 1013904223) % 2**32
            word = 1 + (state >> 8) % (WORDS - 1) if position < end else 0
            x[sentence, position], y[sentence, position] = word, (word * 7 + position) % TAGS
    return x, y


if keras.backend.backend() == "torch":
    import torch

    torch.set_num_threads(options.cores)
x, y = sentences(options.data == "padded")
keras.utils.set_random_seed(1)
model = keras.Sequential([
    keras.Input((LENGTH,), dtype="int32"),
    keras.layers.Embedding(WORDS, 64, mask_zero=True),
    keras.layers.LSTM(128, return_sequences=True),
    keras.layers.Dropout(0.3),
    keras.layers.BatchNormalization(),
    keras.layers.Dense(TAGS, activation="softmax")])
compiled = {"auto": "auto", "0": False, "1": True}[options.compiled]
model.compile(
    loss="sparse_categorical_crossentropy", optimizer="adam", jit_compile=compiled,
    metrics=["sparse_categorical_accuracy"])


# The seconds of an epoch inside one fit: what comes once, before the first, is not counted.
class Clock(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        ends.append((time.perf_counter(), time.process_time()))


ends = []
history = model.fit(
    x, y, epochs=options.repeats + 1, batch_size=32, verbose=0, callbacks=[Clock()])
pairs = list(zip(ends[1:], ends))
times = tuple([end[i] - start[i] for end, start in pairs] for i in range(2))
measure.report(
    "tagger", "keras", "s an epoch", times, cores=options.cores, data=options.data,
    compiled=options.compiled, training_loss=history.history["loss"][-1],
    versions={"keras": keras.__version__, "backend": keras.backend.backend()})
