// The tables that are compiled in; which of them the CPU can run, selection.c knows.
#ifndef SS_TABLES_H
#define SS_TABLES_H

#include "ss_kernels.h"

extern const ss_kernels ss_kernels_reference;
#if defined(__x86_64__)
extern const ss_kernels ss_kernels_baseline, ss_kernels_avx2, ss_kernels_avx512;
#elif defined(__aarch64__)
extern const ss_kernels ss_kernels_neon;
#endif

#endif
