// Random tensors, and memory with an end that cannot be overstepped unseen.

#define _GNU_SOURCE  // MAP_ANONYMOUS

#include "harness.h"
#include "judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static uint64_t random_state;

void random_begin(uint64_t seed) { random_state = seed; }

// Source: S. Vigna, splitmix64.c, public domain.
uint64_t random_word(void) {
  uint64_t word = random_state += 0x9e3779b97f4a7c15;
  word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9;
  word = (word ^ word >> 27) * 0x94d049bb133111eb;
  return word ^ word >> 31;
}

size_t random_number(size_t least, size_t most) {
  return least + random_word() % (most - least + 1);
}

size_t random_lanes(void) {
  static const size_t lanes[] = {1, 2, 3, 4, 5, 8, 12, 16};
  return lanes[random_word() % (sizeof lanes / sizeof *lanes)];
}

void random_seeds(uint64_t seeds[SS_MAX_LANES]) {
  for (int l = 0; l < SS_MAX_LANES; l++) seeds[l] = random_word();
}

/// Exact: a product of a number of 24 bits and a power of two.
static float ordinary(uint64_t word) {
  float fraction = (float)(word >> 40) * 0x1p-23f - 1.0f;
  return fraction * (float)(1u << word % 24) * 0x1p-16f;
}

static float random_value(enum values kind) {
  uint64_t word = random_word();
  float zero = word >> 8 & 1 ? -0.0f : 0.0f, value;
  uint32_t bits = (uint32_t)(word >> 32);
  switch (kind) {
  case SPARSE: return word % 10 < 7 ? zero : ordinary(word);
  case TINY:
    if (word % 10 != 0) return zero;
    __attribute__((fallthrough));
  case DENSELY_TINY:
    return (bits & 1 ? -1.0f : 1.0f) * (bits & 2 ? 0x1p-100f : 0x1p-48f);
  case WILD:
    // Half are subnormal; few are not finite, lest nothing else stays. NaNs are quiet, as all
    // results of arithmetic are: of the others AArch64's maximum, which a compiler makes of relu,
    // gives a NaN instead of +0.
    if (word % 64 == 0) bits |= 0x7fc00000;
    else if (word % 64 == 1) bits = (bits & 0x80000000) | 0x7f800000;
    else if (word % 2 == 0) bits &= 0x807fffff;
    else return ordinary(word);
    memcpy(&value, &bits, sizeof value);
    return value;
  default: return word % 17 == 0 ? zero : ordinary(word);
  }
}

float *random_tensor(size_t count, enum values kind) {
  float *values = float_room(count);
  for (size_t i = 0; i < count; i++) values[i] = random_value(kind);
  return values;
}

enum { MAXIMUM_ROOMS = 32, BYTES_BEFORE = 64, FILL = 0x5a };

static struct { unsigned char *start, *end, *memory; } rooms[MAXIMUM_ROOMS];
static size_t rooms_taken;

void free_rooms(void) { rooms_taken = 0; }

void *room(size_t bytes) {
  if (rooms_taken == MAXIMUM_ROOMS) {
    fprintf(stderr, "verify-kernels: too many tensors in a case\n");
    exit(2);
  }
  size_t page = (size_t)sysconf(_SC_PAGESIZE), number = rooms_taken++;
  size_t needed = (bytes + BYTES_BEFORE + page - 1) / page * page;
  unsigned char *start = rooms[number].start;
  if ((size_t)(rooms[number].end - start) < needed) {
    if (start) munmap(start, (size_t)(rooms[number].end - start) + page);
    start = mmap(NULL, needed + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED || mprotect(start + needed, page, PROT_NONE) != 0) {
      perror("verify-kernels");
      exit(2);
    }
    rooms[number].start = start, rooms[number].end = start + needed;
  }
  rooms[number].memory = rooms[number].end - bytes;
  blank(rooms[number].memory - BYTES_BEFORE, bytes + BYTES_BEFORE);
  return rooms[number].memory;
}

float *float_room(size_t count) { return room(count * sizeof(float)); }

void blank(void *memory, size_t bytes) { memset(memory, FILL, bytes); }

bool rooms_are_sound(void) {
  for (size_t i = 0; i < rooms_taken; i++) {
    for (int b = 1; b <= BYTES_BEFORE; b++) {
      if (rooms[i].memory[-b] != FILL) return false;
    }
  }
  return true;
}
