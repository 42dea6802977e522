// The vector form of the elementary functions, included once by the file of each instruction set.
//
// Written with the vector types that clang and gcc share, so that one text serves all instruction
// sets: each operation below is the binary64 operation of elementary_reference.c, in its order, in
// every lane. Hence all intermediate results, and not only the rounded ones, equal the reference's.
//
// The including file defines, beforehand:
//   LANES                   the number of values worked on at once
//   NAME(function)          the function's name with the suffix of the instruction set
//   LOOK_UP(table, index)   in each lane, the 8-byte table entry given by the lower four bits of
//                           that lane of index; entries_of below serves where nothing is better
//
// There is no include guard: the types depend on LANES, and each instruction set has its own file.

#include "elementary_constants.h"
#include "include/ss_elementary.h"

#include <string.h>

typedef float float_lanes __attribute__((vector_size(LANES * 4)));
typedef uint32_t word_lanes __attribute__((vector_size(LANES * 4)));
typedef double double_lanes __attribute__((vector_size(LANES * 8)));
typedef uint64_t long_lanes __attribute__((vector_size(LANES * 8)));

#define IN_LANES static inline __attribute__((always_inline, unused))

/// Lanes of a where the mask is all ones, lanes of b where it is zero.
#define SELECT(mask, a, b) \
    ((float_lanes)(((word_lanes)(mask) & (word_lanes)(a)) \
                   | (~(word_lanes)(mask) & (word_lanes)(b))))

IN_LANES float_lanes all_floats(float value) { return value - (float_lanes){0}; }
IN_LANES float_lanes all_words(uint32_t bits) { return (float_lanes)(bits | (word_lanes){0}); }

IN_LANES long_lanes entries_of(const void *table, long_lanes index) {
    long_lanes result = {0};
    for (int lane = 0; lane < LANES; lane++)
        memcpy((char *)&result + 8 * lane, (const char *)table + 8 * (index[lane] % SS_STEPS), 8);
    return result;
}

/// exp(x) = scale (1 + p); index is that of the table, in its lower four bits.
struct exp_lanes { double_lanes scale, p; long_lanes index; };

IN_LANES struct exp_lanes exp_lanes_of(double_lanes x) {
    const double *c = ss_exp_coefficients;
    double_lanes shifted = x * ss_exp_scale + ss_exp_shift;
    double_lanes n = shifted - ss_exp_shift;
    double_lanes r = (x - n * ss_exp_step_high) - n * ss_exp_step_low;
    double_lanes r2 = r * r;
    double_lanes q = (c[0] + c[1] * r) + r2 * ((c[2] + c[3] * r) + r2 * c[4]);
    struct exp_lanes parts;
    parts.index = (long_lanes)shifted;
    parts.scale = (double_lanes)(LOOK_UP(ss_exp_powers, parts.index) + (parts.index << 48));
    parts.p = r + r2 * q;
    return parts;
}

IN_LANES float_lanes exp_of(float_lanes x) {
    float_lanes argument = SELECT(x > 89.0f, all_floats(89.0f), x);
    argument = SELECT(argument < -104.0f, all_floats(-104.0f), argument);
    struct exp_lanes parts = exp_lanes_of(__builtin_convertvector(argument, double_lanes));
    double_lanes value = parts.scale + parts.scale * parts.p;
    return SELECT(x == x, __builtin_convertvector(value, float_lanes), all_words(0x7fc00000u));
}

IN_LANES float_lanes tanh_of(float_lanes x) {
    word_lanes sign = (word_lanes)x & 0x80000000u;
    float_lanes magnitude = (float_lanes)((word_lanes)x ^ sign);
    magnitude = SELECT(magnitude > 10.0f, all_floats(10.0f), magnitude);
    double_lanes argument = __builtin_convertvector(magnitude, double_lanes);
    struct exp_lanes parts = exp_lanes_of(argument + argument);
    double_lanes tail = (double_lanes)LOOK_UP(ss_exp_tails, parts.index);
    double_lanes e = (parts.scale - 1.0) + parts.scale * (parts.p + tail);
    double_lanes value = e / (e + 2.0);
    word_lanes result = (word_lanes)__builtin_convertvector(value, float_lanes) | sign;
    return SELECT(x == x, result, all_words(0x7fc00000u));
}

IN_LANES float_lanes expm1_of(float_lanes x) {
    float_lanes argument = SELECT(x > 89.0f, all_floats(89.0f), x);
    argument = SELECT(argument < -104.0f, all_floats(-104.0f), argument);
    struct exp_lanes parts = exp_lanes_of(__builtin_convertvector(argument, double_lanes));
    double_lanes tail = (double_lanes)LOOK_UP(ss_exp_tails, parts.index);
    double_lanes e = (parts.scale - 1.0) + parts.scale * (parts.p + tail);
    float_lanes result = SELECT(x == 0.0f, x, __builtin_convertvector(e, float_lanes));
    return SELECT(x == x, result, all_words(0x7fc00000u));
}

#define ERF_COEFFICIENT(i) ((double_lanes)LOOK_UP(ss_erf_coefficients[i], index))

IN_LANES float_lanes erf_of(float_lanes x) {
    word_lanes sign = (word_lanes)x & 0x80000000u;
    float_lanes magnitude = (float_lanes)((word_lanes)x ^ sign);
    magnitude = SELECT(magnitude > 4.0f, all_floats(4.0f), magnitude);
    float_lanes quarters = magnitude * 4.0f;  // Exact, and so the same in binary64.
    quarters = SELECT(quarters > 15.0f, all_floats(15.0f), quarters);
    double_lanes shifted = __builtin_convertvector(quarters, double_lanes) + ss_exp_shift;
    long_lanes index = (long_lanes)shifted;
    double_lanes t = __builtin_convertvector(magnitude, double_lanes)
                   - (shifted - ss_exp_shift) * 0.25;
    double_lanes t2 = t * t;
    double_lanes t4 = t2 * t2;
    double_lanes q1 = (ERF_COEFFICIENT(1) + ERF_COEFFICIENT(2) * t)
                    + t2 * (ERF_COEFFICIENT(3) + ERF_COEFFICIENT(4) * t);
    double_lanes q5 = (ERF_COEFFICIENT(5) + ERF_COEFFICIENT(6) * t)
                    + t2 * (ERF_COEFFICIENT(7) + ERF_COEFFICIENT(8) * t);
    double_lanes q9 = (ERF_COEFFICIENT(9) + ERF_COEFFICIENT(10) * t) + t2 * ERF_COEFFICIENT(11);
    double_lanes value = ERF_COEFFICIENT(0) + t * (q1 + t4 * (q5 + t4 * q9));
    word_lanes result = (word_lanes)__builtin_convertvector(value, float_lanes) | sign;
    return SELECT(x == x, result, all_words(0x7fc00000u));
}

IN_LANES float_lanes log_of(float_lanes x) {
    const double *c = ss_log_coefficients;
    const uint64_t significand_mask = 0x000fffffffffffffu;
    // The pattern of 2^52 with an integer below 2^52 in its lower bits is 2^52 plus that integer.
    const uint64_t two_to_52_bits = 0x4330000000000000u;
    const uint64_t bias = 1024;
    long_lanes bits = (long_lanes)__builtin_convertvector(x, double_lanes);
    long_lanes offset = bits - (SS_LOG_ORIGIN - (bias << 52));
    long_lanes index = offset >> 48;
    double_lanes k = (double_lanes)((offset >> 52) | two_to_52_bits) - (0x1p52 + (double)bias);
    double_lanes z = (double_lanes)((offset & significand_mask) + SS_LOG_ORIGIN);
    double_lanes r = z * (double_lanes)LOOK_UP(ss_log_reciprocals, index) - 1.0;
    double_lanes r2 = r * r;
    double_lanes r4 = r2 * r2;
    double_lanes q = ((c[0] + c[1] * r) + r2 * (c[2] + c[3] * r))
                   + r4 * ((c[4] + c[5] * r) + r2 * c[6]);
    double_lanes high = k * ss_log_2_high + (double_lanes)LOOK_UP(ss_log_entries, index);
    double_lanes low = k * ss_log_2_low + r2 * q;
    float_lanes result = __builtin_convertvector(high + (r + low), float_lanes);
    // NaN fails both comparisons, a negative number or -inf the second, +inf the first.
    float_lanes infinity = all_words(0x7f800000u);
    result = SELECT(x < infinity, result, x);
    result = SELECT(x >= 0.0f, result, all_words(0x7fc00000u));
    return SELECT(x == 0.0f, all_words(0xff800000u), result);
}

IN_LANES float_lanes sigmoid_of(float_lanes x) {
    float_lanes negative = (float_lanes)((word_lanes)x ^ 0x80000000u);
    return 1.0f / (1.0f + exp_of(negative));
}

/// The loop over an array; the last, incomplete step works on a copy, so that nothing beyond n is
/// touched. The copy's spare lanes hold 1, of which every function is an ordinary number.
#define DEFINE_ARRAY_FORM(function, of_lanes) \
    void NAME(function)(size_t n, const float *x, float *y) { \
        size_t whole = n - n % LANES, rest = n % LANES; \
        for (size_t i = 0; i < whole; i += LANES) { \
            float_lanes lanes; \
            memcpy(&lanes, x + i, sizeof lanes); \
            lanes = of_lanes(lanes); \
            memcpy(y + i, &lanes, sizeof lanes); \
        } \
        if (rest != 0) { \
            float_lanes lanes = all_floats(1.0f); \
            memcpy(&lanes, x + whole, rest * sizeof *x); \
            lanes = of_lanes(lanes); \
            memcpy(y + whole, &lanes, rest * sizeof *y); \
        } \
    }

DEFINE_ARRAY_FORM(ss_exp_array, exp_of)
DEFINE_ARRAY_FORM(ss_log_array, log_of)
DEFINE_ARRAY_FORM(ss_tanh_array, tanh_of)
DEFINE_ARRAY_FORM(ss_expm1_array, expm1_of)
DEFINE_ARRAY_FORM(ss_erf_array, erf_of)
DEFINE_ARRAY_FORM(ss_sigmoid_array, sigmoid_of)
