// The array forms that this target and this CPU have, for the programs that check them.
#pragma once

#include "ss_elementary.h"

#include <stdint.h>

typedef void (*array_function)(size_t n, const float *x, float *y);

enum { KERNEL_FUNCTIONS = 6, KERNEL_SIGMOID = 5, MAXIMUM_KERNELS = 4 };

/// One instruction set's array forms, in the order of the names below.
struct kernel { const char *name; array_function functions[KERNEL_FUNCTIONS]; };

static const char *const kernel_function_names[] = {"exp", "log", "tanh", "expm1", "erf",
                                                    "sigmoid"};

#define KERNEL(suffix) \
    (struct kernel){#suffix, {ss_exp_array_##suffix, ss_log_array_##suffix, \
                              ss_tanh_array_##suffix, ss_expm1_array_##suffix, \
                              ss_erf_array_##suffix, ss_sigmoid_array_##suffix}}

static inline int find_kernels(struct kernel kernels[MAXIMUM_KERNELS]) {
    int count = 0;
    kernels[count++] = KERNEL(reference);
#if defined(__x86_64__)
    kernels[count++] = KERNEL(baseline);
    if (__builtin_cpu_supports("avx2")) kernels[count++] = KERNEL(avx2);
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        kernels[count++] = KERNEL(avx512);
#elif defined(__aarch64__)
    kernels[count++] = KERNEL(neon);
#endif
    return count;
}
