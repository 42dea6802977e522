// The elementary functions for every x86-64 CPU (SSE2): two binary64 values to a register.
#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__)

// Four lanes are two registers here, 10% to 40% faster than one. Compilers warn that such vectors
// would be passed differently if AVX were enabled; all functions that take them are inlined.
#pragma GCC diagnostic ignored "-Wpsabi"

#define LANES 4
#define NAME(function) function##_baseline
#define LOOK_UP(table, index) entries_of(table, index)

#include "elementary_body.h"

#else
typedef int ss_elementary_baseline_is_empty;  // ISO C wants a declaration in every file.
#endif
