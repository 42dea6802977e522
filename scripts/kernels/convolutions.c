// Convolutions and poolings: windows that overlap and that do not, with and without padding, over
// more than one block, and outputs computed in parts.

#include "families.h"
#include "harness.h"

/// An axis of the input that a window passes over.
typedef struct axis {
  size_t length, window, stride, padding, positions;
} axis;

/// As Keras places windows: within the input, or so many that every stride has one.
static axis random_axis(size_t longest) {
  axis a = {.length = random_number(1, longest), .stride = random_number(1, 3)};
  bool pads = random_word() % 2;
  a.window = random_number(1, pads || a.length > 5 ? 5 : a.length);
  if (!pads) {
    if (a.window > a.length) a.window = a.length;
    a.positions = (a.length - a.window) / a.stride + 1;
    return a;
  }
  a.positions = (a.length + a.stride - 1) / a.stride;
  size_t reach = (a.positions - 1) * a.stride + a.window;
  a.padding = reach > a.length ? (reach - a.length) / 2 : 0;
  return a;
}

static void begin_convolution(const ss_convolution_shape *s, size_t parts, int kind) {
  begin_case("%zu lanes, %zu samples of %zu×%zu×%zu, kernel %zu×%zu, strides %zu and %zu, padding "
             "%zu and %zu, %zu filters, values %d, %zu parts", s->lanes, s->rows, s->height,
             s->width, s->channels, s->kernel_height, s->kernel_width, s->stride_height,
             s->stride_width, s->padding_top, s->padding_left, s->filters, kind, parts);
}

static void check_convolution(const ss_convolution_shape *s, size_t parts, enum values kind) {
  size_t in = s->rows * s->height * s->width * s->channels * s->lanes;
  size_t out = s->rows * s->out_height * s->out_width * s->filters * s->lanes;
  size_t weights = s->kernel_height * s->kernel_width * s->channels * s->filters * s->lanes;
  ss_activation activation = (ss_activation)random_number(SS_LINEAR, SS_SIGMOID);
  begin_convolution(s, parts, kind);
  float *x = random_tensor(in, kind), *kernel = random_tensor(weights, kind);
  float *dz = random_tensor(out, kind);
  float *bias = random_word() % 3 ? random_tensor(s->filters * s->lanes, kind) : 0;
  float *y = float_room(out), *dkernel = float_room(weights), *dx = float_room(in);
  float *space = float_room(ss_convolution_workspace(s));
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_convolution_forward);
    blank(y, out * sizeof *y);
    for (size_t p = 0; p < parts; p++) {
      table->convolution_forward(s, &(ss_part){p, parts}, activation, x, kernel, bias, y, space);
    }
    judge_floats("y", y, out);
  }
  begin_convolution(s, parts, kind);
  x = random_tensor(in, kind), dz = random_tensor(out, kind);
  dkernel = float_room(weights), space = float_room(ss_convolution_workspace(s));
  bool wants_bias = random_word() % 3;
  float *dbias = float_room(s->filters * s->lanes);
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_convolution_kernel_gradient);
    blank(dkernel, weights * sizeof *dkernel), blank(dbias, s->filters * s->lanes * 4);
    for (size_t p = 0; p < parts; p++) {
      table->convolution_kernel_gradient(s, &(ss_part){p, parts}, x, dz, dkernel,
                                         wants_bias ? dbias : 0, space);
    }
    judge_floats("dkernel", dkernel, weights);
    if (wants_bias) judge_floats("dbias", dbias, s->filters * s->lanes);
  }
  begin_convolution(s, parts, kind);
  dz = random_tensor(out, kind), kernel = random_tensor(weights, kind);
  dx = float_room(in), space = float_room(ss_convolution_workspace(s));
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_convolution_input_gradient);
    blank(dx, in * sizeof *dx);
    for (size_t p = 0; p < parts; p++) {
      table->convolution_input_gradient(s, &(ss_part){p, parts}, dz, kernel, dx, space);
    }
    judge_floats("dx", dx, in);
  }
}

static ss_convolution_shape random_convolution(size_t lanes, size_t longest, size_t deepest) {
  axis down = random_axis(longest), across = random_axis(longest);
  return (ss_convolution_shape){
      .lanes = lanes, .rows = random_number(1, 4), .height = down.length, .width = across.length,
      .channels = random_word() % 4 ? random_number(1, deepest) : 1, .kernel_height = down.window,
      .kernel_width = across.window, .stride_height = down.stride, .stride_width = across.stride,
      .padding_top = down.padding, .padding_left = across.padding, .out_height = down.positions,
      .out_width = across.positions, .filters = random_number(1, deepest),
  };
}

static void check_max_pooling(void) {
  ss_convolution_shape c = random_convolution(random_lanes(), 9, 20);
  ss_pooling_shape s = {
      c.lanes, c.rows, c.height, c.width, c.channels, c.kernel_height, c.kernel_width,
      c.stride_height, c.stride_width, c.padding_top, c.padding_left, c.out_height, c.out_width};
  size_t in = s.rows * s.height * s.width * s.channels * s.lanes;
  size_t out = s.rows * s.out_height * s.out_width * s.channels * s.lanes;
  enum values kind = (enum values)(random_word() % VALUE_KINDS);
  begin_case("max pooling %zu×%zu of %zu×%zu×%zu, values %d", s.pool_height, s.pool_width,
             s.height, s.width, s.channels, (int)kind);
  float *x = random_tensor(in, kind), *dy = random_tensor(out, ORDINARY);
  float *y = float_room(out), *dx = float_room(in);
  uint32_t *places = room(out * sizeof *places);
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_max_pooling);
    blank(y, out * sizeof *y), blank(places, out * sizeof *places);
    table->max_pooling(&s, x, y, places);
    judge_floats("y", y, out);
    judge_words("places", places, out);
  }
  begin_case("its gradient");
  dy = random_tensor(out, kind), dx = float_room(in);
  places = room(out * sizeof *places);
  for (size_t e = 0; e < out; e++) places[e] = 0;
  x = random_tensor(in, ORDINARY), y = float_room(out);
  ss_kernel_table(0)->max_pooling(&s, x, y, places);
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_max_pooling_gradient);
    blank(dx, in * sizeof *dx);
    table->max_pooling_gradient(&s, places, dy, dx);
    judge_floats("dx", dx, in);
  }
}

static void check_average(void) {
  ss_sequence_shape s = {random_lanes(), random_number(1, 5), random_number(1, 9),
                         random_number(1, 20)};
  size_t out = s.rows * s.width * s.lanes, in = out * s.steps;
  enum values kind = (enum values)(random_word() % VALUE_KINDS);
  begin_case("average of %zu steps of %zu values, values %d", s.steps, s.width, (int)kind);
  float *x = random_tensor(in, kind), *y = float_room(out);
  // Half of the cases have a mask, some of whose samples have no step left.
  size_t positions = s.rows * s.steps * s.lanes;
  float *mask = random_word() % 2 ? float_room(positions) : NULL;
  for (size_t p = 0; mask && p < positions; p++) mask[p] = random_word() % 3 ? 1.0f : 0.0f;
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_average_steps);
    table->average_steps(&s, x, mask, y);
    judge_floats("y", y, out);
  }
  begin_case("its gradient");
  float *dy = random_tensor(out, kind), *dx = float_room(in);
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_average_steps_gradient);
    table->average_steps_gradient(&s, mask, dy, dx);
    judge_floats("dx", dx, in);
  }
}

void check_convolutions(void) {
  random_begin(7);
  for (int i = 0; i < 200; i++) {
    ss_convolution_shape s = random_convolution(random_lanes(), 8, 20);
    check_convolution(&s, random_number(1, 3), (enum values)(i % 2 ? i / 2 % VALUE_KINDS : 0));
  }
  // More than one block of windows, and chains that go on from one to the next.
  static const ss_convolution_shape large[] = {
      {1, 3, 40, 60, 1, 3, 3, 1, 1, 0, 0, 38, 58, 33}, {1, 2, 30, 30, 12, 3, 3, 1, 1, 1, 1, 30, 30, 7},
      {16, 1, 24, 24, 3, 3, 3, 1, 1, 0, 0, 22, 22, 5}, {1, 1, 12, 12, 70, 5, 5, 1, 1, 2, 2, 12, 12, 20},
      {1, 4, 40, 40, 3, 3, 3, 1, 1, 0, 0, 38, 38, 10}, {1, 4, 40, 40, 3, 3, 3, 1, 1, 0, 0, 38, 38, 12},
  };
  for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
    check_convolution(large + i, 1 + i % 3, ORDINARY);
    check_convolution(large + i, 1 + i % 2, SPARSE);
    check_convolution(large + i, 1, TINY);
  }
  for (int i = 0; i < 200; i++) check_max_pooling(), check_average();
}
