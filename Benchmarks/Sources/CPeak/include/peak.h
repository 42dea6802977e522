// How fast a core can multiply and add: the ceiling that products are measured against.
#pragma once

/// An instruction set.
typedef enum { PEAK_AVX2, PEAK_AVX512, PEAK_NEON } peak_set;

#ifdef __cplusplus
extern "C" {
#endif

/// Whether this CPU has the set.
int peak_available(peak_set set);

/// Binary32 operations (two for each fused multiply-add) of `rounds` rounds of independent
/// fused multiply-adds that touch no memory; the caller takes the time.
///
/// Precondition: the set is available.
double peak_operations(peak_set set, long rounds);

#ifdef __cplusplus
}
#endif
