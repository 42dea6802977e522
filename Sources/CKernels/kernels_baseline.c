// x86-64 without any extension: vectors of SSE2, and each fma by binary64 operations.

#pragma STDC FP_CONTRACT OFF

#include "tables.h"

#if defined(__x86_64__)

#define SS_ISA baseline
#define SS_WIDTH 4
#define SS_TILE_ROWS 2
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

#define SS_STACK_ROWS 2
#define SS_STACK_UNITS 2
#include "stack_pick.inc"
#define SS_PICK(column, samples) pick(column, samples)
#include "stack.inc"
#include "stack_narrow.inc"
#include "stack_samples.inc"

#include "table.inc"

#endif
