#!/usr/bin/env python3
"""The generated datasets, and the preparation of data, from docs/datasets.md alone.

Plain Python: its numbers are binary64, and it fuses nothing. It prints the digests that
Tests/DatasetsTests compares with; nothing here was copied from the Swift sources but the tables of the page.

    scripts/dataset-reference.py
"""

import hashlib
import math
import pathlib
import re
import struct

PAGE = (pathlib.Path(__file__).parent.parent / "docs" / "datasets.md").read_text(encoding="utf-8")
NOISE, AUGMENTATION, SPLIT = 4, 5, 6


def f32(value):
    return struct.unpack("<f", struct.pack("<f", value))[0]


# --- Random words (docs/numeric-contract.md) ---------------------------------------------------


def philox(key, counter):
    (k0, k1), (c0, c1, c2, c3) = key, counter
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & 0xFFFFFFFF, (p0 >> 32) ^ c3 ^ k1, p0 & 0xFFFFFFFF
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c0, c1, c2, c3


def word(seed, stream, instance, step, e):
    return philox((seed >> 32, seed & 0xFFFFFFFF), (e >> 2, step, instance, stream))[e & 3]


def instance_of(path):
    return int.from_bytes(hashlib.sha256(path.encode()).digest()[:4], "big")


class Words:
    """The words of one sample, one after the other."""

    def __init__(self, seed, kind, sample):
        self.seed, self.instance, self.sample, self.position = seed, instance_of(f"data/{kind}"), sample, 0

    def word(self):
        self.position += 1
        return word(self.seed, AUGMENTATION, self.instance, self.sample, self.position - 1)

    def uniform(self, lower=0.0, upper=1.0):
        return lower + self.word() * 2.0**-32 * (upper - lower)

    def triangular(self):
        first = self.uniform()
        return first + self.uniform() - 1

    def normal(self):
        total = 0.0
        for _ in range(12):
            total += self.uniform()
        return total - 6

    def below(self, count):
        return self.word() * count >> 32


def permutation(n, seed, stream):
    p, k = list(range(n)), 0
    for i in range(n - 1, 0, -1):
        b = i + 1
        while True:
            m = word(seed, stream, 0, 0, k) * b
            k += 1
            if m & 0xFFFFFFFF >= (2**32 - b) % b:
                break
        p[i], p[m >> 32] = p[m >> 32], p[i]
    return p


# --- The digest --------------------------------------------------------------------------------


def digest(inputs, input_shape, targets, target_shape, parts, weights=(), vocabulary=None, classes=None):
    """Inputs and targets are flat lists; shapes are those of a sample."""
    n = sum(parts)
    lines = [" ".join(map(str, [n, *shape])) for shape in (input_shape, target_shape)]
    counts = " ".join(map(str, [*parts, len(weights)]))
    names = []
    if vocabulary is not None or classes is not None:
        names = [*(vocabulary or []), *(classes or [])]
        lines = ["seedsweep data 3", *lines, counts, f"{len(vocabulary or [])} {len(classes or [])}"]
    elif len(weights) or parts[1] + parts[2]:
        lines = ["seedsweep data 2", *lines, counts]
    else:
        lines = ["seedsweep data 1", *lines]
    h = hashlib.sha256("".join(line + "\n" for line in lines).encode())
    for name in names:
        h.update(f"{len(name.encode())} {name}\n".encode())
    for values in (inputs, targets, weights):
        h.update(struct.pack(f"<{len(values)}f", *values))
    return h.hexdigest()


# --- digits ------------------------------------------------------------------------------------


def table(heading):
    """The first fenced block after a heading of the page."""
    return re.search(rf"^#+ {heading}\n.*?^```\n(.*?)^```$", PAGE, re.S | re.M).group(1)


def digit_ways():
    ways = [[] for _ in range(10)]
    for line in table("digits").splitlines():
        digit, text = line.split(": ")
        ways[int(digit)].append([
            [(int(x) / 100, int(y) / 100, bool(corner))
             for x, y, corner in re.findall(r"(-?\d+),(-?\d+)(!?)", stroke)]
            for stroke in text.split("/")])
    return ways


def stroke_segments(points, corners):
    segments, pen, k = [], points[0], 1
    last = len(points) - 1
    while k <= last:
        if corners[k] or k == last:
            segments.append((pen, points[k]))
            pen, k = points[k], k + 1
            continue
        (cx, cy), (nx, ny) = points[k], points[k + 1]
        ends = corners[k + 1] or k + 1 == last
        end = (nx, ny) if ends else ((cx + nx) * 0.5, (cy + ny) * 0.5)
        start = pen
        for piece in range(1, 7):
            t = piece / 6
            r = 1 - t
            a, b, c = r * r, 2 * r * t, t * t
            point = (a * start[0] + b * cx + c * end[0], a * start[1] + b * cy + c * end[1])
            segments.append((pen, point))
            pen = point
        pen, k = end, k + (2 if ends else 1)
    return segments


def digit(seed, i, ways):
    w = Words(seed, "digits", i)
    strokes = ways[i % 10][w.below(len(ways[i % 10]))]
    height = w.uniform(13, 21)
    width = height * w.uniform(0.45, 1)
    slant, tilt = w.uniform(-0.3, 0.6), w.uniform(-0.25, 0.25)
    x0 = 14 + w.triangular() * 4
    y0 = 14 + w.triangular() * 4
    radius, darkness, grain = w.uniform(0.6, 1.7), w.uniform(0.6, 1), w.uniform(0, 0.3)
    segments = []
    for stroke in strokes:
        points = []
        for x, y, _ in stroke:
            u = x + w.triangular() * 0.18 - 0.5
            v = y + w.triangular() * 0.18 - 0.5
            points.append((x0 + width * (u - slant * v), y0 + height * (v + tilt * u)))
        segments += stroke_segments(points, [corner for _, _, corner in stroke])
    reach = radius + 0.5
    pixels = []
    for pixel in range(784):
        row, column = divmod(pixel, 28)
        nearest = reach * reach
        for (ax, ay), (bx, by) in segments:
            dx, dy = bx - ax, by - ay
            fx, fy = column + 0.5 - ax, row + 0.5 - ay
            length = dx * dx + dy * dy
            t = min(max((fx * dx + fy * dy) / length, 0.0), 1.0) if length > 0 else 0.0
            gx, gy = fx - t * dx, fy - t * dy
            nearest = min(nearest, gx * gx + gy * gy)
        if not nearest < reach * reach:
            pixels.append(0)
            continue
        coverage = min(reach - math.sqrt(nearest), 1.0)
        n = word(seed, NOISE, instance_of("data/digits"), i, pixel)
        z = (sum(n.to_bytes(4, "little")) - 510) / 255
        pixels.append(int(min(max(coverage * (darkness + grain * z) * 255 + 0.5, 0.0), 255.0)))
    return pixels


def digits(parts, seed):
    ways = digit_ways()
    n = sum(parts)
    return [p for i in range(n) for p in digit(seed, i, ways)], [i % 10 for i in range(n)]


# --- tagging -----------------------------------------------------------------------------------


class Grammar:
    def __init__(self, words):
        self.w, self.tokens = words, []
        self.lexicon = {line.split(": ")[0]: line.split(": ")[1].split()
                        for line in table("tagging").splitlines()}

    def add(self, tag):
        choices = self.lexicon[tag]
        self.tokens.append((choices[self.w.below(len(choices))], tag))

    def noun_phrase(self):
        if self.w.below(4) == 0:
            return self.add("PRON")
        self.add("DET")
        if self.w.below(5) == 0:
            self.add("ADV")
        if self.w.below(2) == 0:
            self.add("ADJ")
        self.add("NOUN")
        if self.w.below(5) == 0:
            self.add("NOUN")

    def prepositional_phrase(self):
        self.add("PREP")
        self.noun_phrase()

    def clause(self):
        self.noun_phrase()
        if self.w.below(3) == 0:
            self.add("AUX")
        if self.w.below(4) == 0:
            self.add("ADV")
        self.add("VERB")
        choice = self.w.below(4)
        if choice == 1:
            self.prepositional_phrase()
        elif choice > 1:
            self.noun_phrase()
        choice = self.w.below(5)
        if choice == 0:
            self.add("ADV")
        elif choice == 1:
            self.prepositional_phrase()

    def sentence(self):
        self.tokens = []
        self.clause()
        choice = self.w.below(8)
        if choice == 0:
            self.add("CONJ")
            self.clause()
        elif choice == 1:
            self.tokens.append(("that", "CONJ"))
            self.clause()
        self.tokens.append((".", "PUNCT"))


def ranked(items):
    counts = {}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    return sorted(counts, key=lambda item: (-counts[item], item.encode()))


def encode(sentences, parts, max_len):
    training = [s[:max_len] for s in sentences[:parts[0]]]
    vocabulary = ["", "[UNK]", *ranked(w for s in training for w, _ in s)]
    tags = ["", *ranked(t for s in training for _, t in s)]
    ids = {w: i for i, w in enumerate(vocabulary)}
    inputs, targets = [], []
    for s in sentences:
        s = s[:max_len]
        rest = [0] * (max_len - len(s))
        inputs += [ids.get(w, 1) for w, _ in s] + rest
        targets += [tags.index(t) for _, t in s] + rest
    return inputs, targets, vocabulary, tags


def tagging(parts, seed, max_len):
    sentences = []
    for i in range(sum(parts)):
        grammar = Grammar(Words(seed, "tagging", i))
        grammar.sentence()
        while len(grammar.tokens) > max_len:
            grammar.sentence()
        sentences.append(grammar.tokens)
    return encode(sentences, parts, max_len)


# --- Points ------------------------------------------------------------------------------------


def blobs(n, seed, classes, features, deviation):
    rows = []
    for i in range(n):
        centre, w = Words(seed, "blobs/centres", i % classes), Words(seed, "blobs", i)
        rows.append([f32(centre.uniform(-10, 10) + deviation * w.normal()) for _ in range(features)])
    return rows


def spirals(n, seed, classes, turns, noise):
    rows = []
    for i in range(n):
        w = Words(seed, "spirals", i)
        r = math.sqrt(w.uniform())
        angle = (turns * r + i % classes / classes) * 4
        q, f = math.floor(angle), angle - math.floor(angle)
        x, y = (1 - f * f) / (1 + f * f), (2 * f) / (1 + f * f)
        x, y = [(x, y), (-y, x), (-x, -y), (y, -x)][q % 4]
        first = r * x + noise * w.normal()
        rows.append([f32(first), f32(r * y + noise * w.normal())])
    return rows


# --- Preparation -------------------------------------------------------------------------------


def divide(n, validation, test, split_seed):
    v, t = math.floor(n * validation), math.floor(n * test)
    return permutation(n, split_seed, SPLIT), (n - v - t, v, t)


def standardize(rows, training):
    columns = []
    for column in zip(*rows):
        mean = 0.0
        for x in column[:training]:
            mean += x
        mean /= training
        square = 0.0
        for x in column[:training]:
            square += (x - mean) * (x - mean)
        deviation = math.sqrt(square / training)
        constant = all(x == column[0] for x in column[:training])
        columns.append([0.0 if constant else f32((x - mean) / deviation) for x in column])
    return [list(row) for row in zip(*columns)]


def one_hot(numbers, classes):
    return [1.0 if j == k else 0.0 for k in numbers for j in range(classes)]


def main():
    x, y = digits((20, 5, 15), 3)
    print("digits 20 5 15, seed 3:", digest(x, [28, 28], y, [1], (20, 5, 15)))
    scaled = [f32(v * (1 / 255)) for v in x]
    print("  scaled, one-hot:", digest(scaled, [784], one_hot(y, 10), [10], (20, 5, 15)))
    rows = standardize([x[k:k + 784] for k in range(0, len(x), 784)], 20)
    print("  standardized:", digest([v for r in rows for v in r], [28, 28], y, [1], (20, 5, 15)))
    x, y, vocabulary, tags = tagging((50, 0, 20), 7, 12)
    print("tagging 50 0 20, seed 7, max_len 12:",
          digest(x, [12], y, [12], (50, 0, 20), vocabulary=vocabulary, classes=tags))
    flat = lambda rows: [v for row in rows for v in row]
    print("blobs 60, seed 5, 4 classes of 3 features, deviation 0.5:",
          digest(flat(blobs(60, 5, 4, 3, 0.5)), [3], [i % 4 for i in range(60)], [1], (60, 0, 0)))
    print("spirals 60 20, seed 6, 3 classes, 1.25 turns, noise 0.1:",
          digest(flat(spirals(80, 6, 3, 1.25, 0.1)), [2], [i % 3 for i in range(80)], [1], (60, 0, 20)))


if __name__ == "__main__":
    main()
