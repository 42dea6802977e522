// The two operations that C's operators do not have, and symbols named after SS_ISA, the
// instruction set that the including file is for.
//
// Not fmaf and sqrtf: those may set errno, and so would neither be inlined nor become vector
// instructions. Without FMA instructions the first becomes a call of fmaf, which is exactly
// defined.
#ifndef SS_ARITHMETIC_H
#define SS_ARITHMETIC_H

#define SS_FMA(a, b, c) __builtin_elementwise_fma((a), (b), (c))
#define SS_SQRT(x) __builtin_elementwise_sqrt(x)

#define SS_JOIN(prefix, suffix) prefix##suffix
#define SS_JOIN_EXPANDED(prefix, suffix) SS_JOIN(prefix, suffix)
#define SS_FOR_ISA(prefix) SS_JOIN_EXPANDED(prefix, SS_ISA)
#define SS_QUOTE(text) #text
#define SS_TEXT(text) SS_QUOTE(text)

#endif
