// Philox4x32-10 (Salmon et al., SC 2011), one block at a time and SS_PHILOX_SLOTS blocks side by
// side.
#ifndef SS_PHILOX_H
#define SS_PHILOX_H

#include <stdint.h>

enum { SS_STREAM_INIT = 1, SS_STREAM_SHUFFLE = 2, SS_STREAM_DROPOUT = 3 };
enum { SS_PHILOX_SLOTS = 16, SS_PHILOX_ROUNDS = 10 };

/// The words of a counter that all blocks of one draw share.
typedef struct ss_stream {
  uint32_t step, instance, stream;
} ss_stream;

/// Block `number` of a trial's stream: its elements 4 × number and following.
static inline void ss_philox_block(uint64_t seed, uint32_t number, ss_stream stream,
                                   uint32_t words[4]) {
  uint32_t key0 = (uint32_t)(seed >> 32), key1 = (uint32_t)seed;
  uint32_t a = number, b = stream.step, c = stream.instance, d = stream.stream;
  for (int round = 0; round < SS_PHILOX_ROUNDS; round++) {
    uint64_t first = (uint64_t)0xD2511F53u * a, second = (uint64_t)0xCD9E8D57u * c;
    a = (uint32_t)(second >> 32) ^ b ^ key0;
    b = (uint32_t)second;
    c = (uint32_t)(first >> 32) ^ d ^ key1;
    d = (uint32_t)first;
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  words[0] = a, words[1] = b, words[2] = c, words[3] = d;
}

/// The same for SS_PHILOX_SLOTS pairs of a seed and a number: word w of slot s in words[w][s].
/// The loop over slots is innermost so that it becomes vector instructions.
static inline void ss_philox_blocks(const uint64_t seeds[SS_PHILOX_SLOTS],
                                    const uint32_t numbers[SS_PHILOX_SLOTS], ss_stream stream,
                                    uint32_t words[4][SS_PHILOX_SLOTS]) {
  uint32_t key0[SS_PHILOX_SLOTS], key1[SS_PHILOX_SLOTS];
  uint32_t a[SS_PHILOX_SLOTS], b[SS_PHILOX_SLOTS], c[SS_PHILOX_SLOTS], d[SS_PHILOX_SLOTS];
  for (int s = 0; s < SS_PHILOX_SLOTS; s++) {
    key0[s] = (uint32_t)(seeds[s] >> 32), key1[s] = (uint32_t)seeds[s];
    a[s] = numbers[s], b[s] = stream.step, c[s] = stream.instance, d[s] = stream.stream;
  }
  for (int round = 0; round < SS_PHILOX_ROUNDS; round++) {
    for (int s = 0; s < SS_PHILOX_SLOTS; s++) {
      uint64_t first = (uint64_t)0xD2511F53u * a[s], second = (uint64_t)0xCD9E8D57u * c[s];
      a[s] = (uint32_t)(second >> 32) ^ b[s] ^ key0[s];
      b[s] = (uint32_t)second;
      c[s] = (uint32_t)(first >> 32) ^ d[s] ^ key1[s];
      d[s] = (uint32_t)first;
      key0[s] += 0x9E3779B9u;
      key1[s] += 0xBB67AE85u;
    }
  }
  for (int s = 0; s < SS_PHILOX_SLOTS; s++) {
    words[0][s] = a[s], words[1][s] = b[s], words[2][s] = c[s], words[3][s] = d[s];
  }
}

/// (2 × uniform − 1) × limit. The difference is exact: both terms are multiples of 2⁻²³.
static inline float ss_symmetric(uint32_t word, float limit) {
  return (2.0f * ((float)(word >> 8) * 0x1p-24f) - 1.0f) * limit;
}

#endif
