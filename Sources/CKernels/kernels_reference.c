// The specification in plain loops; every other table must match it.

#pragma STDC FP_CONTRACT OFF

#include "tables.h"

#define SS_ISA reference
#include "elementwise.inc"
#include "optimizers.inc"
#include "product_plain.inc"
#include "random_plain.inc"
#include "dropout_plain.inc"
#include "dropout.inc"
#include "cross_entropy.inc"
#include "value_loss.inc"
#include "tallies.inc"
#include "weights.inc"
#include "pointwise.inc"

static void multiply(const product *p, float *workspace) {
  (void)workspace;
  product_plain(p);
}

#include "dense.inc"
#include "convolution_plain.inc"
#include "pooling.inc"

static size_t prepare_right(const product *p, float *prepared) {
  (void)p, (void)prepared;
  return 0;
}

static void multiply_prepared(const product *p, const float *prepared) {
  (void)prepared;
  product_plain(p);
}

#include "recurrent.inc"
#include "embedding.inc"
#include "normalization.inc"

#define SS_LAYER_BY_LAYER
#include "table.inc"
