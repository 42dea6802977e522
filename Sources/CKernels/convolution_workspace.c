// The memory that convolutions need beside their operands.

#pragma STDC FP_CONTRACT OFF

#include "convolution_sizes.h"

/// What ss_kernels' dense_forward asks for.
static size_t product_workspace(size_t rows, size_t inner) {
  size_t longer = rows > SS_PANEL_ROWS ? rows : SS_PANEL_ROWS;
  return SS_CHUNK_FLOATS + SS_PANEL_ROWS * SS_PANEL_COLUMNS + 2 * longer * ((inner + 63) / 64);
}

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

size_t ss_convolution_workspace(const ss_convolution_shape *shape) {
  size_t block = windows_of_block(shape), size = window_size(shape);
  if (shape->lanes > 1) return floats_of_block(shape);
  size_t products = larger(larger(product_workspace(block, size), product_workspace(size, block)),
                           product_workspace(block, shape->filters));
  return floats_of_block(shape) + products;
}
