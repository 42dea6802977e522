#!/usr/bin/env python3
"""Makes statistics.json and student-t.json, which the tests of Statistics read.

Every figure is computed here in exact rational or 60-digit arithmetic and rounded once to binary64,
then checked against NumPy and SciPy to 1e-12 relative wherever those do not overflow. Numbers are
stored as the shortest text that reads back to the same bits.

    pip install numpy scipy mpmath        (made with numpy 2.4.6, scipy 1.17.1, mpmath 1.3.0)
    python3 make-golden.py
"""
import json
import math
import pathlib
from fractions import Fraction

import mpmath
import numpy
import scipy.stats

mpmath.mp.dps = 60
FOLDER = pathlib.Path(__file__).parent
TOLERANCE = 1e-12


def quantile(degrees):
    """t with P(|T| <= t) = 0.95, from the distribution's hypergeometric form (DLMF 8.17.7)."""
    v = mpmath.mpf(degrees)
    scale = mpmath.exp(mpmath.loggamma((v + 1) / 2) - mpmath.loggamma(v / 2))
    scale /= mpmath.sqrt(mpmath.pi * v)

    def excess(t):
        return 2 * t * scale * mpmath.hyp2f1(0.5, (v + 1) / 2, 1.5, -t * t / v) - mpmath.mpf("0.95")

    reference = float(scipy.stats.t.ppf(0.975, degrees))
    exact = mpmath.findroot(excess, reference)
    assert abs(exact / reference - 1) < TOLERANCE, (degrees, exact, reference)
    return exact


def rounded(value):
    """The nearest double of a Fraction or an mpf, as text; beyond the largest one, infinity."""
    if isinstance(value, Fraction):
        try:
            return repr(value.numerator / value.denominator)
        except OverflowError:
            return "-inf" if value < 0 else "inf"
    return repr(float(value))


def real(fraction):
    return mpmath.mpf(fraction.numerator) / fraction.denominator


def figures(values):
    exact = sorted(Fraction(value) for value in values)
    n = len(exact)
    mean = sum(exact) / n
    middle = exact[n // 4 : n - n // 4]
    result = {
        "count": n,
        "mean": rounded(mean),
        "median": rounded((exact[(n - 1) // 2] + exact[n // 2]) / 2),
        "interquartile_mean": rounded(sum(middle) / len(middle)),
        "minimum": rounded(exact[0]),
        "maximum": rounded(exact[-1]),
    }
    if n > 1:
        variance = sum((value - mean) ** 2 for value in exact) / (n - 1)
        deviation = mpmath.sqrt(real(variance))
        half = quantile(n - 1) * deviation / mpmath.sqrt(n)
        result["standard_deviation"] = rounded(deviation)
        result["interval_lower"] = rounded(real(mean) - half)
        result["interval_upper"] = rounded(real(mean) + half)
    return result


def check(name, values, result):
    """The same from NumPy and SciPy."""
    x = numpy.array(values)
    others = {
        "mean": x.mean(),
        "median": numpy.median(x),
        "interquartile_mean": scipy.stats.trim_mean(x, 0.25),
    }
    if len(values) > 1:
        error = scipy.stats.sem(x)
        others["standard_deviation"] = x.std(ddof=1)
        if error > 0:
            lower, upper = scipy.stats.t.interval(0.95, len(x) - 1, loc=x.mean(), scale=error)
            others["interval_lower"], others["interval_upper"] = lower, upper
    size = max(abs(x))
    for key, other in others.items():
        ours = float(result[key])
        assert abs(ours - other) <= TOLERANCE * size, (name, key, ours, other)


def samples():
    random = numpy.random.default_rng(20240229)
    spread = random.lognormal(-4, 1.3, 30)
    yield "one value", [0.083793512810694262]
    yield "two values", [0.083793512810694262, 0.010025916318732521]
    yield "three values", [1.0, 2.0, 4.0]
    yield "four values", [3.0, -1.0, 4.0, 1.5]
    yield "five values", [0.1, 0.2, 0.3, 0.4, 0.7]
    yield "seven, uniform", random.random(7).tolist()
    yield "eight, with ties", [2.0, 1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 1.0]
    yield "thirty, log-normal", spread.tolist()
    yield "a hundred, normal", random.normal(0, 1, 100).tolist()
    yield "101 accuracies", (random.integers(9700, 9900, 101) / 10000).tolist()
    yield "1,500, log-normal", random.lognormal(-4, 1.3, 1500).tolist()
    yield "equal values whose sum rounds past them", [1.9999999999999998] * 11
    yield "both zeros", [0.0, -0.0, 0.0]
    yield "small spread on a large mean", [1e15 + i for i in (4, 7, 13, 16)]
    yield "cancellation", [1e16, 1.0, -1e16, 3.0, 1e-3]
    yield "huge", [1e308, 1.5e308, 1.7e308, -1e307, 1.2e308]
    yield "huge, the deviation overflows", [1.7e308, -1.7e308]
    yield "tiny", [5e-324, 1e-320, 3e-310, 2.5e-308]
    yield "tiny, squares underflow", [1e-200, 2e-200, 4e-200, 8e-200, 3e-201]
    yield "from tiny to huge", [1e-300, 1.0, 1e300, 2e150]


def main():
    document = []
    for name, values in samples():
        values = [float(value) for value in values]
        result = figures(values)
        if not name.startswith(("huge", "tiny", "from tiny", "equal", "cancellation")):
            check(name, values, result)
        document.append({"name": name, "values": [repr(v) for v in values], "figures": result})
    (FOLDER / "statistics.json").write_text(json.dumps(document, indent=1) + "\n")

    degrees = list(range(1, 131)) + [199, 200, 333, 498, 499, 500, 501, 502, 777, 998, 999, 1000, 1001, 1002, 1999]
    degrees += [10**4, 10**5 + 1, 10**6, 10**7, 10**8, 10**9 - 1, 10**9]
    table = [{"degrees": v, "quantile": rounded(quantile(v))} for v in degrees]
    (FOLDER / "student-t.json").write_text(json.dumps(table, indent=1) + "\n")


main()
