// The specification of the elementary functions: scalar, readable, and correctly rounded.
//
// Every function is computed in binary64 to about one ulp, then rounded to binary32. That gives the
// correctly rounded value unless the exact one lies nearer to the midpoint of two binary32 numbers
// than the error of the computation; the constants are chosen so that on those few inputs the error
// has the right sign (see elementary_constants.h). There is no proof on paper: it is shown by
// comparing all 2^32 inputs with MPFR (scripts/verify-elementary), which is possible because
// only + - * / of binary64 are used, once rounded each. There is no fused multiply-add, because not
// every CPU has one; so the intermediate results, too, are the same everywhere. Hence: whoever
// reorders an expression here, or in elementary_body.h, must do it in both, and verify again.
#pragma STDC FP_CONTRACT OFF

#include "elementary_constants.h"
#include "include/ss_elementary.h"

#include <string.h>

static const uint32_t sign_bit = 0x80000000u;
static const uint32_t infinity_bits = 0x7f800000u;
static const uint32_t canonical_nan_bits = 0x7fc00000u;

static uint32_t bits_of_float(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static float float_of_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint64_t bits_of_double(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double double_of_bits(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/// exp(x) = scale (1 + p): scale = 2^(n/16) up to the table's rounding, tail its relative error,
/// p = exp(r) - 1 with |r| <= ln 2 / 32 and a relative error of about 2^-50.
struct exp_parts { double scale, tail, p; };

/// Precondition: |x| <= 104.
static struct exp_parts exp_parts_of(double x) {
    const double *c = ss_exp_coefficients;
    double shifted = x * ss_exp_scale + ss_exp_shift;
    double n = shifted - ss_exp_shift;
    double r = (x - n * ss_exp_step_high) - n * ss_exp_step_low;
    double r2 = r * r;
    // Two coefficients at a time (Estrin): shorter chains of dependent operations than Horner's.
    double q = (c[0] + c[1] * r) + r2 * ((c[2] + c[3] * r) + r2 * c[4]);
    uint64_t n_bits = bits_of_double(shifted);
    uint64_t index = n_bits % SS_STEPS;
    struct exp_parts parts;
    parts.scale = double_of_bits(ss_exp_powers[index] + (n_bits << 48));
    parts.tail = ss_exp_tails[index];
    parts.p = r + r2 * q;
    return parts;
}

float ss_exp(float x) {
    if (x != x) return float_of_bits(canonical_nan_bits);
    // Beyond these the result no longer changes, and n stays small.
    double argument = x > 89.0f ? 89.0 : x < -104.0f ? -104.0 : (double)x;
    struct exp_parts parts = exp_parts_of(argument);
    return (float)(parts.scale + parts.scale * parts.p);
}

float ss_tanh(float x) {
    if (x != x) return float_of_bits(canonical_nan_bits);
    uint32_t sign = bits_of_float(x) & sign_bit;
    double magnitude = (double)float_of_bits(bits_of_float(x) ^ sign);
    if (magnitude > 10.0) magnitude = 10.0;  // tanh(10) rounds to 1.
    // tanh x = e / (e + 2), e = exp(2 x) - 1, which loses nothing near 0: there scale is exactly 1.
    struct exp_parts parts = exp_parts_of(magnitude + magnitude);
    double e = (parts.scale - 1.0) + parts.scale * (parts.p + parts.tail);
    return float_of_bits(bits_of_float((float)(e / (e + 2.0))) | sign);
}

float ss_log(float x) {
    if (x == 0.0f) return float_of_bits(sign_bit | infinity_bits);
    if (!(x > 0.0f)) return float_of_bits(canonical_nan_bits);
    if (bits_of_float(x) == infinity_bits) return x;
    // x = 2^k z, z in one of 16 cells around 1. In binary64 subnormals of binary32 are normal.
    const double *c = ss_log_coefficients;
    const uint64_t significand_mask = 0x000fffffffffffffu;
    const uint64_t bias = 1024;  // Makes k + bias positive, since k >= -149.
    uint64_t offset = bits_of_double((double)x) - (SS_LOG_ORIGIN - (bias << 52));
    uint64_t index = (offset >> 48) % SS_STEPS;
    double k = (double)(offset >> 52) - (double)bias;
    double z = double_of_bits((offset & significand_mask) + SS_LOG_ORIGIN);
    // log x = k ln 2 - log(reciprocal) + log(1 + r). r is exact, and so is high.
    double r = z * ss_log_reciprocals[index] - 1.0;
    double r2 = r * r;
    double r4 = r2 * r2;
    double q = ((c[0] + c[1] * r) + r2 * (c[2] + c[3] * r))
             + r4 * ((c[4] + c[5] * r) + r2 * c[6]);
    double high = k * ss_log_2_high + ss_log_entries[index];
    double low = k * ss_log_2_low + r2 * q;
    return (float)(high + (r + low));
}

float ss_expm1(float x) {
    if (x != x) return float_of_bits(canonical_nan_bits);
    if (x == 0.0f) return x;  // Keeps the sign.
    double argument = x > 89.0f ? 89.0 : x < -104.0f ? -104.0 : (double)x;
    struct exp_parts parts = exp_parts_of(argument);
    return (float)((parts.scale - 1.0) + parts.scale * (parts.p + parts.tail));
}

float ss_erf(float x) {
    if (x != x) return float_of_bits(canonical_nan_bits);
    uint32_t sign = bits_of_float(x) & sign_bit;
    double magnitude = (double)float_of_bits(bits_of_float(x) ^ sign);
    if (magnitude > 4.0) magnitude = 4.0;  // erf(4) rounds to 1.
    // 16 polynomials around the multiples of 1/4; that around 0 has odd powers alone, so that its
    // result is relatively exact. t is exact.
    double quarters = magnitude * 4.0;
    double shifted = (quarters > 15.0 ? 15.0 : quarters) + ss_exp_shift;
    uint64_t index = bits_of_double(shifted) % SS_STEPS;
    double t = magnitude - (shifted - ss_exp_shift) * 0.25;
    double c[12];
    for (int i = 0; i < 12; i++) c[i] = ss_erf_coefficients[i][index];
    double t2 = t * t;
    double t4 = t2 * t2;
    double q = ((c[1] + c[2] * t) + t2 * (c[3] + c[4] * t))
             + t4 * (((c[5] + c[6] * t) + t2 * (c[7] + c[8] * t))
                     + t4 * ((c[9] + c[10] * t) + t2 * c[11]));
    return float_of_bits(bits_of_float((float)(c[0] + t * q)) | sign);
}

float ss_sigmoid(float x) {
    float denominator = 1.0f + ss_exp(-x);
    return 1.0f / denominator;
}

void ss_exp_array_reference(size_t n, const float *x, float *y) {
    for (size_t i = 0; i < n; i++) y[i] = ss_exp(x[i]);
}

void ss_log_array_reference(size_t n, const float *x, float *y) {
    for (size_t i = 0; i < n; i++) y[i] = ss_log(x[i]);
}

void ss_tanh_array_reference(size_t n, const float *x, float *y) {
    for (size_t i = 0; i < n; i++) y[i] = ss_tanh(x[i]);
}

void ss_expm1_array_reference(size_t n, const float *x, float *y) {
    for (size_t i = 0; i < n; i++) y[i] = ss_expm1(x[i]);
}

void ss_erf_array_reference(size_t n, const float *x, float *y) {
    for (size_t i = 0; i < n; i++) y[i] = ss_erf(x[i]);
}

void ss_sigmoid_array_reference(size_t n, const float *x, float *y) {
    for (size_t i = 0; i < n; i++) y[i] = ss_sigmoid(x[i]);
}
