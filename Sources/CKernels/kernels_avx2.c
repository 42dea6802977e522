// x86-64 with AVX2 and FMA.

#pragma STDC FP_CONTRACT OFF

#include "tables.h"

#if defined(__x86_64__)

// Headers come before the attribute, which is for the functions of this file alone.
#include "ss_elementary.h"

#include <immintrin.h>
#include <stdbool.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define SS_ISA avx2
#define SS_HAS_FMA
#define SS_WIDTH 8
#define SS_TILE_ROWS 6
#define SS_TILE_VECTORS 2
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
#include "digest.inc"

#define SS_STACK_ROWS 4
#define SS_STACK_UNITS 2
/// The lower three bits of a sample choose within each half of the column, the fourth the half.
#define SS_PICK(column, samples)                                                                  \
  ((pack_floats)_mm256_blendv_ps(                                                                 \
      _mm256_permutevar8x32_ps(_mm256_loadu_ps(column), (__m256i)(samples)),                      \
      _mm256_permutevar8x32_ps(_mm256_loadu_ps((column) + 8), (__m256i)(samples)),                \
      (__m256)((samples) << 28)))
#include "stack.inc"
#include "stack_narrow.inc"
#include "stack_samples.inc"

#pragma clang attribute pop

#include "table.inc"

#endif
