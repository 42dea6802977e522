// Which tables this CPU can run.

#include "tables.h"

#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__)

static const ss_kernels *const tables[] = {
    &ss_kernels_reference,
    &ss_kernels_baseline,
    &ss_kernels_avx2,
    &ss_kernels_avx512,
};

// The questions also ask whether the operating system saves the wide registers.
size_t ss_available_kernels(void) {
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 2;
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512vl") ||
      !__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512dq")) {
    return 3;
  }
  return 4;
}

#else

static const ss_kernels *const tables[] = {
    &ss_kernels_reference,
#if defined(__aarch64__)
    &ss_kernels_neon,
#endif
};

size_t ss_available_kernels(void) { return sizeof tables / sizeof *tables; }

#endif

const ss_kernels *ss_kernel_table(size_t position) { return tables[position]; }
