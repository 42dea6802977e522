// How much positions count, by masks and weights.

#include "families.h"
#include "harness.h"

#include <string.h>

void check_weights(void) {
  random_begin(10);
  for (int i = 0; i < 200; i++) {
    ss_rows_shape shape = {random_lanes(), random_number(1, 12), random_number(1, 40)};
    size_t rows = shape.rows * shape.lanes, count = rows * shape.width;
    begin_case("%zu lanes, %zu rows of %zu", shape.lanes, shape.rows, shape.width);
    float *mask = i % 3 ? random_tensor(count, i % 2 ? SPARSE : ORDINARY) : 0;
    float *sample_weights = i % 5 ? random_tensor(rows, SPARSE) : 0;
    float *x = random_tensor(count, (enum values)(i % VALUE_KINDS)), *values = float_room(count);
    describe(mask ? ", masked" : ", no mask");
    describe(sample_weights ? ", weighted" : ", no weights");
    for (size_t t = 0; t < table_count; t++) {
      blank(values, count * sizeof *values);
      begin_run(t, KERNEL_position_weights)
          ->position_weights(&shape, mask, sample_weights, values);
      judge_floats("weights", values, count);
    }
    float *weights = random_tensor(rows, SPARSE);
    for (size_t t = 0; t < table_count; t++) {
      memcpy(values, x, count * sizeof *x);
      begin_run(t, KERNEL_weigh)->weigh(&shape, weights, values);
      judge_floats("values", values, count);
    }
  }
}
