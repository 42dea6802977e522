// Threefry2x32 over consecutive counters: one text for each instruction set, which the compiler
// vectorises. A coordinator needs each seed twice, to lend the trial and to check its result.

#include "ss_trial_seeds.h"

#pragma STDC FP_CONTRACT OFF

#define SS_ROUND(bits)                \
  x += y;                             \
  y = (y << bits | y >> (32 - bits)) ^ x;

#define SS_FOUR_ROUNDS(p, q, r, s, first_word, second_word) \
  SS_ROUND(p) SS_ROUND(q) SS_ROUND(r) SS_ROUND(s)           \
  x += first_word;                                          \
  y += second_word;

#define SS_SEEDS(name, attributes, hint)                                             \
  attributes static void name(uint64_t key, uint64_t first, size_t count,            \
                              uint64_t *restrict seeds) {                            \
    const uint32_t a = (uint32_t)(key >> 32), b = (uint32_t)key;                     \
    const uint32_t c = 0x1BD11BDAu ^ a ^ b;                                          \
    hint for (size_t place = 0; place < count; place++) {                            \
      const uint64_t counter = first + place;                                        \
      uint32_t x = (uint32_t)(counter >> 32) + a, y = (uint32_t)counter + b;         \
      SS_FOUR_ROUNDS(13, 15, 26, 6, b, c + 1)                                        \
      SS_FOUR_ROUNDS(17, 29, 16, 24, c, a + 2)                                       \
      SS_FOUR_ROUNDS(13, 15, 26, 6, a, b + 3)                                        \
      SS_FOUR_ROUNDS(17, 29, 16, 24, b, c + 4)                                       \
      SS_FOUR_ROUNDS(13, 15, 26, 6, c, a + 5)                                        \
      seeds[place] = (uint64_t)x << 32 | y;                                          \
    }                                                                                \
  }

#if defined(__x86_64__)

// Without an instruction that rotates vectors, plain words are faster.
SS_SEEDS(seeds_baseline, , _Pragma("clang loop vectorize(disable)"))
SS_SEEDS(seeds_avx2, __attribute__((target("avx2"))), )
SS_SEEDS(seeds_avx512, __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq"))), )

size_t ss_trial_seeds_ways(void) {
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2")) return 1;
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512vl") ||
      !__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512dq")) {
    return 2;
  }
  return 3;
}

void ss_trial_seeds_in(size_t way, uint64_t key, uint64_t first, size_t count, uint64_t *seeds) {
  if (way == 0) seeds_baseline(key, first, count, seeds);
  if (way == 1) seeds_avx2(key, first, count, seeds);
  if (way == 2) seeds_avx512(key, first, count, seeds);
}

#else

SS_SEEDS(seeds_baseline, , )

size_t ss_trial_seeds_ways(void) { return 1; }

void ss_trial_seeds_in(size_t way, uint64_t key, uint64_t first, size_t count, uint64_t *seeds) {
  if (way == 0) seeds_baseline(key, first, count, seeds);
}

#endif

void ss_trial_seeds(uint64_t key, uint64_t first, size_t count, uint64_t *seeds) {
  ss_trial_seeds_in(ss_trial_seeds_ways() - 1, key, first, count, seeds);
}
