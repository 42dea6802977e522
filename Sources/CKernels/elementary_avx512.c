// The elementary functions for AVX-512: eight values at once, tables held in two registers each.
#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__)

#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))), \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl")
#endif

#define LANES 8
#define NAME(function) function##_avx512
// The permutation uses the lower four bits of each index and ignores the others: no masking.
#define LOOK_UP(table, index) \
    ((long_lanes)_mm512_permutex2var_epi64(_mm512_load_si512((const void *)(table)), \
                                           (__m512i)(index), \
                                           _mm512_load_si512((const void *)((table) + 8))))

#include "elementary_body.h"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#else
typedef int ss_elementary_avx512_is_empty;  // ISO C wants a declaration in every file.
#endif
