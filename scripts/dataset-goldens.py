#!/usr/bin/env python3
"""Writes Tests/DatasetsTests/Golden: small files of data, and the digests of what they hold.

The files are made by NumPy (npy, npz), and by Python's gzip, struct and csv; the digests by
scripts/dataset-reference.py. Needs NumPy.

    scripts/dataset-goldens.py
"""

import csv
import gzip
import importlib.util
import pathlib
import random
import struct

import numpy as np

ROOT = pathlib.Path(__file__).parent.parent
GOLDEN = ROOT / "Tests" / "DatasetsTests" / "Golden"
spec = importlib.util.spec_from_file_location("reference", ROOT / "scripts" / "dataset-reference.py")
reference = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reference)

expected = []


def expect(name, inputs, input_shape, targets, target_shape, parts, **rest):
    flat = lambda values: [float(np.float32(v)) for v in np.ravel(np.asarray(values, np.float64))]
    digest = reference.digest(flat(inputs), input_shape, flat(targets), target_shape, parts, **rest)
    expected.append(f"{name} {digest}")


def idx(array, code):
    header = bytes([0, 0, code, array.ndim]) + b"".join(struct.pack(">I", n) for n in array.shape)
    return header + array.tobytes()


def write_idx(rng):
    images = rng.integers(0, 256, (12, 4, 5)).astype(">u1")
    labels = rng.integers(0, 3, 12).astype(">u1")
    tests = rng.integers(0, 256, (5, 4, 5)).astype(">u1")
    test_labels = rng.integers(0, 3, 5).astype(">u1")
    (GOLDEN / "images.idx").write_bytes(idx(images, 0x08))
    (GOLDEN / "labels.idx.gz").write_bytes(gzip.compress(idx(labels, 0x08), mtime=0))
    (GOLDEN / "test-images.idx.gz").write_bytes(gzip.compress(idx(tests, 0x08), mtime=0))
    (GOLDEN / "test-labels.idx").write_bytes(idx(test_labels, 0x08))
    expect("idx", images, [4, 5], labels, [1], (12, 0, 0))
    expect("idx-test", np.concatenate([images, tests]), [4, 5],
           np.concatenate([labels, test_labels]), [1], (12, 0, 5))
    order, parts = reference.divide(12, 0.25, 0.17, 9)
    expect("idx-shares", images[order], [4, 5], labels[order], [1], parts)
    rows = images[order].reshape(12, 20).astype(float) * 0.5
    standard = reference.standardize(rows.tolist(), parts[0])
    expect("idx-standardized", standard, [20], labels[order], [1], parts)
    for code, kind in ((0x09, ">i1"), (0x0B, ">i2"), (0x0C, ">i4"), (0x0D, ">f4"), (0x0E, ">f8")):
        values = (rng.normal(size=(12, 3)) * 100).astype(kind)
        (GOLDEN / f"values{kind[1:]}.idx").write_bytes(idx(values, code))
        expect(f"idx-{kind[1:]}", values, [3], labels, [1], (12, 0, 0))


def write_numpy(rng):
    targets = rng.integers(0, 5, 8)
    np.save(GOLDEN / "targets.npy", targets)
    for kind in ("<f4", ">f4", "<f8", ">f8", "|i1", "<i2", ">i2", "<i4", ">i4", "<i8", ">i8", "|u1", "<u2",
                 ">u2", "<u4", ">u4", "<u8", ">u8", "|b1"):
        for order in "CF":
            values = rng.integers(0, 2, (8, 3, 2)) if kind == "|b1" else rng.normal(size=(8, 3, 2)) * 100
            values = np.asarray(np.abs(values) if kind[1] == "u" else values).astype(kind, order=order)
            name = f"{kind[1:]}{'b' if kind[0] == '>' else 'l'}{order}"
            np.save(GOLDEN / f"{name}.npy", values)
            expect(f"npy-{name}", values, [3, 2], targets, [1], (8, 0, 0))
    x, y = rng.normal(size=(8, 6)), rng.normal(size=(8, 2)).astype("f4")
    test_x, test_y = rng.normal(size=(3, 6)), rng.normal(size=(3, 2)).astype("f4")
    arrays = {"x": x, "y": y, "x_test": test_x, "y_test": test_y, "objects": np.array([{}, 1])}
    np.savez(GOLDEN / "stored.npz", **arrays)
    np.savez_compressed(GOLDEN / "deflated.npz", **arrays)
    expect("npz", x, [6], y, [2], (8, 0, 0))
    expect("npz-test", np.concatenate([x, test_x]), [6], np.concatenate([y, test_y]), [2], (8, 0, 3))


def write_csv():
    draw = random.Random(5)
    kinds = ["zebra", "ant, small", 'the "cat"', "Öl", "line\nbreak"]
    rows = [[draw.choice(kinds), repr(draw.uniform(-1e3, 1e3)), draw.choice(["b", "a", "B"]),
             f"{draw.gauss(0, 1):.3e}", str(draw.randrange(-5, 5)), str(draw.random())] for _ in range(40)]
    with open(GOLDEN / "table.csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["animal", "x", "letter", "e", "n", "w"], *rows])
    with open(GOLDEN / "plain.csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=";", lineterminator="\n").writerows(row[1:2] + row[3:5] for row in rows)
    rank = lambda values: {v: i for i, v in enumerate(sorted(set(values), key=str.encode))}
    animals, letters = rank(r[0] for r in rows), rank(r[2] for r in rows)
    weights = [float(np.float32(float(r[5]))) for r in rows]
    expect("csv", [[float(r[1]), letters[r[2]], float(r[3]), float(r[4])] for r in rows], [4],
           [animals[r[0]] for r in rows], [1], (40, 0, 0), weights=weights, classes=list(animals))
    expect("csv-plain", [[float(r[4]), float(r[1])] for r in rows], [2], [float(r[3]) for r in rows], [1],
           (40, 0, 0))


def write_conll():
    draw = random.Random(6)
    words = ["the", "cat", "Cat", "saw", "é", "e\u0301", "it", "."]

    def sentences(count):
        return [[(draw.choice(words), draw.choice(["N", "V", "D"])) for _ in range(draw.randrange(1, 9))]
                for _ in range(count)]

    training, test = sentences(15), sentences(6)
    test[0][0] = ("unseen", "N")
    for name, part in (("train.conll", training), ("test.conll", test)):
        text = "-DOCSTART- -X- O\n\n" + "\n\n".join(
            "\n".join(f"{w} x {t}" for w, t in s) for s in part) + "\n"
        (GOLDEN / name).write_text(text, encoding="utf-8")
    longest = max(len(s) for s in training + test)
    for name, length in (("conll", longest), ("conll-short", 4)):
        x, y, vocabulary, tags = reference.encode(training + test, (15, 0, 6), length)
        expect(name, x, [length], y, [length], (15, 0, 6), vocabulary=vocabulary, classes=tags)


def write_bomb():
    """96 MiB of zeros in 96 KiB."""
    zeros = bytes(96 << 20)
    (GOLDEN / "bomb.gz").write_bytes(gzip.compress(zeros, mtime=0))


def main():
    GOLDEN.mkdir(exist_ok=True)
    rng = np.random.default_rng(4)
    write_idx(rng)
    write_numpy(rng)
    write_csv()
    write_conll()
    write_bomb()
    (GOLDEN / "digests.txt").write_text("\n".join(expected) + "\n")


main()
