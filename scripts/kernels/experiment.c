// The contract's sequence experiment, from seeds to digests, by each table's kernels: length 10;
// Dense(10), Dense(1); mean squared error; Adam; 100 epochs of one shuffled batch.

#pragma STDC FP_CONTRACT OFF

#include "families.h"
#include "harness.h"
#include "sha256.h"

#include <math.h>
#include <string.h>

enum {
  LENGTH = 10, SAMPLES = LENGTH - 1, UNITS = 10, EPOCHS = 100,
  // Places of dense/kernel, dense/bias, dense_1/kernel and dense_1/bias: the model's order.
  KERNEL_1 = 0, BIAS_1 = UNITS, KERNEL_2 = 2 * UNITS, BIAS_2 = 3 * UNITS, VARIABLES = BIAS_2 + 1,
};

/// Room for the largest pack.
typedef struct network {
  float w[VARIABLES * SS_MAX_LANES], g[VARIABLES * SS_MAX_LANES];
  float m[VARIABLES * SS_MAX_LANES], v[VARIABLES * SS_MAX_LANES];
  float x[SAMPLES * SS_MAX_LANES], target[SAMPLES * SS_MAX_LANES];
  float hidden[SAMPLES * UNITS * SS_MAX_LANES], hidden_gradient[SAMPLES * UNITS * SS_MAX_LANES];
  float y[SAMPLES * SS_MAX_LANES], y_gradient[SAMPLES * SS_MAX_LANES];
  float losses[SAMPLES * SS_MAX_LANES];
  uint32_t order[SAMPLES * SS_MAX_LANES];
  /// Products have at most UNITS rows and columns.
  _Alignas(64) float workspace[SS_CHUNK_FLOATS + (SS_PANEL_COLUMNS + 2) * SS_PANEL_ROWS];
} network;

static const ss_part whole = {0, 1};
static network net;

/// The first four bytes of the SHA-256 of a variable's path.
static uint32_t instance_of(const char *path) {
  sha256 hash;
  uint32_t digest[8];
  sha256_begin(&hash);
  sha256_add(&hash, path, strlen(path));
  sha256_end(&hash, digest);
  return digest[0];
}

static void initialize(const ss_kernels *table, size_t lanes, const uint64_t *seeds) {
  float limit = (float)sqrt(6.0 / (1 + UNITS));
  memset(&net, 0, sizeof net);
  table->initialize_uniform(lanes, UNITS, seeds, instance_of("dense/kernel"), limit,
                            net.w + KERNEL_1 * lanes);
  table->initialize_uniform(lanes, UNITS, seeds, instance_of("dense_1/kernel"), limit,
                            net.w + KERNEL_2 * lanes);
}

/// A batch of all samples, in the order of an epoch or their own; the losses' mean for each lane.
static void predict(const ss_kernels *table, size_t lanes, const uint32_t *order, float *gradient,
                    double *means) {
  float inputs[SAMPLES], targets[SAMPLES];
  for (int i = 0; i < SAMPLES; i++) {
    inputs[i] = (float)((double)i / LENGTH);
    targets[i] = (float)((double)(i + 1) / LENGTH);
  }
  ss_rows_shape rows = {lanes, SAMPLES, 1};
  ss_dense_shape first = {lanes, SAMPLES, 1, UNITS}, second = {lanes, SAMPLES, UNITS, 1};
  table->gather(&rows, inputs, order, 0, net.x);
  table->gather(&rows, targets, order, 0, net.target);
  table->dense_forward(&first, &whole, SS_LINEAR, net.x, net.w + KERNEL_1 * lanes,
                       net.w + BIAS_1 * lanes, net.hidden, net.workspace);
  table->dense_forward(&second, &whole, SS_LINEAR, net.hidden, net.w + KERNEL_2 * lanes,
                       net.w + BIAS_2 * lanes, net.y, net.workspace);
  table->squared_error(&rows, net.y, net.target, net.losses, gradient, (float)(2.0 / SAMPLES));
  memset(means, 0, lanes * sizeof *means);
  table->accumulate(lanes, SAMPLES, net.losses, means);
  for (size_t l = 0; l < lanes; l++) means[l] /= SAMPLES;
}

static void find_gradients(const ss_kernels *table, size_t lanes) {
  ss_rows_shape narrow = {lanes, SAMPLES, 1}, wide = {lanes, SAMPLES, UNITS};
  ss_dense_shape first = {lanes, SAMPLES, 1, UNITS}, second = {lanes, SAMPLES, UNITS, 1};
  table->dense_kernel_gradient(&second, &whole, net.hidden, net.y_gradient,
                               net.g + KERNEL_2 * lanes, net.workspace);
  table->column_sum(&narrow, net.y_gradient, net.g + BIAS_2 * lanes);
  table->dense_input_gradient(&second, &whole, net.y_gradient, net.w + KERNEL_2 * lanes,
                              net.hidden_gradient, net.workspace);
  table->dense_kernel_gradient(&first, &whole, net.x, net.hidden_gradient,
                               net.g + KERNEL_1 * lanes, net.workspace);
  table->column_sum(&wide, net.hidden_gradient, net.g + BIAS_1 * lanes);
}

static void train(const ss_kernels *table, size_t lanes, const uint64_t *seeds, double *means) {
  double b1 = 1, b2 = 1;
  initialize(table, lanes, seeds);
  for (uint32_t epoch = 0; epoch < EPOCHS; epoch++) {
    table->shuffle(lanes, SAMPLES, seeds, epoch, net.order);
    predict(table, lanes, net.order, net.y_gradient, means);
    find_gradients(table, lanes);
    b1 *= 0.9, b2 *= 0.999;
    ss_adam_step step = {(float)((0.001 * sqrt(1 - b2)) / (1 - b1)), (float)(1 - 0.9),
                         (float)(1 - 0.999), (float)1e-7};
    table->adam(VARIABLES * lanes, &step, net.g, net.w, net.m, net.v);
  }
  predict(table, lanes, 0, 0, means);
}

static const struct { uint64_t seed; double metric; const char *weights; } trials[] = {
    {0x1e3f18356e752082, 0.083793512810694262,
     "4d7d9df1c29fd1353d103e9bcad28141c26c64eee28e61971fc2220f14f868d9"},
    {0x74298876fc8d8048, 0.010025916318732521,
     "f029f8d69ec4319680f998f259818da4e3ef5141ce4106cf7203f465dd8ce661"},
};

static void expect_trial(size_t lanes, size_t lane, size_t trial, double metric) {
  float weights[VARIABLES];
  uint32_t bits[2], stated[2];
  for (size_t i = 0; i < VARIABLES; i++) weights[i] = net.w[i * lanes + lane];
  expect_text("weights_sha256", sha256_text(weights, sizeof weights), trials[trial].weights);
  memcpy(bits, &metric, sizeof bits);
  memcpy(stated, &trials[trial].metric, sizeof stated);
  expect_words("mean_squared_error", bits, stated, 2);
}

void check_experiment(void) {
  random_begin(7);
  begin_case("paths");
  begin_run(0, KERNEL_initialize_uniform);
  static const uint32_t stated[] = {0x69f92721, 0xfdf6c191, 0x284c5747};
  uint32_t instances[] = {
      instance_of("dense/kernel"), instance_of("dense_1/bias"), instance_of("dropout_1")};
  expect_words("instances", instances, stated, 3);
  for (size_t lanes = 1; lanes <= SS_MAX_LANES; lanes++) {
    // The two trials among others; alone, one after the other.
    for (size_t first = 0; first < (lanes == 1 ? 2 : 1); first++) {
      uint64_t seeds[SS_MAX_LANES];
      size_t place = random_number(0, lanes - 1), other = (place + lanes / 2) % lanes;
      random_seeds(seeds);
      seeds[place] = trials[first].seed;
      if (other != place) seeds[other] = trials[1].seed;
      begin_case("the sequence experiment in lanes %zu and %zu of %zu", place, other, lanes);
      for (size_t t = 0; t < table_count; t++) {
        double means[SS_MAX_LANES];
        train(begin_run(t, KERNEL_adam), lanes, seeds, means);
        expect_trial(lanes, place, first, means[place]);
        if (other != place) expect_trial(lanes, other, 1, means[other]);
      }
    }
  }
}
