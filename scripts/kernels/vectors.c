// The vectors that docs/numeric-contract.md states for what kernels compute.

#pragma STDC FP_CONTRACT OFF

#include "families.h"
#include "harness.h"
#include "philox.h"
#include "sha256.h"

#include <string.h>

// Trial seeds of the contract: (master, index).
static const uint64_t seed_1_0 = 0x1e3f18356e752082, seed_1_1 = 0x74298876fc8d8048;
static const uint64_t seed_42_7 = 0x97d0552f51bf719f;

/// Source: Random123, tests/kat_vectors.
static const struct { uint32_t counter[4], key[2], words[4]; } philox_vectors[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

/// Both forms of the generator, as this compiler makes them; the tables' own are seen below.
static void check_philox(void) {
  begin_case("Philox");
  begin_run(0, KERNEL_initialize_uniform);
  for (size_t v = 0; v < sizeof philox_vectors / sizeof *philox_vectors; v++) {
    const uint32_t *counter = philox_vectors[v].counter, *key = philox_vectors[v].key;
    ss_stream stream = {.step = counter[1], .instance = counter[2], .stream = counter[3]};
    uint64_t seed = (uint64_t)key[0] << 32 | key[1], seeds[SS_PHILOX_SLOTS];
    uint32_t words[4], numbers[SS_PHILOX_SLOTS], blocks[4][SS_PHILOX_SLOTS];
    ss_philox_block(seed, counter[0], stream, words);
    expect_words("one block", words, philox_vectors[v].words, 4);
    for (int s = 0; s < SS_PHILOX_SLOTS; s++) seeds[s] = seed, numbers[s] = counter[0];
    ss_philox_blocks(seeds, numbers, stream, blocks);
    for (int s = 0; s < SS_PHILOX_SLOTS; s++) {
      for (int w = 0; w < 4; w++) words[w] = blocks[w][s];
      expect_words("blocks side by side", words, philox_vectors[v].words, 4);
    }
  }
}

/// The seeds of a pack in which one lane is the trial that the contract speaks of.
static void pack_seeds(size_t lanes, size_t lane, uint64_t seed, uint64_t seeds[SS_MAX_LANES]) {
  random_seeds(seeds);
  seeds[lane] = seed;
  begin_case("lane %zu of %zu", lane, lanes);
}

/// Block 0 of trial (42, 7), instance 0, step 0, stream 1. With the limit 1 a value shows the upper
/// 24 bits of its word.
static void check_first_words(size_t lanes, size_t lane) {
  static const uint32_t stated[] = {0x5f7676, 0xb8c96f, 0x83cf84, 0x76e68a};
  uint64_t seeds[SS_MAX_LANES];
  pack_seeds(lanes, lane, seed_42_7, seeds);
  for (size_t t = 0; t < table_count; t++) {
    float values[4 * SS_MAX_LANES];
    uint32_t words[4];
    begin_run(t, KERNEL_initialize_uniform)->initialize_uniform(lanes, 4, seeds, 0, 1, values);
    for (int e = 0; e < 4; e++) {
      words[e] = (uint32_t)((values[e * (int)lanes + (int)lane] + 1.0f) * 0x1p23f);
    }
    expect_words("words of stream 1", words, stated, 4);
  }
}

/// Block 9 of trial (42, 7), instance 1, step 5, stream 3: a threshold one above a word keeps its
/// value, the word itself does not.
static void check_dropout_words(size_t lanes, size_t lane) {
  enum { FIRST = 4 * 9, COUNT = FIRST + 4 };
  static const uint32_t stated[] = {0xf4947643, 0x7c5a3a1b, 0xbe65e384, 0x7a7e8c73};
  static const uint32_t kept[] = {1, 0};
  ss_rows_shape shape = {lanes, 1, COUNT};
  uint64_t seeds[SS_MAX_LANES], mask[SS_MASK_WORDS(COUNT * SS_MAX_LANES)];
  float x[COUNT * SS_MAX_LANES], y[COUNT * SS_MAX_LANES];
  pack_seeds(lanes, lane, seed_42_7, seeds);
  for (int i = 0; i < COUNT * SS_MAX_LANES; i++) x[i] = 1;
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_dropout);
    for (size_t w = 0; w < 4; w++) {
      uint32_t shown[2];
      for (uint32_t lower = 0; lower < 2; lower++) {
        ss_dropout draw = {(uint64_t)stated[w] + 1 - lower, 1, 1, 5};
        table->dropout(&shape, &draw, seeds, x, y, mask);
        shown[lower] = y[(FIRST + w) * lanes + lane] == 1.0f;
      }
      expect_words("words of stream 3", shown, kept, 2);
    }
  }
}

static void check_small_shuffle(size_t lanes, size_t lane) {
  static const uint32_t stated[2][9] = {{0, 4, 2, 1, 8, 6, 3, 5, 7}, {2, 5, 3, 6, 7, 0, 4, 8, 1}};
  uint64_t seeds[SS_MAX_LANES];
  pack_seeds(lanes, lane, seed_1_1, seeds);
  for (size_t t = 0; t < table_count; t++) {
    for (uint32_t epoch = 0; epoch < 2; epoch++) {
      uint32_t orders[9 * SS_MAX_LANES], order[9];
      begin_run(t, KERNEL_shuffle)->shuffle(lanes, 9, seeds, epoch, orders);
      for (size_t i = 0; i < 9; i++) order[i] = orders[i * lanes + lane];
      expect_words(epoch ? "shuffle of 9, epoch 1" : "shuffle of 9, epoch 0", order, stated[epoch],
                   9);
    }
  }
}

/// Two words are drawn again.
static void check_large_shuffle(size_t lanes, size_t lane) {
  enum { COUNT = 200000 };
  static const char *const stated =
      "6a6f6d3f4ff1e540f214f2314e11b3143d2f4d3d488c45216909adfd74e463f4";
  uint64_t seeds[SS_MAX_LANES];
  pack_seeds(lanes, lane, seed_1_0, seeds);
  uint32_t *orders = room(COUNT * lanes * sizeof *orders), *order = room(COUNT * sizeof *order);
  for (size_t t = 0; t < table_count; t++) {
    begin_run(t, KERNEL_shuffle)->shuffle(lanes, COUNT, seeds, 0, orders);
    for (size_t i = 0; i < COUNT; i++) order[i] = orders[i * lanes + lane];
    expect_text("shuffle of 200000", sha256_text(order, COUNT * sizeof *order), stated);
  }
}

/// Correctly rounded activations, from MPFR.
static void check_activations(void) {
  static const struct { ss_activation activation; uint32_t x, y; } stated[] = {
      {SS_TANH, 0x3ac37de2, 0x3ac37dd9}, {SS_SIGMOID, 0x416912cd, 0x3f7ffff8}};
  for (size_t v = 0; v < sizeof stated / sizeof *stated; v++) {
    begin_case("activation %d", (int)stated[v].activation);
    for (size_t t = 0; t < table_count; t++) {
      float values[5];
      uint32_t bits[5];
      for (int i = 0; i < 5; i++) memcpy(&values[i], &stated[v].x, sizeof *values);
      begin_run(t, KERNEL_activate)->activate(stated[v].activation, 5, values);
      memcpy(bits, values, sizeof bits);
      for (int i = 0; i < 5; i++) expect_words("of 5 values", bits + i, &stated[v].y, 1);
    }
  }
}

void check_vectors(void) {
  random_begin(6);
  begin_case("SHA-256");
  begin_run(0, KERNEL_shuffle);
  // Source: FIPS 180-4's examples.
  expect_text("abc", sha256_text("abc", 3),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  check_philox();
  check_activations();
  for (size_t lanes = 1; lanes <= SS_MAX_LANES; lanes++) {
    size_t lane = random_number(0, lanes - 1);
    check_first_words(lanes, lane);
    check_dropout_words(lanes, lane);
    check_small_shuffle(lanes, lane);
  }
  check_large_shuffle(1, 0);
  check_large_shuffle(3, 1);
}
