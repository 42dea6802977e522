// Enough independent accumulators to hide the latency of a fused multiply-add: two units of four or
// five cycles want eight or ten, and what the register file still holds does no harm.
#include "peak.h"

#if defined(__x86_64__)
#include <immintrin.h>

enum { AVX512_ACCUMULATORS = 24, AVX2_ACCUMULATORS = 12 };

// The empty assembly keeps each accumulator in a register, where the compiler would drop the work.
__attribute__((target("avx512f"), noinline)) static void run_avx512(long rounds) {
    __m512 a[AVX512_ACCUMULATORS];
    __m512 x = _mm512_set1_ps(0.999f), y = _mm512_set1_ps(1e-3f);
    for (int i = 0; i < AVX512_ACCUMULATORS; i++) a[i] = _mm512_set1_ps((float)i);
    for (long round = 0; round < rounds; round++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < AVX512_ACCUMULATORS; i++) {
            a[i] = _mm512_fmadd_ps(a[i], x, y);
            __asm__ volatile("" : "+v"(a[i]));
        }
    }
}

__attribute__((target("avx2,fma"), noinline)) static void run_avx2(long rounds) {
    __m256 a[AVX2_ACCUMULATORS];
    __m256 x = _mm256_set1_ps(0.999f), y = _mm256_set1_ps(1e-3f);
    for (int i = 0; i < AVX2_ACCUMULATORS; i++) a[i] = _mm256_set1_ps((float)i);
    for (long round = 0; round < rounds; round++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < AVX2_ACCUMULATORS; i++) {
            a[i] = _mm256_fmadd_ps(a[i], x, y);
            __asm__ volatile("" : "+x"(a[i]));
        }
    }
}

int peak_available(peak_set set) {
    if (set == PEAK_AVX2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return set == PEAK_AVX512 && __builtin_cpu_supports("avx512f");
}

double peak_operations(peak_set set, long rounds) {
    if (set == PEAK_AVX512) {
        run_avx512(rounds);
        return 2.0 * 16 * AVX512_ACCUMULATORS * (double)rounds;
    }
    run_avx2(rounds);
    return 2.0 * 8 * AVX2_ACCUMULATORS * (double)rounds;
}

#elif defined(__aarch64__)
#include <arm_neon.h>

enum { NEON_ACCUMULATORS = 24 };

int peak_available(peak_set set) { return set == PEAK_NEON; }

double peak_operations(peak_set set, long rounds) {
    (void)set;
    float32x4_t a[NEON_ACCUMULATORS], x = vdupq_n_f32(0.999f), y = vdupq_n_f32(1e-3f);
    for (int i = 0; i < NEON_ACCUMULATORS; i++) a[i] = vdupq_n_f32((float)i);
    for (long round = 0; round < rounds; round++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < NEON_ACCUMULATORS; i++) {
            a[i] = vfmaq_f32(a[i], y, x);
            __asm__ volatile("" : "+w"(a[i]));
        }
    }
    return 2.0 * 4 * NEON_ACCUMULATORS * (double)rounds;
}

#else

int peak_available(peak_set set) { return (void)set, 0; }
double peak_operations(peak_set set, long rounds) { return (void)set, (void)rounds, 0; }

#endif
