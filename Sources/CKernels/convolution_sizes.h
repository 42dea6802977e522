// How many windows a convolution has, how large they are, and how many are copied at a time.
#ifndef SS_CONVOLUTION_SIZES_H
#define SS_CONVOLUTION_SIZES_H

#include "ss_kernels.h"

/// Output positions of a batch.
static inline size_t window_count(const ss_convolution_shape *s) {
  return s->rows * s->out_height * s->out_width;
}

/// Values of a window.
static inline size_t window_size(const ss_convolution_shape *s) {
  return s->kernel_height * s->kernel_width * s->channels;
}

/// Windows that are copied at a time: such that they and their outputs stay in the cache.
static inline size_t windows_of_block(const ss_convolution_shape *s) {
  size_t count = SS_WINDOW_FLOATS / ((window_size(s) + s->filters) * s->lanes);
  // Full tiles have some divisor of 12 as their rows.
  return count < SS_LEAST_WINDOWS ? SS_LEAST_WINDOWS : count / 12 * 12;
}

/// Floats of their copies: whole cache lines.
static inline size_t floats_of_block(const ss_convolution_shape *s) {
  return (windows_of_block(s) * window_size(s) * s->lanes + 15) / 16 * 16;
}

#endif
