// The constants of exp, log and tanh, with their origin and error bounds. Made by
// scripts/elementary/elementary-coefficients.py: change that, never this file.
//
// Hexadecimal floating-point, so that what is compiled is what was chosen, to the bit.
#pragma once

#include <stdint.h>

#define SS_CONSTANT static const __attribute__((unused))

/// Entries of each table: as many as one AVX-512 permutation of two registers chooses from.
enum { SS_STEPS = 16 };

/// 16 / ln 2, rounded.
SS_CONSTANT double ss_exp_scale = 0x1.71547652b82fep+4;

/// 1.5 2^52. Added and taken away again it rounds to an integer n; between the two, the lower bits
/// of the binary64 pattern hold n in two's complement.
SS_CONSTANT double ss_exp_shift = 0x1.8000000000000p+52;

/// ln 2 / 16 rounded to a multiple of 2^-45: 41 bits, so that its product with |n| < 2^12 is exact,
/// and so is the difference of the argument and that product.
SS_CONSTANT double ss_exp_step_high = 0x1.62e42fefa4000p-5;

/// ln 2 / 16 less the above, rounded: 2^-99 off at most.
SS_CONSTANT double ss_exp_step_low = -0x1.8432a1b0e2634p-47;

/// exp(r) - 1 = r + r^2 (c[0] + c[1] r + ... + c[4] r^4) for |r| <= ln 2 / 32.
/// Minimax; error 2^-50.2 relative to r.
SS_CONSTANT double ss_exp_coefficients[5] = {
    0x1.0000000000003p-1,
    0x1.55555554afd2dp-3,
    0x1.5555555487b4ep-5,
    0x1.1112276a4af52p-7,
    0x1.6c1842b83f367p-10,
};

/// The bits of 2^(i/16), rounded to binary64, less i << 48. Adding n << 48, n = 16 k + i, gives
/// those of 2^(n/16), since i << 48 then cancels and k << 52 raises the exponent by k.
SS_CONSTANT _Alignas(64) uint64_t ss_exp_powers[SS_STEPS] = {
    0x3ff0000000000000,
    0x3fefb5586cf9890f,
    0x3fef72b83c7d517b,
    0x3fef387a6e756238,
    0x3fef06fe0a31b715,
    0x3feedea64c123422,
    0x3feebfdad5362a27,
    0x3feeab07dd485429,
    0x3feea09e667f3bcd,
    0x3feea11473eb0187,
    0x3feeace5422aa0db,
    0x3feec49182a3f090,
    0x3feee89f995ad3ad,
    0x3fef199bdd85529c,
    0x3fef5818dcfba487,
    0x3fefa4afa2a490da,
};

/// 2^(i/16) / (the rounded 2^(i/16)) - 1: what tanh, which subtracts 1, would miss.
SS_CONSTANT _Alignas(64) double ss_exp_tails[SS_STEPS] = {
    0x0.0p+0,
    0x1.79aa65d837b6dp-54,
    -0x1.01b15eaa59348p-55,
    0x1.68efde3a8a894p-54,
    0x1.34d754db0abb6p-55,
    0x1.59f48a72a4c6dp-55,
    0x1.690cebb7aafb0p-56,
    0x1.063e1e21c5409p-54,
    -0x1.3b3efbf5e2228p-54,
    -0x1.b32dcb94da51dp-56,
    0x1.db72fc1f0eab4p-55,
    0x1.1affc2b91ce27p-56,
    0x1.c1a7792cb3387p-55,
    0x1.36eae30af0cb3p-56,
    0x1.4a385a63d07a7p-56,
    -0x1.ff7128fd391f0p-55,
};

/// Bits of 0.69921875, in binary64: significands are taken in [this, twice this), in 16 cells given
/// by the next four bits; the cell [0.98046875, 1.0234375) has 1 inside, not at an end.
#define SS_LOG_ORIGIN 0x3fe6600000000000u

/// ln 2 rounded to a multiple of 2^-44: its product with |k| < 2^8 is exact, and so is that
/// product's sum with an entry of the table.
SS_CONSTANT double ss_log_2_high = 0x1.62e42fefa3a00p-1;

/// ln 2 less the above, plus 2^-54: a bias that turns the luck of the hard cases with a large
/// exponent to the right side. It is 0.8 ulp of binary64 in the result, at most.
SS_CONSTANT double ss_log_2_low = -0x1.04a86c3898d00p-49;

/// log(1 + r) = r + r^2 (c[0] + c[1] r + ... + c[6] r^6) for |r| <= 0.02966.
/// Minimax; error 2^-50.5 relative to r.
SS_CONSTANT double ss_log_coefficients[7] = {
    -0x1.fffffffffffcep-2,
    0x1.5555555592739p-2,
    -0x1.00000000b4c4dp-2,
    0x1.99998cbc09192p-3,
    -0x1.5555408dbffbdp-3,
    0x1.24f4d01ea754bp-3,
    -0x1.0070b3494f0aep-3,
};

/// Near the reciprocal of the middle of cell i, a multiple of 2^-28 (in the cell of 1: exactly 1).
/// Its product with a binary32 significand is exact in binary64, and so is that product less 1.
SS_CONSTANT _Alignas(64) double ss_log_reciprocals[SS_STEPS] = {
    0x1.661e580000000p+0,
    0x1.571e752000000p+0,
    0x1.4953c91000000p+0,
    0x1.3c9976f000000p+0,
    0x1.30d1f96000000p+0,
    0x1.25e20b9000000p+0,
    0x1.1bb55d7000000p+0,
    0x1.1235f4d000000p+0,
    0x1.09538c6000000p+0,
    0x1.0000000000000p+0,
    0x1.e57431e000000p-1,
    0x1.ca4b004000000p-1,
    0x1.b203732000000p-1,
    0x1.9c2beca000000p-1,
    0x1.886ea26000000p-1,
    0x1.767d0d4000000p-1,
};

/// The negative logarithm of reciprocal i, rounded to a multiple of 2^-44. The reciprocals are
/// chosen so that this rounding errs by 2^-49.1 at most and no hard case is rounded wrongly.
SS_CONSTANT _Alignas(64) double ss_log_entries[SS_STEPS] = {
    -0x1.57be38dc5c400p-2,
    -0x1.2beded5922400p-2,
    -0x1.01eb6a9023c00p-2,
    -0x1.b31e3ed634800p-3,
    -0x1.6577af6547000p-3,
    -0x1.1aa1f875b6800p-3,
    -0x1.a4f1d908b1000p-4,
    -0x1.1979b5f648000p-4,
    -0x1.2522c10a66000p-5,
    0x0.0p+0,
    0x1.b4250d6ecc000p-5,
    0x1.c5e6f6b9d3000p-4,
    0x1.526e16fb1c800p-3,
    0x1.bc2e2789ea000p-3,
    0x1.10580fe873c00p-2,
    0x1.4045182df2800p-2,
};
