// The elementary functions for AArch64 (NEON): two binary64 values to a register.
//
// AArch64 always has a fused multiply-add, and compilers like to use it: the pragma below (clang)
// and -ffp-contract=off (gcc) forbid that, so that intermediate results equal other targets'.
#pragma STDC FP_CONTRACT OFF

#if defined(__aarch64__)

#define LANES 4
#define NAME(function) function##_neon
#define LOOK_UP(table, index) entries_of(table, index)

#include "elementary_body.h"

#else
typedef int ss_elementary_neon_is_empty;  // ISO C wants a declaration in every file.
#endif
