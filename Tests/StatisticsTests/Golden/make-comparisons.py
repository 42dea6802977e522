#!/usr/bin/env python3
"""Makes comparisons.json, which the tests of PairedComparison read.

Means, deviations and intervals are computed in exact rational or 60-digit arithmetic and rounded once;
p-values of small samples by trying every choice of signs in exact arithmetic of the decimal numbers, in
which 0.94 - 0.91 and 0.93 - 0.9 are equal. Both are checked against SciPy (ttest_rel, permutation_test). The resampled figures follow docs/numeric-contract.md
("Resampling") with the Philox of its reference implementation and NumPy, and are checked to lie near
SciPy's bootstrap and permutation_test, which draw other random numbers. The pairs that are needed are
those of the noncentral t distribution.

    pip install numpy scipy mpmath        (made with numpy 2.4.6, scipy 1.17.1, mpmath 1.4.1)
    python3 make-comparisons.py
"""
import hashlib
import json
import math
import pathlib
import struct
from fractions import Fraction

import mpmath
import numpy
import scipy.stats

mpmath.mp.dps = 60
FOLDER = pathlib.Path(__file__).parent
STREAM = 7
WORK = 20_000_000


def philox(key, counters):
    """Philox4x32-10 (Salmon et al. 2011) of many counters, shape (n, 4)."""
    k0, k1 = numpy.uint64(key >> 32), numpy.uint64(key & 0xFFFFFFFF)
    c = [counters[:, i].astype(numpy.uint64) for i in range(4)]
    low, shift = numpy.uint64(0xFFFFFFFF), numpy.uint64(32)
    for _ in range(10):
        p0, p1 = numpy.uint64(0xD2511F53) * c[0], numpy.uint64(0xCD9E8D57) * c[2]
        c = [(p1 >> shift) ^ c[1] ^ k0, p1 & low, (p0 >> shift) ^ c[3] ^ k1, p0 & low]
        k0, k1 = (k0 + numpy.uint64(0x9E3779B9)) & low, (k1 + numpy.uint64(0xBB67AE85)) & low
    return numpy.stack(c, axis=1)


def words(key, purpose, step, count):
    """The words 0 to count - 1 of one step of the stream."""
    instance = struct.unpack(">I", hashlib.sha256(purpose.encode()).digest()[:4])[0]
    blocks = (count + 3) // 4
    counters = numpy.zeros((blocks, 4), dtype=numpy.uint64)
    counters[:, 0] = numpy.arange(blocks)
    counters[:, 1], counters[:, 2], counters[:, 3] = step, instance, STREAM
    return philox(key, counters).reshape(-1)[:count]


def check_philox():
    """Random123's kat_vectors."""
    zeros = philox(0, numpy.zeros((1, 4), dtype=numpy.uint64))[0]
    assert [hex(int(v)) for v in zeros] == ["0x6627e8d5", "0xe169c58d", "0xbc57ac4c", "0x9b00dbd8"]
    pi = numpy.array([[0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344]], dtype=numpy.uint64)
    assert int(philox(0xA4093822299F31D0, pi)[0, 0]) == 0xD16CFE09


def rounds(pairs, fewest, most):
    return min(most, max(fewest, WORK // max(1, pairs)))


def real(fraction):
    return mpmath.mpf(fraction.numerator) / fraction.denominator


def quantile(degrees):
    """t with P(|T| <= t) = 0.95, in 60 digits."""
    v = mpmath.mpf(degrees)
    scale = mpmath.exp(mpmath.loggamma((v + 1) / 2) - mpmath.loggamma(v / 2))
    scale /= mpmath.sqrt(mpmath.pi * v)

    def excess(t):
        return 2 * t * scale * mpmath.hyp2f1(0.5, (v + 1) / 2, 1.5, -t * t / v) - mpmath.mpf("0.95")

    return mpmath.findroot(excess, float(scipy.stats.t.ppf(0.975, degrees)))


def text(value):
    """The nearest double as the shortest text; a Fraction is divided with one rounding."""
    if isinstance(value, Fraction):
        return repr(value.numerator / value.denominator)
    return repr(float(value))


def bootstrap(a, b, key):
    """The share's percentile interval; counts are whole numbers until the end."""
    n = len(a)
    scores = numpy.where(a > b, 2, numpy.where(a < b, 0, 1)).astype(numpy.int64)
    count = rounds(n, 1_000, 10_000)
    sums = numpy.empty(count, dtype=numpy.int64)
    for step in range(count):
        chosen = (words(key, "compare/resample", step, n) * numpy.uint64(n)) >> numpy.uint64(32)
        sums[step] = scores[chosen.astype(numpy.int64)].sum()
    sums.sort()
    lower, upper = sums[count // 40], sums[count - 1 - count // 40]
    # NumPy's own quantiles are between neighbours of these.
    for bound, share in ((lower, 0.025), (upper, 0.975)):
        assert numpy.quantile(sums, share, method="lower") - 1 <= bound
        assert bound <= numpy.quantile(sums, share, method="higher") + 1
    share = Fraction(int(scores.sum()), 2 * n)
    if 0 < share < 1 and len(set(scores.tolist())) > 1:
        other = scipy.stats.bootstrap(
            (scores,), numpy.mean, method="percentile", n_resamples=9_999, rng=numpy.random.default_rng(1)
        ).confidence_interval
        step = 2 / (2 * n) + 0.02
        assert abs(other.low / 2 - lower / (2 * n)) <= step, (other, lower / (2 * n))
        assert abs(other.high / 2 - upper / (2 * n)) <= step, (other, upper / (2 * n))
    return share, Fraction(int(lower), 2 * n), Fraction(int(upper), 2 * n), count


def sign_flips(a, b, key):
    """(p, exact, flips) in exact arithmetic of the decimal numbers."""
    exact = [Fraction(repr(float(x))) - Fraction(repr(float(y))) for x, y in zip(a, b)]
    scale = math.lcm(*(v.denominator for v in exact))
    values = [v * scale for v in exact if v != 0]
    n = len(values)
    seen = abs(sum(values))
    if n <= 20:
        whole = [int(v) for v in values]
        sums = [0]
        for value in whole:
            sums = [s + value for s in sums] + [s - value for s in sums]
        target = abs(sum(whole))
        extremes = sum(1 for s in sums if abs(s) >= target)
        p = Fraction(extremes, 1 << n)
        if 2 <= n <= 12:
            other = scipy.stats.permutation_test(
                (numpy.array([float(v) for v in values]),), numpy.mean, permutation_type="samples",
                n_resamples=numpy.inf, vectorized=False)
            assert abs(other.pvalue - float(p)) < 1e-12, (other.pvalue, float(p))
        return p, True, 1 << n
    flips = rounds(n, 999, 99_999)
    doubles = numpy.array([float(v) for v in values])
    # Near the threshold a double could err; such sums are decided exactly.
    slack = n * 2.0**-48 * numpy.abs(doubles).sum()
    extremes = 0
    for step in range(flips):
        bits = words(key, "compare/sign_flip", step, (n + 31) // 32).astype(numpy.uint32)
        negative = numpy.unpackbits(bits.view(numpy.uint8), bitorder="little")[:n].astype(bool)
        total = abs(numpy.where(negative, -doubles, doubles).sum())
        if abs(total - float(seen)) <= slack:
            exact = abs(sum(-v if flip else v for v, flip in zip(values, negative)))
            extremes += exact >= seen
        else:
            extremes += total > float(seen)
    p = Fraction(int(extremes) + 1, flips + 1)
    other = scipy.stats.permutation_test(
        (doubles,), lambda x, axis: x.mean(axis=axis), permutation_type="samples", n_resamples=20_000,
        rng=numpy.random.default_rng(2), vectorized=True)
    error = 5 * (float(p) * (1 - float(p)) * (1 / flips + 4 / 20_000)) ** 0.5 + 2e-4
    assert abs(other.pvalue - float(p)) <= error, (other.pvalue, float(p), error)
    return p, False, flips


def figures(name, a, b, key):
    n = len(a)
    # Each difference is rounded once: it is what is compared.
    differences = a - b
    exact = [Fraction(float(d)) for d in differences]
    mean = sum(exact) / n
    deviation = mpmath.sqrt(real(sum((d - mean) ** 2 for d in exact) / (n - 1)))
    half = quantile(n - 1) * deviation / mpmath.sqrt(n)
    if deviation > 0:
        test = scipy.stats.ttest_rel(a, b)
        interval = test.confidence_interval(0.95)
        size = max(abs(a).max(), abs(b).max())
        assert abs(interval.low - float(real(mean) - half)) <= 1e-12 * size, name
        assert abs(interval.high - float(real(mean) + half)) <= 1e-12 * size, name
    share, lower, upper, resamples = bootstrap(a, b, key)
    p, is_exact, flips = sign_flips(a, b, key)
    return {
        "mean_a": text(sum(Fraction(float(v)) for v in a) / n),
        "mean_b": text(sum(Fraction(float(v)) for v in b) / n),
        "mean": text(mean),
        "standard_deviation": text(deviation),
        "interval_lower": text(real(mean) - half),
        "interval_upper": text(real(mean) + half),
        "greater_a": int((a > b).sum()),
        "greater_b": int((a < b).sum()),
        "equal": int((a == b).sum()),
        "probability": text(share),
        "probability_lower": text(lower),
        "probability_upper": text(upper),
        "resamples": resamples,
        "p_value": text(p),
        "is_exact": is_exact,
        "flips": flips,
    }


def samples():
    random = numpy.random.default_rng(20240301)
    yield "two pairs", [0.5, 0.75], [0.25, 0.125], 1
    yield "two pairs, one equal", [0.5, 0.75], [0.25, 0.75], 1
    yield "five pairs, all the same way", [0.91, 0.92, 0.93, 0.94, 0.95], [0.90, 0.90, 0.92, 0.91, 0.94], 42
    a = random.normal(0.9, 0.02, 8)
    yield "eight pairs", a, a + random.normal(0.005, 0.01, 8), 1
    yield "twelve pairs with ties", (random.integers(90, 99, 12) / 100), (random.integers(90, 99, 12) / 100), 7
    a = random.lognormal(-3, 1, 20)
    yield "twenty pairs, exact", a, a * random.lognormal(0.3, 0.5, 20), 2**64 - 1
    a = random.lognormal(-3, 1, 21)
    yield "21 pairs, the first that are sampled", a, a * random.lognormal(0.3, 0.5, 21), 5
    a = random.integers(9600, 9900, 30)
    yield "thirty accuracies", a / 10000, (a - random.integers(-30, 50, 30)) / 10000, 1
    yield "all equal", [0.25, 0.5, 0.75], [0.25, 0.5, 0.75], 1
    yield "a constant difference", [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [0.5, 1.5, 2.5, 3.5, 4.5, 5.5], 1
    yield "sums that tie", [0.1, 0.2, 0.3, 0.4, 0.7, 0.6], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 1
    a = random.normal(0, 1, 301)
    yield "301 pairs, fewer flips", a, a - random.normal(0.1, 1, 301), 0x0123456789ABCDEF


def pairs_needed():
    """The smallest n whose two-sided paired t-test has power 0.8, by the noncentral t."""
    for effect in [3.0, 2.0, 1.0, 0.8, 0.5, 0.3, 0.2, 0.1, 0.05, 0.01]:
        n = 2
        def power(n):
            limit = scipy.stats.t.ppf(0.975, n - 1)
            shift = effect * n**0.5
            return scipy.stats.nct.sf(limit, n - 1, shift) + scipy.stats.nct.cdf(-limit, n - 1, shift)
        step = 1 << 20
        n = 1
        while step:
            if n + step < 2 or power(n + step) < 0.8:
                n += step
            step //= 2
        yield {"effect": text(effect), "pairs": n + 1}


def main():
    check_philox()
    document = []
    for name, a, b, key in samples():
        a, b = numpy.array(a, dtype=float), numpy.array(b, dtype=float)
        result = figures(name, a, b, key)
        print(name, result["p_value"], result["probability_lower"], result["probability_upper"])
        document.append({
            "name": name, "key": f"{key:016x}", "a": [repr(float(v)) for v in a],
            "b": [repr(float(v)) for v in b], "figures": result,
        })
    whole = {"comparisons": document, "pairs_needed": list(pairs_needed())}
    (FOLDER / "comparisons.json").write_text(json.dumps(whole, indent=1) + "\n")


main()
