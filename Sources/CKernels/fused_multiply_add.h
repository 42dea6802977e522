// binary32 a × b + c, rounded once, by binary64 operations alone.
//
// The product is exact in binary64: 48 bits of 53. The sum is rounded, but what the rounding took
// off is known exactly (Knuth's two-sum). Where that is not zero and the sum's last bit is 0, the
// sum moves one place towards the exact value, to an odd last bit: rounding to odd, after which
// rounding to binary32, 29 bits shorter, is that of the exact value.
//
// Source: S. Boldo and G. Melquiond, "Emulation of FMA and correctly rounded sums: proved
// algorithms using rounding to odd", IEEE Transactions on Computers 57(4), 2008.
#ifndef SS_FUSED_MULTIPLY_ADD_H
#define SS_FUSED_MULTIPLY_ADD_H

#include <stdint.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

#define SS_OVERLOADED static inline __attribute__((always_inline, overloadable, unused))

SS_OVERLOADED float ss_fma(float a, float b, float c) {
  double product = (double)a * (double)b, addend = c;
  double sum = product + addend, part = sum - product;
  double rest = (product - (sum - part)) + (addend - part);
  int64_t bits;
  memcpy(&bits, &sum, sizeof bits);
  // A rest that is NaN, of infinite sums, is neither. Bits of negative numbers grow downwards.
  int64_t is_inexact = -(int64_t)((rest > 0.0) | (rest < 0.0));
  int64_t towards = (rest > 0.0) == (sum > 0.0) ? 1 : -1;
  bits += towards & is_inexact & ((bits & 1) - 1);
  memcpy(&sum, &bits, sizeof sum);
  return (float)sum;
}

#define SS_DEFINE_VECTOR_FMA(COUNT)                                                               \
  typedef float ss_floats_##COUNT __attribute__((ext_vector_type(COUNT)));                        \
  typedef double ss_doubles_##COUNT __attribute__((ext_vector_type(COUNT)));                      \
  typedef int64_t ss_longs_##COUNT __attribute__((ext_vector_type(COUNT)));                       \
  SS_OVERLOADED ss_floats_##COUNT ss_fma(ss_floats_##COUNT a, ss_floats_##COUNT b,                \
                                         ss_floats_##COUNT c) {                                   \
    ss_doubles_##COUNT product = __builtin_convertvector(a, ss_doubles_##COUNT) *                 \
                                 __builtin_convertvector(b, ss_doubles_##COUNT);                  \
    ss_doubles_##COUNT addend = __builtin_convertvector(c, ss_doubles_##COUNT);                   \
    ss_doubles_##COUNT sum = product + addend, part = sum - product;                              \
    ss_doubles_##COUNT rest = (product - (sum - part)) + (addend - part);                         \
    ss_longs_##COUNT bits = (ss_longs_##COUNT)sum;                                                \
    ss_longs_##COUNT is_inexact = (rest > 0.0) | (rest < 0.0);                                    \
    /* Masks are 0 and -1: 1 where rest and sum have one sign, else -1. */                        \
    ss_longs_##COUNT towards = -1 - 2 * ((rest > 0.0) == (sum > 0.0));                            \
    bits += towards & is_inexact & ((bits & 1) - 1);                                              \
    return __builtin_convertvector((ss_doubles_##COUNT)bits, ss_floats_##COUNT);                  \
  }

/// Of a vector of x86-64 without extensions.
SS_DEFINE_VECTOR_FMA(4)

#endif
