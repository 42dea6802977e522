// The judge of the elementary functions: the correctly rounded binary32 value of exp, log, tanh,
// expm1 and erf.
//
// MPFR alone would settle every input, at some microseconds each: hours for 2^32 of them. Here MPFR
// fills two short tables for each binade of inputs, one multiplication (exp), one addition formula
// (tanh, expm1) or one short series (log, erf) in 64-bit significands joins them, and only where the
// resulting enclosure contains a rounding boundary is MPFR asked about the single input.
//
// Why the enclosure is rigorous. Let u = 2^-64, the largest relative error of one operation in
// x87's 80-bit format, and of an MPFR result rounded to 64 bits. An input is x = h + l, where h has
// the upper bits of the significand and l >= 0 (in magnitude) the lower ones. Both are exact.
//   exp(x)  = exp(h) exp(l).                         Two table entries, one product:         3 u.
//   tanh(x) = (tanh h + tanh l) / (1 + tanh h tanh l), h and l of one sign, so that nothing
//             cancels.       Numerator 2 u, denominator at most 4 u, quotient 1 u:           7 u.
//   log(x)  = log(c) + log1p(r), r = (x - c) / c, c the end nearer to 1 of the cell of x (the x
//             with the same upper 12 bits; c = x where there are no lower ones), hence
//             |r| <= 2^-12 and both terms of one sign: nothing cancels, and c = 1 next to 1.
//             Six terms of the series leave less than |r|^6 / 6 < 2^-74 of r. r has 1 u, the
//             series in Horner's form less than 3 u, the table 1 u, the sum 1 u:              5 u.
//   expm1(x) = expm1 h + expm1 l (1 + expm1 h), both terms of the sign of x. The sum in brackets is
//             exp h, and its error at most u: the first term is at least the second, for l is at
//             most h / 2^12.                                                                 4 u.
//   erf(x)  = erf h + l d s, d = 2/sqrt(pi) exp(-h h), s the Taylor series 1 - h l + ... without l d,
//             to the sixth power of l, whose coefficients are Hermite polynomials. |h| < 4 and
//             |l| < |h| / 2^12, so that l d s is at most 2^-10 of erf h, and the first term that is
//             left out, H6(h) l^6 / 7!, at most 2^-48 of s. d has 1 u, s less than 8 u; all times
//             2^-10. The table 1 u, the sum 1 u:                  3 u.
// (Products of such errors are below 2^-120.) All is less than 2^-61; RELATIVE_ERROR is 2^-60. The
// results here are at least 2^-150 in magnitude wherever a table is used, far from the 80-bit
// format's own underflow. If value (1 - 2^-60) and value (1 + 2^-60) round to the same binary32
// number, so does the exact value, rounding being monotone. Otherwise MPFR is asked with 200 bits,
// rounded down and up; should these two differ in binary32, the program stops: it never guesses.
#pragma once
#pragma STDC FP_CONTRACT OFF

#include <float.h>
#include <math.h>
#include <mpfr.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if LDBL_MANT_DIG != 64
#error "the enclosure needs the 80-bit format of x87"
#endif

enum function { EXP, LOG, TANH, EXPM1, ERF, FUNCTION_COUNT };

static const char *const function_names[] = {"exp", "log", "tanh", "expm1", "erf"};

#define RELATIVE_ERROR 0x1p-60L
#define CANONICAL_NAN 0x7fc00000u
#define HIGH_BITS 12

static inline uint32_t bits_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline float float_of(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

typedef int (*mpfr_function)(mpfr_t, const mpfr_t, mpfr_rnd_t);

static mpfr_function mpfr_function_of(enum function function) {
    static const mpfr_function functions[] = {mpfr_exp, mpfr_log, mpfr_tanh, mpfr_expm1, mpfr_erf};
    return functions[function];
}

/// The 64-bit rounding of function(x), for the tables. x is a dyadic number of at most 24 bits.
static long double table_entry(enum function function, long double x) {
    mpfr_t argument, result;
    mpfr_init2(argument, 64);
    mpfr_init2(result, 64);
    mpfr_set_ld(argument, x, MPFR_RNDN);
    mpfr_function_of(function)(result, argument, MPFR_RNDN);
    long double value = mpfr_get_ld(result, MPFR_RNDN);
    mpfr_clear(argument);
    mpfr_clear(result);
    return value;
}

/// The 64-bit rounding of 2/sqrt(pi) exp(-x x), the derivative of erf.
static long double erf_slope(long double x) {
    mpfr_t argument, factor;
    mpfr_init2(argument, 200);
    mpfr_init2(factor, 200);
    mpfr_set_ld(argument, x, MPFR_RNDN);
    mpfr_sqr(argument, argument, MPFR_RNDN);
    mpfr_neg(argument, argument, MPFR_RNDN);
    mpfr_exp(argument, argument, MPFR_RNDN);
    mpfr_const_pi(factor, MPFR_RNDN);
    mpfr_rec_sqrt(factor, factor, MPFR_RNDN);
    mpfr_mul(argument, argument, factor, MPFR_RNDN);
    long double value = 2 * mpfr_get_ld(argument, MPFR_RNDN);
    mpfr_clear(argument);
    mpfr_clear(factor);
    return value;
}

/// The correctly rounded value of a finite input in the function's domain, by MPFR alone.
static uint32_t decide_by_mpfr(enum function function, uint32_t input) {
    mpfr_t argument, below, above;
    mpfr_init2(argument, 24);
    mpfr_init2(below, 200);
    mpfr_init2(above, 200);
    mpfr_set_flt(argument, float_of(input), MPFR_RNDN);
    mpfr_function_of(function)(below, argument, MPFR_RNDD);
    mpfr_function_of(function)(above, argument, MPFR_RNDU);
    uint32_t result = bits_of(mpfr_get_flt(below, MPFR_RNDN));
    if (result != bits_of(mpfr_get_flt(above, MPFR_RNDN))) {
        fprintf(stderr, "200 bits do not decide %s(%08x)\n", function_names[function], input);
        exit(2);
    }
    mpfr_clear(argument);
    mpfr_clear(below);
    mpfr_clear(above);
    return result;
}

/// The value where it is given by definition (NaN, infinities, zeros, outside the domain), or where
/// it needs no tables: exp of |x| >= 128 is beyond the largest, or below half the least, number;
/// erfc(4) is below 2^-25, a quarter of the distance of 1 from the next number below.
static int defined_value(enum function function, uint32_t input, uint32_t *result) {
    uint32_t magnitude = input & 0x7fffffffu, sign = input >> 31;
    if (magnitude > 0x7f800000u) { *result = CANONICAL_NAN; return 1; }
    switch (function) {
    case EXP:
        if (magnitude == 0) { *result = 0x3f800000u; return 1; }
        if (magnitude >= 0x43000000u) { *result = sign ? 0 : 0x7f800000u; return 1; }
        return 0;
    case LOG:
        if (magnitude == 0) { *result = 0xff800000u; return 1; }
        if (sign) { *result = CANONICAL_NAN; return 1; }
        if (magnitude == 0x7f800000u) { *result = input; return 1; }
        if (input == 0x3f800000u) { *result = 0; return 1; }
        return 0;
    case EXPM1:
        if (magnitude == 0) { *result = input; return 1; }
        if (magnitude >= 0x43000000u) { *result = sign ? 0xbf800000u : 0x7f800000u; return 1; }
        return 0;
    case ERF:
        if (magnitude == 0) { *result = input; return 1; }
        if (magnitude >= 0x40800000u) { *result = sign << 31 | 0x3f800000u; return 1; }
        return 0;
    default:
        if (magnitude == 0) { *result = input; return 1; }
        if (magnitude == 0x7f800000u) { *result = sign << 31 | 0x3f800000u; return 1; }
        return 0;
    }
}

/// The inputs (-1)^sign 2^exponent (1 + t / 2^bits), 0 <= t < 2^bits, and the tables of a function.
struct binade {
    enum function function;
    int sign, exponent, high_bits, low_bits;
    uint32_t first;  ///< The bit pattern of t = 0; t is added to it.
    long double high_argument[1 << HIGH_BITS], high[1 << HIGH_BITS], low[1 << (23 - HIGH_BITS)];
    long double slope[1 << HIGH_BITS];  ///< Of erf.
};

/// index 0..22: the binades of the subnormals; 23..276: those of the normal numbers.
enum { BINADES = 277 };

static void binade_prepare(struct binade *b, enum function function, int sign, int index) {
    int bits = index < 23 ? index : 23;
    b->function = function;
    b->sign = sign;
    b->exponent = index - 149;
    b->high_bits = bits < HIGH_BITS ? bits : HIGH_BITS;
    b->low_bits = bits - b->high_bits;
    b->first = (uint32_t)sign << 31 | (index < 23 ? 1u << index : (uint32_t)(index - 22) << 23);
    if (index >= 23) b->exponent = index - 22 - 127;
    long double unit = (sign ? -1.0L : 1.0L) * ldexpl(1, b->exponent);
    for (int t = 0; t < 1 << b->high_bits; t++) {
        // A cell of one input (the least subnormals have wide ones) is its own c, and r is 0.
        int nearer_end = function == LOG && b->exponent < 0 && b->low_bits > 0 ? t + 1 : t;
        b->high_argument[t] = unit * (1 + ldexpl(nearer_end, -b->high_bits));
        b->high[t] = table_entry(function, b->high_argument[t]);
        if (function == ERF) b->slope[t] = erf_slope(b->high_argument[t]);
    }
    for (int t = 0; t < 1 << b->low_bits; t++) {
        long double argument = unit * ldexpl(t, -bits);
        b->low[t] = function == LOG ? 0 : function == ERF ? argument : table_entry(function, argument);
    }
}

/// function(x) for the t-th input of the binade, within a relative error of 2^-60.
static inline long double binade_value(const struct binade *b, uint32_t t) {
    uint32_t upper = t >> b->low_bits, lower = t & ((1u << b->low_bits) - 1);
    long double h = b->high[upper], l = b->low[lower];
    if (b->function == EXP) return h * l;
    if (b->function == TANH) return (h + l) / (1 + h * l);
    if (b->function == EXPM1) return h + l * (1 + h);
    long double c = b->high_argument[upper];
    if (b->function == ERF) {
        long double c2 = c * c;
        long double series = (120 * c - c2 * c * (160 - 32 * c2)) / 720;
        series = (12 - c2 * (48 - 16 * c2)) / 120 - l * series;
        series = (8 * c2 * c - 12 * c) / 24 - l * series;
        series = (4 * c2 - 2) / 6 - l * series;
        return h + b->slope[upper] * (l * (1 - l * (c - l * series)));
    }
    long double r = ((long double)float_of(b->first + t) - c) / c;
    long double series = 1.0L / 5 - r * (1.0L / 6);
    series = 1.0L / 3 - r * (1.0L / 4 - r * series);
    return h + r * (1 - r * (0.5L - r * series));
}

/// The correctly rounded value for the t-th input; *asked counts the calls of MPFR.
static inline uint32_t binade_rounded(const struct binade *b, uint32_t t, uint64_t *asked) {
    uint32_t result;
    if (defined_value(b->function, b->first + t, &result)) return result;
    long double value = binade_value(b, t);
    // Most inputs leave here, for speed: the 40 bits of the significand beyond those of a normal
    // number are 64 units or more from the midpoint 2^39, and RELATIVE_ERROR is 16 at the most.
    uint64_t significand;
    memcpy(&significand, &value, sizeof significand);
    uint64_t beyond = (significand + 64) & ((1ull << 40) - 1);
    int is_far = beyond - (1ull << 39) > 128;
    float rounded = (float)value;
    if (is_far && fabsf(rounded) > FLT_MIN) return bits_of(rounded);
    result = bits_of((float)(value * (1 - RELATIVE_ERROR)));
    if (result == bits_of((float)(value * (1 + RELATIVE_ERROR)))) return result;
    ++*asked;
    return decide_by_mpfr(b->function, b->first + t);
}
