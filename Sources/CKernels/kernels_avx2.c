// x86-64 with AVX2 and FMA.

#pragma STDC FP_CONTRACT OFF

#include "tables.h"

#if defined(__x86_64__)

// Headers come before the attribute, which is for the functions of this file alone.
#include "ss_elementary.h"

#include <stdbool.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define SS_ISA avx2
#define SS_WIDTH 8
#define SS_TILE_ROWS 6
#define SS_TILE_VECTORS 2
#include "elementwise.inc"
#include "product_blocked.inc"
#include "dense.inc"
#include "random_blocked.inc"
#include "dropout_blocked.inc"
#include "dropout.inc"
#include "cross_entropy.inc"

#pragma clang attribute pop

#include "table.inc"

#endif
