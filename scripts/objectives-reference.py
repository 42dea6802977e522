#!/usr/bin/env python3
"""Losses and metrics of docs/numeric-contract.md, implemented apart from the project, for golden values.

Losses and gradients are computed in the contract's binary32 operations (with the elementary functions
of scripts/contract-reference.py), metrics from plain counts and binary64 sums. Before anything is
written, each is compared with its textbook formula in binary64; with --keras also with real Keras,
gradients by JAX.

    pip install numpy mpmath
    scripts/objectives-reference.py > Tests/TrainingTests/Golden/objectives.json
    pip install keras jax && scripts/objectives-reference.py --keras
"""

import argparse
import importlib.util
import json
import math
import os
import pathlib
import sys

import numpy as np

here = pathlib.Path(__file__).resolve().parent
spec = importlib.util.spec_from_file_location("contract", here / "contract-reference.py")
contract = importlib.util.module_from_spec(spec)
spec.loader.exec_module(contract)

f32, f64 = np.float32, np.float64
LOW, HIGH = f32(1e-7), f32(1 - 1e-7)
log, exp, row_sum = contract.log, contract.exp, contract.row_sum


def smoothed(y, a, classes):
    s = a.get("label_smoothing", 0.0)
    return y * f32(1 - s) + f32(s / classes)


def sigmoid(x):
    return f32(1) / (f32(1) + exp(-x))


def softmax(x):
    e = exp(x - x.max(axis=1, keepdims=True))
    return e / row_sum(e)[:, None]


# --- Losses in binary32: terms[R,W], and their derivatives before they are scaled --------------------


def signed(scale, d):
    return np.where(d > 0, scale, np.where(d < 0, -scale, d)).astype(f32)


def absolute(p, y, a, scale):
    return np.abs(p - y), signed(scale, p - y)


def percentage(p, y, a, scale):
    whole = np.maximum(np.abs(y), LOW)
    return f32(100) * (np.abs(p - y) / whole), signed(f32(100) / whole * scale, p - y)


def huber(p, y, a, scale):
    delta, d = a.get("delta", 1.0), p - y
    near = np.abs(d) <= f32(delta)
    line = f32(delta) * np.abs(d) - f32(0.5 * (delta * delta))
    return (np.where(near, f32(0.5) * (d * d), line),
            np.where(near, d * scale, signed(f32(delta) * scale, d)))


def binary(p, y, a, scale):
    y = smoothed(y, a, 2)
    if a.get("from_logits"):
        e = exp(-np.abs(p))
        s = f32(1) + e
        with np.errstate(invalid="ignore", divide="ignore"):
            rest = np.where(s == 1, e, log(s) * (e / (s - f32(1))))
        return (np.where(p > 0, p, f32(0)) - p * y) + rest, (sigmoid(p) - y) * scale
    q = np.clip(p, LOW, HIGH)
    n = f32(1) - q
    slope = ((f32(1) - y) / n - y / q) * scale
    return -(y * log(q) + (f32(1) - y) * log(n)), np.where((p < LOW) | (p > HIGH), f32(0), slope)


def divergence(p, y, a, scale):
    q, t = np.clip(p, LOW, f32(1)), np.clip(y, LOW, f32(1))
    return t * log(t / q), np.where((p < LOW) | (p > 1), f32(0), -(t / q) * scale)


TERMS = {"mean_absolute_error": absolute, "mean_absolute_percentage_error": percentage,
         "huber": huber, "binary_crossentropy": binary, "kl_divergence": divergence}


def categorical(x, y, a):
    """Losses and gradient; scaled by the rows."""
    y, width = smoothed(y, a, x.shape[1]), x.shape[1]
    m = x.max(axis=1, keepdims=True)
    e = exp(x - m)
    s = row_sum(e)[:, None]
    terms = np.where(y == 0, f32(0), y * (log(s) - (x - m)))
    return row_sum(terms.astype(f32)), (e / s - y) * f32(1 / len(x))


def loss(case):
    p, y, a, kind = case["p"], case["y"], case["arguments"], case["kind"]
    if kind == "categorical_crossentropy":
        return categorical(p, y, a)
    width = 1 if kind == "kl_divergence" else p.shape[1]
    terms, slopes = TERMS[kind](p, y, a, f32(1 / (len(p) * width)))
    return row_sum(terms.astype(f32)) / f32(width), slopes.astype(f32)


def textbook(case):
    """The mean loss of each row in binary64."""
    p, y, a = (case[k].astype(f64) if k != "arguments" else case[k] for k in ("p", "y", "arguments"))
    kind, s = case["kind"], case["arguments"].get("label_smoothing", 0.0)
    if kind == "mean_absolute_error":
        return np.abs(p - y).mean(axis=1)
    if kind == "mean_absolute_percentage_error":
        return 100 * (np.abs(p - y) / np.maximum(np.abs(y), 1e-7)).mean(axis=1)
    if kind == "huber":
        d, delta = np.abs(p - y), a.get("delta", 1.0)
        return np.where(d <= delta, d * d / 2, delta * d - delta * delta / 2).mean(axis=1)
    if kind == "kl_divergence":
        t, q = np.clip(y, 1e-7, 1), np.clip(p, 1e-7, 1)
        return (t * np.log(t / q)).sum(axis=1)
    if kind == "categorical_crossentropy":
        y = y * (1 - s) + s / p.shape[1]
        total = np.log(np.exp(p - p.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True))
        return (y * (total - (p - p.max(axis=1, keepdims=True)))).sum(axis=1)
    y = y * (1 - s) + s / 2
    if a.get("from_logits"):
        return (np.maximum(p, 0) - p * y + np.log1p(np.exp(-np.abs(p)))).mean(axis=1)
    q = np.clip(p, f64(LOW), f64(HIGH))
    return -(y * np.log(q) + (1 - y) * np.log1p(-q)).mean(axis=1)


# --- Metrics: of predictions that are probabilities where they must be ---------------------------------


def ratio(a, b):
    return 0.0 if b == 0 else a / b


def confusion(p, y, threshold):
    above = p > f32(threshold)
    t = y != 0
    return ((above & t).sum(), (above & ~t).sum(), (~above & t).sum(), (~above & ~t).sum())


def auc(p, y, a):
    n = a.get("num_thresholds", 200)
    thresholds = [-1e-7] + [(i + 1) / (n - 1) for i in range(n - 2)] + [1 + 1e-7]
    points = []
    for t in thresholds:
        tp, fp, fn, tn = (int(c) for c in confusion(p, y, t))
        recall = ratio(tp, tp + fn)
        points.append((ratio(fp, fp + tn), recall) if a.get("curve", "ROC") == "ROC"
                      else (recall, ratio(tp, tp + fp)))
    height = {"interpolation": lambda u, v: (u + v) / 2, "minoring": min, "majoring": max}
    method = height[a.get("summation_method", "interpolation")]
    area = 0.0
    for (x, u), (z, v) in zip(points, points[1:]):
        area += (x - z) * method(u, v)
    return area


def f1(p, y, a):
    threshold = a.get("threshold")
    if threshold is None:
        picked = (p >= p.max(axis=1, keepdims=True)) & (np.abs(p) > f32(1e-9))
    else:
        picked = p > f32(threshold)
    t = y != 0
    average = a.get("average", "macro")
    axis = None if average == "micro" else 0
    tp, fp, fn = ((c.sum(axis=axis) * np.ones(1)).astype(f64)
                  for c in (picked & t, picked & ~t, ~picked & t))
    scores, total = [], 0.0
    for hit, alarm, miss in zip(tp, fp, fn):
        precision, recall = hit / (hit + alarm + 1e-7), hit / (hit + miss + 1e-7)
        scores.append(precision * recall / (precision + recall + 1e-7) * 2)
    support = [float(c) for c in tp + fn]
    for score, own in zip(scores, support):
        total += score * (own / (sum(support) + 1e-7)) if average == "weighted" else score
    return total if average == "weighted" else total / len(scores)


def r2(p, y, a):
    p, y = p.astype(f64), y.astype(f64)
    scores = weights = 0.0
    weighted = a.get("class_aggregation") == "variance_weighted_average"
    for c in range(p.shape[1]):
        variation = ((y[:, c] - y[:, c].mean()) ** 2).sum()
        score = 0.0 if variation == 0 else 1 - ((y[:, c] - p[:, c]) ** 2).sum() / variation
        scores += variation * score if weighted else score
        weights += variation if weighted else 1
    return ratio(scores, weights)


def top_k(p, meant, a):
    own = p[np.arange(len(p)), meant]
    return float(((p > own[:, None]).sum(axis=1) < a.get("k", 5)).mean())


def metric(case):
    p, y, a, kind = case["p"], case["y"], case["arguments"], case["kind"]
    if case.get("mask") is not None:
        p, y = p[case["mask"] != 0], y[case["mask"] != 0]
    class_id = a.get("class_id")
    if kind == "binary_accuracy":
        return float(((p > f32(a.get("threshold", 0.5))) == y).mean())
    if kind in ("precision", "recall"):
        if class_id is not None:
            p, y = p[:, class_id], (y[:, 0] == class_id if y.shape[1] == 1 else y[:, class_id])
        tp, fp, fn, _ = (int(c) for c in confusion(p, y, a.get("thresholds", 0.5)))
        return ratio(tp, tp + fp) if kind == "precision" else ratio(tp, tp + fn)
    if kind == "auc":
        return auc(p, y, a)
    if kind == "f1_score":
        hot = y if y.shape[1] == p.shape[1] else np.arange(p.shape[1]) == y
        return f1(p, hot, a)
    if kind == "r2_score":
        return r2(p, y, a)
    if kind == "root_mean_squared_error":
        return math.sqrt(((p.astype(f64) - y) ** 2).mean())
    if kind == "top_k_categorical_accuracy":
        return top_k(p, y.argmax(axis=1), a)
    if kind == "sparse_top_k_categorical_accuracy":
        return top_k(p, y[:, 0].astype(int), a)
    raise ValueError(kind)


# --- Cases -----------------------------------------------------------------------------------------------


def cases():
    source = np.random.default_rng(20)

    def normal(rows, width, scale=1.0):
        return (source.normal(size=(rows, width)) * scale).astype(f32)

    def shares(rows, width):
        return source.random(size=(rows, width)).astype(f32)

    def bits(rows, width):
        return (source.random(size=(rows, width)) < 0.5).astype(f32)

    def hot(rows, width):
        return np.eye(width, dtype=f32)[source.integers(0, width, rows)]

    def probabilities(rows, width):
        return softmax(normal(rows, width, 2))

    def case(kind, p, y, last="linear", mask=None, **arguments):
        return dict(kind=kind, p=p, y=y, last=last, mask=mask, arguments=arguments)

    losses = []
    for rows, width in ((5, 1), (7, 3), (3, 33)):
        losses += [
            case("mean_absolute_error", normal(rows, width), normal(rows, width)),
            case("mean_absolute_percentage_error", normal(rows, width), normal(rows, width)),
            case("huber", normal(rows, width, 2), normal(rows, width), delta=1.0),
            case("huber", normal(rows, width), normal(rows, width), delta=0.3),
            case("binary_crossentropy", shares(rows, width), bits(rows, width), "sigmoid"),
            case("binary_crossentropy", shares(rows, width), shares(rows, width), "sigmoid",
                 label_smoothing=0.1),
            case("binary_crossentropy", normal(rows, width, 6), bits(rows, width),
                 from_logits=True),
            case("binary_crossentropy", normal(rows, width, 30), shares(rows, width),
                 from_logits=True, label_smoothing=0.2),
            case("kl_divergence", shares(rows, width), shares(rows, width), "sigmoid"),
        ]
        if width > 1:
            losses += [
                case("kl_divergence", probabilities(rows, width), hot(rows, width), "softmax"),
                case("categorical_crossentropy", normal(rows, width, 3), hot(rows, width),
                     from_logits=True, label_smoothing=0.1),
                case("categorical_crossentropy", normal(rows, width, 3), hot(rows, width),
                     from_logits=True, label_smoothing=1.0),
            ]
    # A row wider than any buffer.
    losses += [
        case("mean_absolute_error", normal(1, 1050), normal(1, 1050)),
        case("binary_crossentropy", normal(1, 1050, 6), bits(1, 1050), from_logits=True),
    ]
    edge = np.array([[0.0, 1.0, 1e-8, 1.0, 0.5, 1e-7]], f32)
    losses += [
        case("binary_crossentropy", edge, np.array([[0, 1, 1, 0, 1, 0]], f32), "sigmoid"),
        case("kl_divergence", edge, np.array([[0, 1, 1, 0, 1, 0]], f32), "sigmoid"),
        case("binary_crossentropy", np.array([[-200, 200, 0, -30, 30]], f32),
             np.array([[1, 1, 0, 0, 0]], f32), from_logits=True),
        case("mean_absolute_error", edge, edge),
        case("mean_absolute_percentage_error", edge, np.zeros_like(edge)),
        case("huber", edge, edge - f32(1), delta=1.0),
    ]

    metrics = []
    for rows, width in ((9, 1), (40, 4)):
        p, y = shares(rows, width), bits(rows, width)
        mask = (source.random(rows) < 0.6).astype(f32)
        for given in (None, mask):
            metrics += [
                case("binary_accuracy", p, y, "sigmoid", given),
                case("precision", p, y, "sigmoid", given),
                case("recall", p, y, "sigmoid", given, thresholds=0.3),
                case("auc", p, y, "sigmoid", given),
                case("f1_score", p, y, "sigmoid", given, threshold=0.5),
                case("r2_score", normal(rows, width), normal(rows, width), mask=given),
                case("root_mean_squared_error", normal(rows, width), y, mask=given),
            ]
        metrics += [
            case("binary_accuracy", p, y, "sigmoid", threshold=0.25),
            case("auc", p, y, "sigmoid", num_thresholds=7),
            case("auc", p, y, "sigmoid", summation_method="minoring"),
            case("auc", p, y, "sigmoid", curve="PR", summation_method="majoring"),
            # No class, and only one.
            case("precision", np.zeros_like(p), y, "sigmoid"),
            case("recall", p, np.zeros_like(y), "sigmoid"),
            case("auc", p, np.ones_like(y), "sigmoid"),
            case("auc", np.round(p * 199).astype(f32) / f32(199), y, "sigmoid"),
            case("f1_score", p, np.zeros_like(y), "sigmoid", threshold=0.5),
            # Constant targets, and targets far from 0.
            case("r2_score", p, np.full_like(y, 3)),
            case("r2_score", p + f32(1000), y + f32(1000),
                 class_aggregation="variance_weighted_average"),
        ]
    p = probabilities(30, 7)
    tied = np.round(p * 4).astype(f32)
    numbers = source.integers(0, 7, (30, 1)).astype(f32)
    oneHot = np.eye(7, dtype=f32)[numbers[:, 0].astype(int)]
    mask = (source.random(30) < 0.5).astype(f32)
    for average in ("micro", "macro", "weighted"):
        metrics += [
            case("f1_score", p, oneHot, "softmax", average=average),
            case("f1_score", p, numbers, "softmax", mask, average=average),
            case("f1_score", tied, oneHot, average=average, threshold=0.4),
        ]
    for k in (1, 2, 5):
        metrics += [
            case("top_k_categorical_accuracy", p, oneHot, "softmax", k=k),
            case("sparse_top_k_categorical_accuracy", p, numbers, "softmax", mask, k=k),
            case("sparse_top_k_categorical_accuracy", tied, numbers, k=k),
        ]
    metrics += [
        case("precision", p, oneHot, "softmax", class_id=2, thresholds=0.2),
        case("recall", p, numbers, "softmax", class_id=2, thresholds=0.2),
    ]
    return losses, metrics


# --- Keras ---------------------------------------------------------------------------------------------


def class_name(kind):
    return {"auc": "AUC", "f1_score": "F1Score", "r2_score": "R2Score",
            "kl_divergence": "KLDivergence"}.get(
                kind, "".join(word.capitalize() if word != "k" else "K" for word in kind.split("_")))


def compare_with_keras(losses, metrics):
    os.environ["KERAS_BACKEND"] = "jax"
    import jax
    import keras

    for case in losses:
        function = getattr(keras.losses, class_name(case["kind"]))(**case["arguments"])
        values, gradient = loss(case)
        theirs, slopes = jax.value_and_grad(lambda p: function(case["y"], p))(case["p"])
        assert np.allclose(values.mean(dtype=f64), theirs, rtol=2e-5, atol=2e-6), (case, theirs)
        p, kind = case["p"], case["kind"]
        # JAX takes the slope of an absolute value at 0 from one side, and halves it at a clip's ends.
        inner = p != case["y"] if "absolute" in kind else np.ones_like(p, bool)
        if kind in ("binary_crossentropy", "kl_divergence") and "from_logits" not in case["arguments"]:
            inner = (p != LOW) & (p != HIGH) & (p != 1)
        assert np.allclose(gradient[inner], slopes[inner], rtol=1e-4, atol=1e-7), (kind, slopes)
    for case in metrics:
        if np.abs(case["y"]).max() > 100:
            continue  # Keras's sums in binary32 lose the variance of targets far from 0.
        arguments = dict(case["arguments"])
        if case["kind"] == "f1_score":
            arguments.setdefault("average", "macro")
        y = case["y"]
        if case["kind"] in ("f1_score", "precision", "recall") and y.shape[1] != case["p"].shape[1]:
            y = np.eye(case["p"].shape[1], dtype=f32)[y[:, 0].astype(int)]
        if case["kind"] == "sparse_top_k_categorical_accuracy":
            y = y[:, 0]
        theirs = getattr(keras.metrics, class_name(case["kind"]))(**arguments)
        weights = case["mask"]
        if weights is not None and case["kind"] in ("auc", "precision", "recall"):
            # Keras broadcasts these over columns in ways of its own: leave the rows out instead.
            theirs.update_state(y[weights != 0], case["p"][weights != 0])
        elif weights is not None and case["kind"] in ("binary_accuracy", "root_mean_squared_error"):
            theirs.update_state(y[weights != 0], case["p"][weights != 0])
        else:
            theirs.update_state(y, case["p"], sample_weight=weights)
        theirs = float(theirs.result())
        # Keras computes the place between AUC's thresholds, which rounds on them.
        steps = case["p"] * 199
        on_thresholds = case["kind"] == "auc" and np.allclose(steps, np.round(steps), atol=1e-3)
        tolerance = 0.05 if on_thresholds else 2e-5
        assert np.isnan(theirs) or abs(theirs - metric(case)) < tolerance, (case, theirs, metric(case))
    print(f"{len(losses)} losses and {len(metrics)} metrics are Keras {keras.__version__}'s")


# --- Output --------------------------------------------------------------------------------------------


def words(values):
    return "".join(f"{word:08x}" for word in np.asarray(values, f32).reshape(-1).view(np.uint32))


def document(case, results):
    columns = {"width": case["p"].shape[1], "target_width": case["y"].shape[1]}
    texts = {"kind": case["kind"], "last_activation": case["last"]}
    data = {"predictions": words(case["p"]), "targets": words(case["y"])}
    if case["mask"] is not None:
        data["mask"] = words(case["mask"])
    return texts | {"arguments": case["arguments"]} | columns | data | results


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--keras", action="store_true")
    arguments = parser.parse_args()
    losses, metrics = cases()
    for case in losses:
        values, _ = loss(case)
        assert np.allclose(values, textbook(case), rtol=1e-5, atol=1e-6), case
    if arguments.keras:
        compare_with_keras(losses, metrics)
        return
    entries = []
    for case in losses:
        values, gradient = loss(case)
        entries.append(document(case, {"losses": words(values), "gradient": words(gradient)}))
    measured = [document(case, {"value": repr(float(metric(case)))}) for case in metrics]
    lines = [",\n    ".join(json.dumps(e) for e in group) for group in (entries, measured)]
    sys.stdout.write(
        '{\n  "losses": [\n    %s\n  ],\n  "metrics": [\n    %s\n  ]\n}\n' % tuple(lines))


main()
