// The constants of exp, log, tanh and erf, with their origin and error bounds. Made by
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

/// erf(i/4 + t) = c[0][i] + c[1][i] t + ... + c[11][i] t^11 for |t| <= 1/8, in the last cell up to
/// 1/4. Around 0 there are odd powers alone. Minimax; error 2^-56.8 relative to erf.
SS_CONSTANT _Alignas(64) double ss_erf_coefficients[12][SS_STEPS] = {
    {0x0.0p+0,
     0x1.1af54e232d609p-2,
     0x1.0a7ef5c18edd2p-1,
     0x1.6c1c9759d0e5fp-1,
     0x1.af767a741088bp-1,
     0x1.d8865d98abe01p-1,
     0x1.eea5557137ae0p-1,
     0x1.f92d077f8d56dp-1,
     0x1.fd9ae142795e3p-1,
     0x1.ff404760319b4p-1,
     0x1.ffcaa8f4c9beap-1,
     0x1.fff2cfb0453d9p-1,
     0x1.fffd1ac4135f9p-1,
     0x1.ffff6f9f67e55p-1,
     0x1.ffffe710d565ep-1,
     0x1.fffffc2f171e3p-1},
    {0x1.20dd750429b6dp+0,
     0x1.0f5d1602f7e41p+0,
     0x1.c1efca49a5012p-1,
     0x1.492e42d78d2c5p-1,
     0x1.a911f096fbc26p-2,
     0x1.e4652fadcb6b2p-3,
     0x1.e723726b824a9p-4,
     0x1.b055303221016p-5,
     0x1.529b9e8cf9a1fp-6,
     0x1.d4143a9dfe965p-8,
     0x1.1d83170fbf6fbp-9,
     0x1.3360ccd23db38p-11,
     0x1.2408e9ba3327ep-13,
     0x1.e9b5e8d00ce84p-16,
     0x1.6a597219a93f8p-18,
     0x1.d9371e2fe975cp-21},
    {0x0.0p+0,
     -0x1.0f5d1602f7d9bp-2,
     -0x1.c1efca49a4f9fp-2,
     -0x1.edc5644353c65p-2,
     -0x1.a911f096fbc9bp-2,
     -0x1.2ebf3dcc9f24ep-2,
     -0x1.6d5a95d0a1b24p-3,
     -0x1.7a4a8a2bdcd71p-4,
     -0x1.529b9e8cf9a05p-5,
     -0x1.074b60f8df41dp-6,
     -0x1.64e3dcd3af6cdp-8,
     -0x1.a6a519a114e16p-10,
     -0x1.b60d5e974c4a6p-12,
     -0x1.8de3cd29095c8p-14,
     -0x1.3d0e43d673075p-16,
     -0x1.bba3ac4ca3508p-19},
    {-0x1.812746b0379a0p-2,
     -0x1.3c974458cc61ep-2,
     -0x1.2bf531866e663p-3,
     0x1.b6e8591f66ddap-6,
     0x1.1b614b0f529d6p-3,
     0x1.571d01c5c57f9p-3,
     0x1.1c2a02beb6aebp-3,
     0x1.7148c3d57c250p-4,
     0x1.8b0ae3a4787f1p-5,
     0x1.63ef61e8243f5p-6,
     0x1.119da0c46ce17p-7,
     0x1.69cf466cce291p-9,
     0x1.9db74b1d1dd80p-11,
     0x1.9aa489e3ca2b5p-13,
     0x1.62ccea63c99a8p-15,
     0x1.0b6a7b119a776p-17},
    {0x0.0p+0,
     0x1.040e8a6d457aap-3,
     0x1.76f27de7dfb7bp-3,
     0x1.349b5eaa2b018p-3,
     0x1.1b614b0fa825ap-4,
     -0x1.93a9a7ba13a73p-8,
     -0x1.6d5a95d0e3febp-5,
     -0x1.8a0da54340f71p-5,
     -0x1.1a2c59757f495p-5,
     -0x1.38a98327624ffp-6,
     -0x1.1a89b97cba5f3p-7,
     -0x1.ab0c273ab330ap-9,
     -0x1.11c85b1ee2c40p-10,
     -0x1.2c7d5ef125915p-12,
     -0x1.1c07721b8d43dp-14,
     -0x1.d06f5885af7c8p-17},
    {0x1.ce2f21a00f35dp-4,
     0x1.47e5cff1128d4p-4,
     0x1.dfeeb5b6d1f2ep-8,
     -0x1.b42a1890a6dc2p-5,
     -0x1.1b614b0fa47f3p-4,
     -0x1.8281ce0bbbf5ap-5,
     -0x1.e723726bea816p-7,
     0x1.b22257de50a1fp-8,
     0x1.ace7404cb3adbp-7,
     0x1.5d3b17bbebcb7p-7,
     0x1.90e81283ab511p-8,
     0x1.693596060a262p-9,
     0x1.0a7b5546ac21ap-10,
     0x1.490a4d23a2996p-12,
     0x1.586bafcb018bdp-14,
     0x1.3436bbc5c51c6p-16},
    {0x0.0p+0,
     -0x1.4c0b243617504p-5,
     -0x1.99f13a73f72f1p-5,
     -0x1.b8477a2803ffep-6,
     0x1.2e459fb00cf37p-8,
     0x1.5d00034e8a4e5p-6,
     0x1.3ca3d7b9bad3ap-6,
     0x1.25b379c471713p-7,
     0x1.e193611b213e4p-12,
     -0x1.7cae0e907ba70p-9,
     -0x1.6ecdc0365510bp-9,
     -0x1.b2755c1de5da3p-10,
     -0x1.82f234ff90721p-11,
     -0x1.1454640a8514fp-12,
     -0x1.46153ee735a17p-14,
     -0x1.4357a8ed8340cp-16},
    {-0x1.b82ce23690630p-6,
     -0x1.08d94d1eacfccp-6,
     0x1.623c558d3d76cp-8,
     0x1.2e0afa9e68f37p-6,
     0x1.f096ff067e9fdp-7,
     0x1.db43cfbf6a6e2p-9,
     -0x1.36d739ad85345p-8,
     -0x1.8d10fc67286e0p-8,
     -0x1.bae0ad447614fp-9,
     -0x1.5f83143f74196p-11,
     0x1.1c610db593bffp-11,
     0x1.52b62757c090bp-11,
     0x1.998b47e1e5aacp-12,
     0x1.647f713786bfbp-13,
     0x1.e827f900114bdp-15,
     0x1.110e0b3d56e11p-16},
    {0x0.0p+0,
     0x1.3db4fd6fd8c71p-7,
     0x1.493beeba736c5p-7,
     0x1.2db61cfa9f02bp-9,
     -0x1.390e85ca318f6p-8,
     -0x1.75667200c74a9p-8,
     -0x1.35b070407ed1fp-9,
     0x1.7eba3ecb3bd77p-11,
     0x1.a113e87416c47p-10,
     0x1.0604227726b9ep-10,
     0x1.11583ab8fb790p-12,
     -0x1.75567880558a6p-14,
     -0x1.1aa7375e8b2e6p-13,
     -0x1.5676291b035e8p-14,
     -0x1.1f63cf80954fep-15,
     -0x1.756dad1425181p-17},
    {0x1.565a248af5e6dp-8,
     0x1.556e57c48d907p-9,
     -0x1.1c0f2c227935fp-9,
     -0x1.040f6ede859e2p-8,
     -0x1.ee34847a6dffbp-10,
     0x1.cc1912287a5d6p-11,
     0x1.c036dd661c183p-10,
     0x1.d4d1f23382f61p-11,
     -0x1.a4441479d2525p-15,
     -0x1.835263acdd587p-12,
     -0x1.0672ed0d582b9p-12,
     -0x1.2abe936a23ccbp-14,
     0x1.d2a1ef89ec2f5p-17,
     0x1.b2c5d75acb538p-16,
     0x1.0136a6ed89e93p-16,
     0x1.9a09c8de0f34dp-18},
    {0x0.0p+0,
     -0x1.e2675a9db5be0p-10,
     -0x1.9907e8e426843p-10,
     0x1.7bc28e436e826p-13,
     0x1.3f038bc5154a4p-10,
     0x1.9ebb107495ce4p-11,
     -0x1.7684688776751p-14,
     -0x1.cce38ff74d349p-12,
     -0x1.134e615990828p-12,
     -0x1.a4479845b450cp-17,
     0x1.47bfea61f29f7p-14,
     0x1.cceac5ef2151bp-15,
     0x1.085ea70e54b04p-16,
     -0x1.2c98034fd8790p-19,
     -0x1.360c88c6893c2p-18,
     -0x1.5ade938669d36p-19},
    {-0x1.bd3a0d441e48ep-11,
     -0x1.6e4a4da57bc5dp-12,
     0x1.00f0305a67bf4p-11,
     0x1.455f9b4fdcd5fp-11,
     0x1.6e35466e873c4p-14,
     -0x1.50644d15007ffp-12,
     -0x1.09db41a726dd1p-12,
     -0x1.b00866bae7363p-18,
     0x1.af828150d579cp-14,
     0x1.10e39b1ee6969p-14,
     0x1.69e44d50e7c34p-18,
     -0x1.075a061b318f7p-16,
     -0x1.69eff1e78dff0p-17,
     -0x1.84728c1a2e36fp-19,
     0x1.cbc5a0b6c23fap-22,
     0x1.72b56e5c1c7c4p-21},
};
