// The seeds of consecutive trials: Threefry2x32 with 20 rounds, whole numbers only.
//
// Source: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as
// 1, 2, 3", SC 2011, section 4; Random123, threefry.h.

#ifndef SS_TRIAL_SEEDS_H
#define SS_TRIAL_SEEDS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Encrypts the counters first, first + 1, … (modulo 2⁶⁴) under `key` into seeds[0 ..< count]. Of all
/// words the high half is the first of the block.
void ss_trial_seeds(uint64_t key, uint64_t first, size_t count, uint64_t *seeds);

/// How many ways of ss_trial_seeds this CPU has, at least one.
size_t ss_trial_seeds_ways(void);

/// ss_trial_seeds in one way, for tests. Precondition: way < ss_trial_seeds_ways().
void ss_trial_seeds_in(size_t way, uint64_t key, uint64_t first, size_t count, uint64_t *seeds);

#ifdef __cplusplus
}
#endif

#endif
