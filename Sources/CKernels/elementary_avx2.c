// The elementary functions for AVX2: four values at once, tables read by gathers.
//
// FMA is deliberately not among the target's features: with it a compiler that contracts would.
#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__)

#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
#endif

#define LANES 4
#define NAME(function) function##_avx2
#define LOOK_UP(table, index) \
    ((long_lanes)_mm256_i64gather_epi64((const long long *)(const void *)(table), \
                                        (__m256i)((index) & (SS_STEPS - 1)), 8))

#include "elementary_body.h"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#else
typedef int ss_elementary_avx2_is_empty;  // ISO C wants a declaration in every file.
#endif
