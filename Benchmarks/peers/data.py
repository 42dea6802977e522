"""Writes experiment 2's data: 60,000 images of 784 values in 10 classes, the same for everyone.

    python data.py DIRECTORY

writes strokes-images.bin (about 80% zeros, as handwritten digits have), dense-images.bin (uniform,
no zeros to skip) and for each its labels: little-endian binary32 and int32, row-major, no header.
Both can be learnt: the classes are shapes of strokes, and in the dense images a linear function.
"""

import pathlib
import sys

import numpy as np

SAMPLES, SIDE, CLASSES = 60_000, 28, 10


def strokes(random):
    """Two strokes a class, moved by up to two pixels a sample, with some noise in the ink."""
    row, column = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    shapes = np.zeros((CLASSES, SIDE, SIDE), np.float32)
    for shape in shapes:
        for _ in range(2):
            ends = random.uniform(6, 22, (3, 2))
            for t in np.linspace(0, 1, 60):
                y, x = (1 - t) ** 2 * ends[0] + 2 * t * (1 - t) * ends[1] + t * t * ends[2]
                ink = np.clip(3.1 - np.hypot(row - y, column - x), 0, 1)
                np.maximum(shape, ink, out=shape)
    labels = random.integers(0, CLASSES, SAMPLES, dtype=np.int32)
    images = np.empty((SAMPLES, SIDE, SIDE), np.float32)
    moves = random.integers(-2, 3, (SAMPLES, 2))
    for image, label, move in zip(images, labels, moves):
        image[:] = np.roll(shapes[label], move, (0, 1))
    images *= random.uniform(0.6, 1, images.shape).astype(np.float32)
    return images.reshape(SAMPLES, -1), labels


def dense(random):
    images = random.random((SAMPLES, SIDE * SIDE), np.float32)
    directions = random.standard_normal((SIDE * SIDE, CLASSES)).astype(np.float32)
    return images, ((images - 0.5) @ directions).argmax(1).astype(np.int32)


def load(directory, kind):
    """(images, labels) of `kind`, written first where the directory has none."""
    directory = pathlib.Path(directory)
    if not (directory / f"{kind}-labels.bin").exists():
        write(directory)
    images = np.fromfile(directory / f"{kind}-images.bin", "<f4").reshape(SAMPLES, -1)
    return images, np.fromfile(directory / f"{kind}-labels.bin", "<i4")


def write(directory):
    directory.mkdir(parents=True, exist_ok=True)
    for kind, make in (("strokes", strokes), ("dense", dense)):
        images, labels = make(np.random.default_rng(1))
        images.astype("<f4").tofile(directory / f"{kind}-images.bin")
        labels.astype("<i4").tofile(directory / f"{kind}-labels.bin")
        print(f"{kind}: {(images == 0).mean():.1%} zeros", file=sys.stderr)


if __name__ == "__main__":
    write(pathlib.Path(sys.argv[1]))
