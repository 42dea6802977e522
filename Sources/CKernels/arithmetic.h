// The two operations that C's operators do not have, and symbols named after SS_ISA, the
// instruction set that the including file is for.
//
// Not fmaf and sqrtf: those may set errno, and so would neither be inlined nor become vector
// instructions. An including file whose instruction set has a fused multiply-add says so with
// SS_HAS_FMA; others get fused_multiply_add.h's, so that no result depends on the system's libm.
#ifndef SS_ARITHMETIC_H
#define SS_ARITHMETIC_H

#if defined(SS_HAS_FMA) || defined(__aarch64__)
#define SS_FMA(a, b, c) __builtin_elementwise_fma((a), (b), (c))
#else
#include "fused_multiply_add.h"
#define SS_FMA(a, b, c) ss_fma((a), (b), (c))
#endif
#define SS_SQRT(x) __builtin_elementwise_sqrt(x)

#define SS_JOIN(prefix, suffix) prefix##suffix
#define SS_JOIN_EXPANDED(prefix, suffix) SS_JOIN(prefix, suffix)
#define SS_FOR_ISA(prefix) SS_JOIN_EXPANDED(prefix, SS_ISA)
#define SS_QUOTE(text) #text
#define SS_TEXT(text) SS_QUOTE(text)

#endif
