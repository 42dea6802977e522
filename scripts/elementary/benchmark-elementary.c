// Measures the elementary functions: million values per second on one core, for every instruction
// set of this CPU, on 4096 values (which stay in the first-level cache) of ordinary magnitude.
//
// The best of 40 repetitions is printed, since whatever else runs can only make one slower.
//
//   cc -O2 -I Sources/CKernels/include Sources/CKernels/elementary_*.c \
//       scripts/elementary/benchmark-elementary.c -o benchmark      (gcc: with -ffp-contract=off)
#include "elementary-kernels.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { VALUES = 4096, ROUNDS = 50, REPETITIONS = 40 };

static double now_seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/// Evenly spread in (-10, 10); for log over the binades from 2^-64 to 2^63.
static void fill(int function, float *x) {
    uint32_t state = 1;
    for (int i = 0; i < VALUES; i++) {
        state = state * 1664525u + 1013904223u;
        x[i] = ((float)(state >> 8) * 0x1p-23f - 1.0f) * 10.0f;
        uint32_t bits = 0x1f800000u + (state >> 2);
        if (strcmp(kernel_function_names[function], "log") == 0) memcpy(&x[i], &bits, sizeof bits);
    }
}

int main(void) {
    static float x[VALUES], y[VALUES];
    struct kernel kernels[MAXIMUM_KERNELS];
    int kernel_count = find_kernels(kernels);
    for (int f = 0; f < KERNEL_FUNCTIONS; f++) {
        fill(f, x);
        printf("%-8s", kernel_function_names[f]);
        for (int k = 0; k < kernel_count; k++) {
            double best = 1e9;
            for (int repetition = 0; repetition < REPETITIONS; repetition++) {
                double start = now_seconds();
                for (int i = 0; i < ROUNDS; i++) kernels[k].functions[f](VALUES, x, y);
                double seconds = now_seconds() - start;
                if (seconds < best) best = seconds;
            }
            printf("  %s %.0f", kernels[k].name, (double)VALUES * ROUNDS / best / 1e6);
        }
        putchar('\n');
    }
    return 0;
}
