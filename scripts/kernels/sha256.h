// SHA-256 (FIPS 180-4), plainly.
#ifndef VERIFY_KERNELS_SHA256_H
#define VERIFY_KERNELS_SHA256_H

#include <stddef.h>
#include <stdint.h>

typedef struct sha256 {
  uint32_t state[8];
  uint8_t block[64];
  uint64_t bytes;
} sha256;

void sha256_begin(sha256 *hash);
void sha256_add(sha256 *hash, const void *bytes, size_t count);
/// The digest as words, most significant first.
void sha256_end(sha256 *hash, uint32_t digest[8]);

/// The digest of some bytes in hexadecimal; valid until the next call.
const char *sha256_text(const void *bytes, size_t count);
const char *sha256_words_text(const uint32_t digest[8]);

#endif
