// Correctly rounded binary32 exp, log, tanh, expm1 and erf, and the contract's sigmoid.
//
// "Correctly rounded" means: the binary32 number nearest to the exact value, ties to even. That
// leaves no freedom, so every function here gives the same bits on every CPU, and so does any other
// correct implementation; the system's libm does not, its last bit differs between CPUs.
//
//   NaN, of whatever sign and payload      -> the canonical quiet NaN 7fc00000, in all functions
//   exp(-inf) = +0, exp(+inf) = +inf;         overflow gives +inf, underflow subnormals and +0
//   log(+0) = log(-0) = -inf;  log(x < 0) = canonical NaN;  log(1) = +0;  log(+inf) = +inf
//   tanh(+0) = +0, tanh(-0) = -0, tanh(+inf) = 1, tanh(-inf) = -1
//   expm1(+0) = +0, expm1(-0) = -0, expm1(-inf) = -1, expm1(+inf) = +inf
//   erf(+0) = +0, erf(-0) = -0, erf(+inf) = 1, erf(-inf) = -1
//   sigmoid(x) = 1 / (1 + exp(-x)), three binary32 operations, each correctly rounded
//
// Subnormal arguments and results are kept. Precondition: the processor rounds to nearest and does
// not flush subnormals (no FTZ, no DAZ), as the numeric contract demands of every kernel.
//
// Array forms compute y[i] = f(x[i]) for i < n. x and y may be the same array, but may not overlap
// otherwise; neither is read or written beyond n; n may be 0, and then neither is used. The suffix
// names the instruction set, which the caller must have found the CPU to have:
//
//   _reference   any target: the scalar specification in a loop
//   _baseline    x86-64 (SSE2)
//   _avx2        x86-64 with AVX2 (FMA is neither needed nor used)
//   _avx512      x86-64 with AVX-512 F, BW, DQ and VL
//   _neon        AArch64
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// e to the power x, correctly rounded.
float ss_exp(float x);
/// The natural logarithm of x, correctly rounded.
float ss_log(float x);
/// The hyperbolic tangent of x, correctly rounded.
float ss_tanh(float x);
/// e to the power x, less 1, correctly rounded.
float ss_expm1(float x);
/// The error function, 2/sqrt(pi) times the integral of exp(-t t) from 0 to x, correctly rounded.
float ss_erf(float x);
/// 1 / (1 + exp(-x)) in binary32 operations on a correctly rounded exp.
float ss_sigmoid(float x);

void ss_exp_array_reference(size_t n, const float *x, float *y);
void ss_log_array_reference(size_t n, const float *x, float *y);
void ss_tanh_array_reference(size_t n, const float *x, float *y);
void ss_expm1_array_reference(size_t n, const float *x, float *y);
void ss_erf_array_reference(size_t n, const float *x, float *y);
void ss_sigmoid_array_reference(size_t n, const float *x, float *y);

#if defined(__x86_64__)
void ss_exp_array_baseline(size_t n, const float *x, float *y);
void ss_log_array_baseline(size_t n, const float *x, float *y);
void ss_tanh_array_baseline(size_t n, const float *x, float *y);
void ss_expm1_array_baseline(size_t n, const float *x, float *y);
void ss_erf_array_baseline(size_t n, const float *x, float *y);
void ss_sigmoid_array_baseline(size_t n, const float *x, float *y);

void ss_exp_array_avx2(size_t n, const float *x, float *y);
void ss_log_array_avx2(size_t n, const float *x, float *y);
void ss_tanh_array_avx2(size_t n, const float *x, float *y);
void ss_expm1_array_avx2(size_t n, const float *x, float *y);
void ss_erf_array_avx2(size_t n, const float *x, float *y);
void ss_sigmoid_array_avx2(size_t n, const float *x, float *y);

void ss_exp_array_avx512(size_t n, const float *x, float *y);
void ss_log_array_avx512(size_t n, const float *x, float *y);
void ss_tanh_array_avx512(size_t n, const float *x, float *y);
void ss_expm1_array_avx512(size_t n, const float *x, float *y);
void ss_erf_array_avx512(size_t n, const float *x, float *y);
void ss_sigmoid_array_avx512(size_t n, const float *x, float *y);
#endif

#if defined(__aarch64__)
void ss_exp_array_neon(size_t n, const float *x, float *y);
void ss_log_array_neon(size_t n, const float *x, float *y);
void ss_tanh_array_neon(size_t n, const float *x, float *y);
void ss_expm1_array_neon(size_t n, const float *x, float *y);
void ss_erf_array_neon(size_t n, const float *x, float *y);
void ss_sigmoid_array_neon(size_t n, const float *x, float *y);
#endif

#ifdef __cplusplus
}
#endif
