// First weights, orders of samples, and dropout.

#include "families.h"
#include "harness.h"

#include <string.h>

static void check_initialize(size_t lanes, size_t values) {
  size_t count = values * lanes;
  begin_case("%zu lanes, %zu values", lanes, values);
  uint64_t *seeds = room(lanes * sizeof *seeds);
  for (size_t l = 0; l < lanes; l++) seeds[l] = random_word();
  uint32_t instance = (uint32_t)random_word();
  float limit = (float)random_number(1, 1 << 20) * 0x1p-20f, *drawn = float_room(count);
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_initialize_uniform);
    blank(drawn, count * sizeof *drawn);
    table->initialize_uniform(lanes, values, seeds, instance, limit, drawn);
    judge_floats("values", drawn, count);
  }
}

static void check_shuffle(size_t lanes, size_t samples) {
  size_t count = samples * lanes;
  begin_case("%zu lanes, %zu samples", lanes, samples);
  uint64_t *seeds = room(lanes * sizeof *seeds);
  for (size_t l = 0; l < lanes; l++) seeds[l] = random_word();
  uint32_t epoch = (uint32_t)random_number(0, 1000), *order = room(count * sizeof *order);
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_shuffle);
    blank(order, count * sizeof *order);
    table->shuffle(lanes, samples, seeds, epoch, order);
    judge_words("permutation", order, count);
  }
}

/// Judges those bits of a mask that stand for values.
static void judge_mask(const uint64_t *mask, size_t count) {
  uint32_t bits[2 * SS_MASK_WORDS(SS_MAX_LANES * 4096)];
  size_t words = SS_MASK_WORDS(count);
  memcpy(bits, mask, words * sizeof *mask);
  for (size_t e = count; e < words * 64; e++) bits[e / 32] &= ~((uint32_t)1 << e % 32);
  judge_words("mask", bits, 2 * words);
}

static void check_dropout(size_t lanes, size_t rows, size_t width, uint64_t threshold) {
  ss_rows_shape shape = {lanes, rows, width};
  size_t count = rows * width * lanes, mask_bytes = SS_MASK_WORDS(count) * sizeof(uint64_t);
  begin_case("%zu lanes, %zu rows of %zu, threshold %llx", lanes, rows, width,
             (unsigned long long)threshold);
  uint64_t *seeds = room(lanes * sizeof *seeds), *mask = room(mask_bytes), *kept = room(mask_bytes);
  for (size_t l = 0; l < lanes; l++) seeds[l] = random_word();
  ss_dropout draw = {threshold, (float)random_number(1, 1 << 12) * 0x1p-10f,
                     (uint32_t)random_word(), (uint32_t)random_number(0, 100000)};
  float *x = random_tensor(count, random_word() % 2 ? ORDINARY : WILD), *y = float_room(count);
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_dropout);
    blank(y, count * sizeof *y);
    blank(mask, mask_bytes);
    table->dropout(&shape, &draw, seeds, x, y, mask);
    judge_floats("y", y, count);
    judge_mask(mask, count);
    if (t == 0) memcpy(kept, mask, mask_bytes);
  }
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_dropout_gradient);
    blank(y, count * sizeof *y);
    table->dropout_gradient(&shape, &draw, kept, x, y);
    judge_floats("dx", y, count);
  }
}

void check_draws(void) {
  random_begin(4);
  for (size_t lanes = 1; lanes <= SS_MAX_LANES; lanes++) {
    for (size_t n = 1; n <= 40; n++) check_shuffle(lanes, n);
    for (int i = 0; i < 8; i++) check_initialize(lanes, random_number(1, 300));
    for (int i = 0; i < 4; i++) check_shuffle(lanes, random_number(41, 500));
    for (int i = 0; i < 8; i++) {
      uint64_t thresholds[] = {0, 1, 0xffffffff, 0x100000000, random_word() >> 32};
      check_dropout(lanes, random_number(1, 12), random_number(1, 40),
                    thresholds[i < 4 ? i : 4]);
    }
  }
  // So many that words are drawn again in some lanes.
  check_shuffle(1, 100000);
  check_shuffle(SS_MAX_LANES, 30000);
}
