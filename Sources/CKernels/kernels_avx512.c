// x86-64 with AVX-512 (F, VL, BW, DQ).

#pragma STDC FP_CONTRACT OFF

#include "tables.h"

#if defined(__x86_64__)

// Headers come before the attribute, which is for the functions of this file alone.
#include "ss_elementary.h"

#include <immintrin.h>
#include <stdbool.h>
#include <string.h>

#define SS_TARGET "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"
#pragma clang attribute push(__attribute__((target(SS_TARGET))), apply_to = function)

#define SS_ISA avx512
#define SS_HAS_FMA
#define SS_WIDTH 16
#define SS_TILE_ROWS 6
#define SS_TILE_VECTORS 4
#include "elementwise.inc"
#include "optimizers.inc"
#include "product_blocked.inc"
#include "product_prepared.inc"
#include "dense.inc"
#include "convolution_blocked.inc"
#include "pooling.inc"
#include "random_blocked.inc"
#include "dropout_blocked.inc"
#include "dropout.inc"
#include "cross_entropy.inc"
#include "value_loss.inc"
#include "tallies.inc"
#include "weights.inc"
#include "pointwise.inc"
#include "recurrent.inc"
#include "embedding.inc"
#include "normalization.inc"
#include "philox_pack.inc"

// The compiler makes two instructions of it.
#define SS_MAJORITY(a, b, c)                                                                      \
  ((pack_uints)_mm512_ternarylogic_epi32((__m512i)(a), (__m512i)(b), (__m512i)(c), 0xE8))
#include "digest.inc"

#define SS_STACK_ROWS 8
#define SS_STACK_UNITS 2
#define SS_PICK(column, samples)                                                                  \
  ((pack_floats)_mm512_permutexvar_ps((__m512i)(samples), _mm512_loadu_ps(column)))
#include "stack.inc"
#include "stack_narrow.inc"
#include "stack_samples.inc"

#pragma clang attribute pop

#include "table.inc"

#endif
