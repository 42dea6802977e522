// What the CPU says of itself, for people who compare machines.

#include "ss_kernels.h"

#include <string.h>
#include <unistd.h>

#pragma STDC FP_CONTRACT OFF

size_t ss_second_level_cache_bytes(void) {
#if defined(_SC_LEVEL2_CACHE_SIZE)
  long bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
  return bytes > 0 ? (size_t)bytes : 0;
#else
  return 0;
#endif
}

#if defined(__x86_64__)

#include <cpuid.h>

void ss_cpu_name(char *text) {
  // Leaves 0x80000002 to 0x80000004 hold the brand string, 16 bytes each.
  unsigned registers[12] = {0};
  if (__get_cpuid_max(0x80000000u, 0) >= 0x80000004u) {
    for (unsigned leaf = 0; leaf < 3; leaf++) {
      unsigned *r = registers + 4 * leaf;
      __get_cpuid(0x80000002u + leaf, r, r + 1, r + 2, r + 3);
    }
  }
  memcpy(text, registers, sizeof registers);
  text[SS_CPU_NAME_BYTES - 1] = 0;
}

const char *ss_cpu_features(void) {
  __builtin_cpu_init();
  int avx2 = __builtin_cpu_supports("avx2"), fma = __builtin_cpu_supports("fma");
  int avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
  if (avx512) return "sse2 avx2 fma avx512f avx512vl avx512bw avx512dq";
  if (avx2 && fma) return "sse2 avx2 fma";
  return fma ? "sse2 fma" : avx2 ? "sse2 avx2" : "sse2";
}

#else

void ss_cpu_name(char *text) { text[0] = 0; }

#if defined(__aarch64__)
const char *ss_cpu_features(void) { return "neon fma"; }
#else
const char *ss_cpu_features(void) { return ""; }
#endif

#endif
