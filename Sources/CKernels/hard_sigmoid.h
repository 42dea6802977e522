// The hard sigmoids: straight lines near a sigmoid, cut off at 0 and 1. Keras gives one name to two of
// them, that of Keras 3 with the slope 1/6 and that of Keras 2 with the slope 0.2.
//
// Each operation is rounded by itself, as in Keras, where they are operations on tensors. The slope is
// told by the result: it is the line's strictly between 0 and 1, and 0 elsewhere.
#ifndef SS_HARD_SIGMOID_H
#define SS_HARD_SIGMOID_H

#include <stddef.h>

#pragma STDC FP_CONTRACT OFF

/// 1 ÷ 6 and 0.2, rounded.
static const float hard_sigmoid_slope = 0x1.555556p-3f, hard_sigmoid_keras2_slope = 0x1.99999ap-3f;

/// v between low and high; a NaN stays one.
static inline float hard_clip(float v, float low, float high) {
  return v < low ? low : v > high ? high : v;
}

/// y[count] = clip(z + 3, 0, 6) ÷ 6; y may be z.
static inline void hard_sigmoid(size_t count, const float *z, float *y) {
  for (size_t e = 0; e < count; e++) y[e] = hard_clip(z[e] + 3.0f, 0.0f, 6.0f) / 6.0f;
}

/// y[count] = clip(0.2 z + 0.5, 0, 1); y may be z.
static inline void hard_sigmoid_keras2(size_t count, const float *z, float *y) {
  for (size_t e = 0; e < count; e++) {
    y[e] = hard_clip(hard_sigmoid_keras2_slope * z[e] + 0.5f, 0.0f, 1.0f);
  }
}

/// The derivative, from the result y and the slope of the line.
static inline float hard_slope(float slope, float y) {
  return y > 0.0f && y < 1.0f ? slope : 0.0f;
}

#endif
