// The specification in plain loops; every other table must match it.

#pragma STDC FP_CONTRACT OFF

#include "tables.h"

#define SS_ISA reference
#include "elementwise.inc"
#include "product_plain.inc"
#include "random_plain.inc"
#include "dropout_plain.inc"
#include "dropout.inc"
#include "cross_entropy.inc"
#include "weights.inc"
#include "pointwise.inc"

static void multiply(const product *p, float *workspace) {
  (void)workspace;
  product_plain(p);
}

#include "dense.inc"

#define SS_LAYER_BY_LAYER
#include "table.inc"
