#!/usr/bin/env python3
"""Writes Sources/CKernels/elementary_constants.h: every constant of exp, log, tanh and erf.

Needs mpmath and numpy (PyPI), and Tests/elementary-hard-cases.txt, which
scripts/elementary/elementary-hard-cases.c makes. Run it from anywhere; it writes the same file every time.

The functions are evaluated in binary64 with + - * / only and then rounded to binary32. Two things
make the rounding right on all inputs, and both are made here:

1. Polynomials whose error is far below the roundings of binary64 (minimax, by Remez's exchange).
2. Tables chosen with the hard cases at hand. Inputs whose exact result lies within about one ulp of
   binary64 of a midpoint would be rounded by luck. Each belongs to one table entry, and an entry
   has freedom: log's reciprocal may be any 29-bit number near the middle of its cell, and its
   logarithm is then a rounded one; the small bias this leaves decides the luck. The
   script takes the least bias with which all hard cases of the entry come out right.

That this suffices is shown by scripts/verify-elementary on all 2^32 inputs, not by this script.
"""

import pathlib

import mpmath as mp
import numpy as np

mp.mp.prec = 300
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
STEPS = 16  # Table entries: as many as one AVX-512 permutation of two registers can choose from.
LOG_ORIGIN = (
    0x3FE6600000000000  # Bits of 0.69921875: the significands are taken in [this, twice it).
)


def minimax(f, weight, low, high, count):
    """`count` coefficients, constant first, that minimise max |weight (f - p)|; that maximum."""
    middle, half = mp.mpf(low + high) / 2, mp.mpf(high - low) / 2
    nodes = [
        middle - half * mp.cos(mp.pi * (2 * i + 1) / (2 * count + 2)) for i in range(count + 1)
    ]
    grid = [middle - half * mp.cos(mp.pi * k / 1200) for k in range(1201)]
    for _ in range(8):
        matrix = mp.matrix(count + 1, count + 1)
        for i, x in enumerate(nodes):
            for j in range(count):
                matrix[i, j] = x**j
            matrix[i, count] = (-1) ** i / weight(x)
        solution = mp.lu_solve(matrix, mp.matrix([f(x) for x in nodes]))
        coefficients = list(solution)[:count]
        extrema = []
        for x in grid:
            error = weight(x) * (f(x) - mp.polyval(coefficients[::-1], x))
            if extrema and (extrema[-1][1] > 0) == (error > 0):
                if abs(error) > abs(extrema[-1][1]):
                    extrema[-1] = (x, error)
            else:
                extrema.append((x, error))
        while len(extrema) > count + 1:
            extrema.pop(0 if abs(extrema[0][1]) < abs(extrema[-1][1]) else -1)
        nodes = [x for x, _ in extrema]
    return coefficients, max(abs(error) for _, error in extrema)


def second_remainder(function, limit):
    """(function(r) - r) / r^2, with its limit at 0."""
    return lambda r: mp.mpf(limit) if abs(r) < mp.mpf(2) ** -60 else (function(r) - r) / r**2


def distance_from_zero(r):
    """Weight that makes the error of r + r^2 q(r) relative to r; not 0, for the exchange's sake."""
    return max(abs(r), mp.mpf(2) ** -40)


def rounded_to(x, exponent):
    """x rounded to a multiple of 2^exponent."""
    return float(mp.nint(mp.ldexp(x, -exponent)) * mp.mpf(2) ** exponent)


def read_hard_cases(name):
    rows = [line.split() for line in (ROOT / "Tests/elementary-hard-cases.txt").open()]
    cases = [(int(r[1], 16), int(r[2], 16)) for r in rows if r and r[0] == name]
    inputs, results = np.array(cases, dtype=np.uint32).T
    return inputs.copy(), results.copy()


def evaluate_exp_parts(x, c):
    """n, and p = exp(r) - 1, as elementary_body.h computes them."""
    n = (x * c["exp_scale"] + c["exp_shift"]) - c["exp_shift"]
    r = (x - n * c["exp_step_high"]) - n * c["exp_step_low"]
    r2 = r * r
    c2, c3, c4, c5, c6 = c["exp_coefficients"]
    p = r + r2 * ((c2 + c3 * r) + r2 * ((c4 + c5 * r) + r2 * c6))
    return n.astype(np.int64), p


def exp_constants():
    c = {"exp_scale": float(STEPS / mp.log(2)), "exp_shift": 1.5 * 2.0**52}
    step = mp.log(2) / STEPS
    c["exp_step_high"] = rounded_to(step, -45)  # 41 bits: times |n| < 2^12 it is exact.
    c["exp_step_low"] = float(step - mp.mpf(c["exp_step_high"]))
    half = step / 2 * (1 + mp.mpf(2) ** -20)
    f = second_remainder(mp.expm1, 0.5)
    coefficients, c["exp_error"] = minimax(f, distance_from_zero, -half, half, 5)
    c["exp_coefficients"] = [float(v) for v in coefficients]
    powers = [mp.power(2, mp.mpf(i) / STEPS) for i in range(STEPS)]
    c["exp_powers"] = [float(v) for v in powers]
    c["exp_tails"] = [float(v / mp.mpf(w) - 1) for v, w in zip(powers, c["exp_powers"])]
    return c


def check_exp_and_tanh(c):
    powers, tails = np.array(c["exp_powers"]), np.array(c["exp_tails"])
    inputs, results = read_hard_cases("exp")
    x = np.clip(inputs.view(np.float32).astype(np.float64), -104, 89)
    n, p = evaluate_exp_parts(x, c)
    scale = np.ldexp(powers[n & (STEPS - 1)], (n >> 4).astype(np.int32))
    wrong = (scale + scale * p).astype(np.float32).view(np.uint32) != results
    report("exp", inputs, wrong)
    inputs, results = read_hard_cases("tanh")
    n, p = evaluate_exp_parts(
        np.minimum(np.abs(inputs.view(np.float32).astype(np.float64)), 10) * 2, c
    )
    scale = np.ldexp(powers[n & (STEPS - 1)], (n >> 4).astype(np.int32))
    e = (scale - 1) + scale * (p + tails[n & (STEPS - 1)])
    value = (e / (e + 2)).astype(np.float32).view(np.uint32)
    report("tanh", inputs, (value | (inputs & 0x80000000)) != results)
    inputs, results = read_hard_cases("expm1")
    x = inputs.view(np.float32)
    n, p = evaluate_exp_parts(np.clip(x.astype(np.float64), -104, 89), c)
    scale = np.ldexp(powers[n & (STEPS - 1)], (n >> 4).astype(np.int32))
    e = ((scale - 1) + scale * (p + tails[n & (STEPS - 1)])).astype(np.float32)
    report("expm1", inputs, (e.view(np.uint32) != results) & (x != 0))


def report(name, inputs, wrong):
    wrong = wrong & ((inputs & 0x7FFFFFFF) <= 0x7F800000)  # NaN is not evaluated but selected.
    if wrong.any():
        raise SystemExit(f"{name}: wrong {[f'{v:08x}' for v in inputs[wrong]]}")


def log_constants():
    c = {"log_2_high": rounded_to(mp.log(2), -44)}  # Times |k| < 2^8, plus an entry: exact.
    # The bias of 2^-54 for each factor 2 serves several hard cases at once; without it the cell
    # from 0.82421875 has no entry for both 65d890d3 (k = 76) and 4056ee45 (k = 2).
    c["log_2_low"] = float(mp.log(2) - mp.mpf(c["log_2_high"]) + mp.mpf(2) ** -54)
    edges = [float_of(LOG_ORIGIN + (i << 48)) for i in range(STEPS + 1)]
    c["log_edges"] = edges
    reach = max(
        max(1 - a, b - 1) if a < 1 < b else (b - a) / (b + a) for a, b in zip(edges, edges[1:])
    )
    c["log_reach"] = reach * (1 + 2.0**-10)
    f = second_remainder(mp.log1p, -0.5)
    coefficients, c["log_error"] = minimax(
        f, distance_from_zero, -c["log_reach"], c["log_reach"], 7
    )
    c["log_coefficients"] = [float(v) for v in coefficients]
    inputs, results = read_hard_cases("log")
    usual = (inputs > 0) & (inputs < 0x7F800000)
    inputs, results = inputs[usual], results[usual]
    bits = inputs.view(np.float32).astype(np.float64).view(np.int64) - LOG_ORIGIN
    cells = (bits >> 48) & (STEPS - 1)
    c["log_reciprocals"], c["log_entries"], c["log_biases"] = [], [], []
    for i in range(STEPS):
        here = cells == i
        chosen = choose_log_entry(c, edges[i], edges[i + 1], inputs[here], results[here])
        for key, value in zip(("log_reciprocals", "log_entries", "log_biases"), chosen):
            c[key].append(value)
    return c


def float_of(bits):
    return float(np.array([bits], dtype=np.int64).view(np.float64)[0])


def choose_log_entry(c, low, high, inputs, results):
    """(reciprocal, negative logarithm, bias): the least bias without a wrong hard case."""
    if low < 1 < high:
        candidates = [
            (mp.mpf(0), 1.0, 0.0)
        ]  # Exact, so that the result is relatively exact near 1.
    else:
        middle = int(round(2 / (low + high) * 2.0**28))
        candidates = []
        for numerator in range(middle - 3000, middle + 3001):
            reciprocal = numerator / 2.0**28  # At most 29 bits: times 24 bits it is exact.
            exact = -mp.log(mp.mpf(reciprocal))
            entry = rounded_to(exact, -44)
            candidates.append((mp.mpf(entry) - exact, reciprocal, entry))
        candidates.sort(key=lambda candidate: abs(candidate[0]))
    for bias, reciprocal, entry in candidates:
        if np.array_equal(evaluate_log(c, inputs, reciprocal, entry), results):
            return reciprocal, entry, bias
    raise SystemExit(f"no entry serves the cell from {low}")


def evaluate_log(c, inputs, reciprocal, entry):
    """log as elementary_body.h computes it, for inputs of one cell."""
    bits = inputs.view(np.float32).astype(np.float64).view(np.int64) - LOG_ORIGIN
    k = (bits >> 52).astype(np.float64)
    z = ((bits & ((1 << 52) - 1)) + LOG_ORIGIN).view(np.float64)
    r = z * reciprocal - 1
    r2 = r * r
    c2, c3, c4, c5, c6, c7, c8 = c["log_coefficients"]
    r4 = r2 * r2
    q = ((c2 + c3 * r) + r2 * (c4 + c5 * r)) + r4 * ((c6 + c7 * r) + r2 * c8)
    high = k * c["log_2_high"] + entry
    low = k * c["log_2_low"] + r2 * q
    return (high + (r + low)).astype(np.float32).view(np.uint32)


def erf_constants():
    """Coefficients of t^0 ... t^11 around 0, 1/4 ... 15/4; the last cell reaches to 4."""
    columns, errors = [], []
    for i in range(STEPS):
        centre = mp.mpf(i) / 4
        if i == 0:

            def ratio(u):
                return mp.erf(mp.sqrt(u)) / mp.sqrt(u) if u > 0 else 2 / mp.sqrt(mp.pi)

            odd, error = minimax(ratio, lambda u: mp.mpf(1), mp.mpf(0), mp.mpf(1) / 64, 6)
            column = [mp.mpf(0)] * 12
            column[1::2] = odd
        else:
            high = mp.mpf(1) / (4 if i == STEPS - 1 else 8)
            column, error = minimax(
                lambda t: mp.erf(centre + t), lambda t: 1 / mp.erf(centre + t), -mp.mpf(1) / 8, high, 12
            )
        columns.append([float(v) for v in column])
        errors.append(error)
    return {"erf_coefficients": [list(row) for row in zip(*columns)], "erf_error": max(errors)}


def evaluate_erf(c, inputs):
    """erf as elementary_body.h computes it; its bits."""
    x = np.minimum(np.abs(inputs.view(np.float32).astype(np.float64)), 4)
    n = np.rint(np.minimum(4 * x, 15))
    t = x - n * 0.25
    table = np.array(c["erf_coefficients"])[:, n.astype(int)]
    t2 = t * t
    t4 = t2 * t2
    q1 = (table[1] + table[2] * t) + t2 * (table[3] + table[4] * t)
    q5 = (table[5] + table[6] * t) + t2 * (table[7] + table[8] * t)
    q9 = (table[9] + table[10] * t) + t2 * table[11]
    value = (table[0] + t * (q1 + t4 * (q5 + t4 * q9))).astype(np.float32).view(np.uint32)
    return value | (inputs & 0x80000000)


def check_erf(c):
    inputs, results = read_hard_cases("erf")
    usual = (inputs & 0x7FFFFFFF) <= 0x7F800000
    inputs, results = inputs[usual], results[usual]
    report("erf", inputs, evaluate_erf(c, inputs) != results)


HEADER = """// The constants of exp, log, tanh and erf, with their origin and error bounds. Made by
// scripts/elementary/elementary-coefficients.py: change that, never this file.
//
// Hexadecimal floating-point, so that what is compiled is what was chosen, to the bit.
#pragma once

#include <stdint.h>

#define SS_CONSTANT static const __attribute__((unused))

/// Entries of each table: as many as one AVX-512 permutation of two registers chooses from.
enum { SS_STEPS = 16 };

/// 16 / ln 2, rounded.
SS_CONSTANT double ss_exp_scale = @exp_scale@;

/// 1.5 2^52. Added and taken away again it rounds to an integer n; between the two, the lower bits
/// of the binary64 pattern hold n in two's complement.
SS_CONSTANT double ss_exp_shift = @exp_shift@;

/// ln 2 / 16 rounded to a multiple of 2^-45: 41 bits, so that its product with |n| < 2^12 is exact,
/// and so is the difference of the argument and that product.
SS_CONSTANT double ss_exp_step_high = @exp_step_high@;

/// ln 2 / 16 less the above, rounded: 2^-99 off at most.
SS_CONSTANT double ss_exp_step_low = @exp_step_low@;

/// exp(r) - 1 = r + r^2 (c[0] + c[1] r + ... + c[4] r^4) for |r| <= ln 2 / 32.
/// Minimax; error @exp_error@ relative to r.
SS_CONSTANT double ss_exp_coefficients[5] = {
@exp_coefficients@
};

/// The bits of 2^(i/16), rounded to binary64, less i << 48. Adding n << 48, n = 16 k + i, gives
/// those of 2^(n/16), since i << 48 then cancels and k << 52 raises the exponent by k.
SS_CONSTANT _Alignas(64) uint64_t ss_exp_powers[SS_STEPS] = {
@exp_patterns@
};

/// 2^(i/16) / (the rounded 2^(i/16)) - 1: what tanh, which subtracts 1, would miss.
SS_CONSTANT _Alignas(64) double ss_exp_tails[SS_STEPS] = {
@exp_tails@
};

/// Bits of 0.69921875, in binary64: significands are taken in [this, twice this), in 16 cells given
/// by the next four bits; the cell [0.98046875, 1.0234375) has 1 inside, not at an end.
#define SS_LOG_ORIGIN @log_origin@

/// ln 2 rounded to a multiple of 2^-44: its product with |k| < 2^8 is exact, and so is that
/// product's sum with an entry of the table.
SS_CONSTANT double ss_log_2_high = @log_2_high@;

/// ln 2 less the above, plus 2^-54: a bias that turns the luck of the hard cases with a large
/// exponent to the right side. It is 0.8 ulp of binary64 in the result, at most.
SS_CONSTANT double ss_log_2_low = @log_2_low@;

/// log(1 + r) = r + r^2 (c[0] + c[1] r + ... + c[6] r^6) for |r| <= @log_reach@.
/// Minimax; error @log_error@ relative to r.
SS_CONSTANT double ss_log_coefficients[7] = {
@log_coefficients@
};

/// Near the reciprocal of the middle of cell i, a multiple of 2^-28 (in the cell of 1: exactly 1).
/// Its product with a binary32 significand is exact in binary64, and so is that product less 1.
SS_CONSTANT _Alignas(64) double ss_log_reciprocals[SS_STEPS] = {
@log_reciprocals@
};

/// The negative logarithm of reciprocal i, rounded to a multiple of 2^-44. The reciprocals are
/// chosen so that this rounding errs by @log_bias@ at most and no hard case is rounded wrongly.
SS_CONSTANT _Alignas(64) double ss_log_entries[SS_STEPS] = {
@log_entries@
};

/// erf(i/4 + t) = c[0][i] + c[1][i] t + ... + c[11][i] t^11 for |t| <= 1/8, in the last cell up to
/// 1/4. Around 0 there are odd powers alone. Minimax; error @erf_error@ relative to erf.
SS_CONSTANT _Alignas(64) double ss_erf_coefficients[12][SS_STEPS] = {
@erf_coefficients@
};
"""


def power_of_two(x):
    return f"2^{float(mp.log(abs(x), 2)):.1f}"


def header(c):
    """The text above with the constants in their places."""
    patterns = np.array(c["exp_powers"]).view(np.uint64).tolist()
    text = {
        "exp_error": power_of_two(c["exp_error"]),
        "exp_patterns": "\n".join(f"    0x{v - (i << 48):016x}," for i, v in enumerate(patterns)),
        "log_origin": f"0x{LOG_ORIGIN:016x}u",
        "log_reach": f"{c['log_reach']:.5f}",
        "log_error": power_of_two(c["log_error"]),
        "erf_error": power_of_two(c["erf_error"]),
        "log_bias": power_of_two(max(abs(b) for b in c["log_biases"])),
    }
    result = HEADER
    for key, value in (c | text).items():
        if isinstance(value, float):
            value = value.hex()
        elif isinstance(value, list) and isinstance(value[0], list):
            rows = [", ".join(float(v).hex() for v in row) for row in value]
            value = "\n".join("    {" + row.replace(", ", ",\n     ") + "}," for row in rows)
        elif isinstance(value, list):
            value = "\n".join(f"    {float(v).hex()}," for v in value)
        result = result.replace(f"@{key}@", value)
    assert "@" not in result
    return result


if __name__ == "__main__":
    np.seterr(over="ignore", invalid="ignore")  # Of NaN, and of exp beyond the largest number.
    constants = exp_constants()
    check_exp_and_tanh(constants)
    constants |= log_constants()
    constants |= erf_constants()
    check_erf(constants)
    (ROOT / "Sources/CKernels/elementary_constants.h").write_text(header(constants))
