// SHA-256 of a pack's messages side by side.

#include "families.h"
#include "harness.h"
#include "sha256.h"

#include <string.h>

enum { LANES = SS_MAX_LANES, MAXIMUM_PARTS = 5 };

/// A part of the messages: values of one of two types.
typedef struct message_part {
  size_t count, columns;
  float *floats;
  double *doubles;
} message_part;

/// Any bits, signalling NaNs among them.
static message_part random_part(void) {
  message_part part = {.count = random_number(0, 40)};
  size_t values = part.count * LANES;
  if (random_word() % 2) {
    uint32_t *bits = room(values * sizeof *bits);
    for (size_t i = 0; i < values; i++) {
      bits[i] = (uint32_t)random_word() | (random_word() % 4 ? 0 : 0x7f800000);
    }
    part.floats = (float *)bits;
    return part;
  }
  uint64_t *bits = room(values * sizeof *bits);
  for (size_t i = 0; i < values; i++) {
    bits[i] = random_word() | (random_word() % 4 ? 0 : 0x7ff0000000000000);
  }
  part.doubles = (double *)bits;
  part.columns = random_number(1, 3);
  return part;
}

/// What the contract hashes of a lane, plainly. Needs a little-endian machine, as all ours are.
static void add_part(sha256 *hash, const message_part *part, size_t lane) {
  for (size_t i = 0; i < part->count; i++) {
    if (part->floats) {
      uint32_t bits;
      memcpy(&bits, part->floats + i * LANES + lane, sizeof bits);
      if ((bits & 0x7fffffff) > 0x7f800000) bits = 0x7fc00000;
      sha256_add(hash, &bits, sizeof bits);
      continue;
    }
    uint64_t bits;
    memcpy(&bits, part->doubles + i * LANES + lane, sizeof bits);
    if ((bits & INT64_MAX) > 0x7ff0000000000000) bits = 0x7ff8000000000000;
    for (size_t c = 0; c < part->columns; c++) sha256_add(hash, &bits, sizeof bits);
  }
}

static void digest_plainly(const message_part *parts, size_t count, uint32_t *state) {
  for (size_t lane = 0; lane < LANES; lane++) {
    sha256 hash;
    uint32_t digest[8];
    sha256_begin(&hash);
    for (size_t i = 0; i < count; i++) add_part(&hash, parts + i, lane);
    sha256_end(&hash, digest);
    for (int w = 0; w < 8; w++) state[w * LANES + (int)lane] = digest[w];
  }
}

static void digest_by(size_t t, const message_part *parts, size_t count, ss_digests *digests) {
  begin_run(t, KERNEL_digest_begin)->digest_begin(digests);
  for (size_t i = 0; i < count; i++) {
    const message_part *part = parts + i;
    if (part->floats) {
      begin_run(t, KERNEL_digest_floats)->digest_floats(digests, part->count, part->floats);
    } else {
      begin_run(t, KERNEL_digest_doubles)
          ->digest_doubles(digests, part->count, part->columns, part->doubles);
    }
  }
  begin_run(t, KERNEL_digest_end)->digest_end(digests);
}

void check_digests(void) {
  random_begin(9);
  for (int i = 0; i < 200; i++) {
    message_part parts[MAXIMUM_PARTS];
    size_t count = random_number(0, MAXIMUM_PARTS);
    begin_case("%zu parts:", count);
    for (size_t p = 0; p < count; p++) {
      parts[p] = random_part();
      describe(" %zu %s", parts[p].count, parts[p].floats ? "floats" : "doubles");
    }
    uint32_t *state = room(8 * LANES * sizeof *state), *block = room(16 * LANES * sizeof *block);
    for (size_t t = 0; t < table_count; t++) {
      ss_digests digests = {.state = state, .block = block};
      if (t > 0 && !ss_kernel_table(t)->digest_begin) continue;
      if (t > 0) digest_by(t, parts, count, &digests);
      else begin_run(0, KERNEL_digest_end), digest_plainly(parts, count, state);
      judge_words("digests", state, 8 * LANES);
    }
  }
}
