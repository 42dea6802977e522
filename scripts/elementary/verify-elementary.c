// Compares the elementary functions with the correctly rounded values, on all 2^32 inputs, for
// every instruction set of this CPU. Needs x86-64 and MPFR; run it by scripts/verify-elementary.
//
// The argument that the expected values are right is in the head of elementary-oracle.h: an
// enclosure by tables of MPFR decides nearly all inputs, MPFR itself the few that are left.
// sigmoid(x) is compared with 1 / (1 + E), two binary32 operations, where E is the correctly
// rounded exp(-x) from the same source. The inputs are counted: zeros, 277 binades of each sign,
// infinities and NaNs must make 2^32. Bits are compared, so signs of zeros and the one NaN count.
//
// With "--samples FILE COUNT" it writes, instead, the expected values of COUNT pseudo-random inputs
// for each function, for elementary-replay.c on machines and builds too slow for all of them.
#include "elementary-oracle.h"

#include "elementary-kernels.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK = 4096, MAXIMUM_THREADS = 256, SPECIALS = BINADES };  // One more unit: the specials.

struct tally { uint64_t inputs, wrong; double seconds; };

static struct kernel kernels[MAXIMUM_KERNELS];
static int kernel_count;
static enum function current;
static atomic_int next_unit;
static pthread_mutex_t total_lock = PTHREAD_MUTEX_INITIALIZER;
static struct tally totals[KERNEL_FUNCTIONS][MAXIMUM_KERNELS];
static uint64_t total_asked;

static double seconds_of(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/// What one thread works on: a block of inputs and their expected results.
struct worker {
    struct binade binade;
    uint32_t input[BLOCK], expected[BLOCK], result[BLOCK];
    uint64_t asked;
    struct tally tallies[KERNEL_FUNCTIONS][MAXIMUM_KERNELS];
};

static void compare_block(struct worker *w, int function, int count) {
    for (int k = 0; k < kernel_count; k++) {
        struct tally *tally = &w->tallies[function][k];
        double start = seconds_of(CLOCK_THREAD_CPUTIME_ID);
        kernels[k].functions[function]((size_t)count, (const float *)w->input, (float *)w->result);
        tally->seconds += seconds_of(CLOCK_THREAD_CPUTIME_ID) - start;
        tally->inputs += (uint64_t)count;
        if (memcmp(w->expected, w->result, (size_t)count * sizeof *w->result) == 0) continue;
        for (int i = 0; i < count; i++) {
            if (w->expected[i] == w->result[i]) continue;
            if (++tally->wrong <= 10)
                fprintf(stderr, "%s %s: input %08x expected %08x result %08x\n",
                        kernel_function_names[function], kernels[k].name, w->input[i],
                        w->expected[i], w->result[i]);
        }
    }
}

static uint32_t sigmoid_of_exp(uint32_t exp_bits) {
    if (exp_bits == CANONICAL_NAN) return CANONICAL_NAN;
    // Stored in between, so that no compiler keeps more than binary32.
    volatile float denominator = 1.0f + float_of(exp_bits);
    volatile float result = 1.0f / denominator;
    return bits_of(result);
}

static void check_block(struct worker *w, int count) {
    compare_block(w, (int)current, count);
    if (current != EXP) return;
    for (int i = 0; i < count; i++) {
        w->input[i] ^= 0x80000000u;
        w->expected[i] = sigmoid_of_exp(w->expected[i]);
    }
    compare_block(w, KERNEL_SIGMOID, count);
}

/// Whether all inputs of the binade have a value by definition, so that no tables are needed.
static int is_defined(enum function function, int sign, int index) {
    int exponent = index - 22 - 127;
    return (function == LOG && sign) || ((function == EXP || function == EXPM1) && exponent >= 7)
        || (function == ERF && exponent >= 2);
}

static void check_binade(struct worker *w, int sign, int index) {
    struct binade *b = &w->binade;
    if (is_defined(current, sign, index)) {
        b->first = (uint32_t)sign << 31 | (index < 23 ? 1u << index : (uint32_t)(index - 22) << 23);
        b->function = current;
    } else {
        binade_prepare(b, current, sign, index);
    }
    uint32_t size = 1u << (index < 23 ? index : 23);
    for (uint32_t start = 0; start < size; start += BLOCK) {
        int count = size - start < BLOCK ? (int)(size - start) : BLOCK;
        for (int i = 0; i < count; i++) {
            w->input[i] = b->first + start + (uint32_t)i;
            w->expected[i] = binade_rounded(b, start + (uint32_t)i, &w->asked);
        }
        check_block(w, count);
    }
}

/// The two zeros, the infinities and all NaNs: all have a value by definition.
static void check_specials(struct worker *w, int sign) {
    uint32_t bit = (uint32_t)sign << 31;
    w->input[0] = bit;
    if (!defined_value(current, bit, &w->expected[0])) abort();
    check_block(w, 1);
    for (uint32_t start = 0x7f800000u; start < 0x80000000u; start += BLOCK) {
        for (uint32_t i = 0; i < BLOCK; i++) {
            w->input[i] = bit | (start + i);
            if (!defined_value(current, w->input[i], &w->expected[i])) abort();
        }
        check_block(w, BLOCK);
    }
}

static void *check_units(void *unused) {
    struct worker *w = calloc(1, sizeof *w);
    if (w == NULL) abort();
    for (int unit; (unit = atomic_fetch_add(&next_unit, 1)) < 2 * (BINADES + 1);) {
        // The largest binades first, so that the threads end together.
        int index = SPECIALS - (unit >> 1);
        if (index == SPECIALS) check_specials(w, unit & 1);
        else check_binade(w, unit & 1, index);
    }
    pthread_mutex_lock(&total_lock);
    total_asked += w->asked;
    for (int f = 0; f < KERNEL_FUNCTIONS; f++)
        for (int k = 0; k < kernel_count; k++) {
            totals[f][k].inputs += w->tallies[f][k].inputs;
            totals[f][k].wrong += w->tallies[f][k].wrong;
            totals[f][k].seconds += w->tallies[f][k].seconds;
        }
    pthread_mutex_unlock(&total_lock);
    free(w);
    return unused;
}

static void check_function(void) {
    pthread_t threads[MAXIMUM_THREADS];
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int count = cores < 1 ? 1 : cores > MAXIMUM_THREADS ? MAXIMUM_THREADS : (int)cores;
    double start = seconds_of(CLOCK_MONOTONIC);
    atomic_store(&next_unit, 0);
    total_asked = 0;
    for (int i = 0; i < count; i++)
        if (pthread_create(&threads[i], NULL, check_units, NULL) != 0) abort();
    for (int i = 0; i < count; i++) pthread_join(threads[i], NULL);
    printf("# %s: %.1f s on %d threads, %llu inputs decided by MPFR itself\n",
           function_names[current], seconds_of(CLOCK_MONOTONIC) - start, count,
           (unsigned long long)total_asked);
    fflush(stdout);
}

/// SplitMix64 (Steele, Lea, Flood 2014), for the samples; any equidistributed generator would do.
static uint64_t next_random(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static int write_samples(const char *path, long count) {
    FILE *file = fopen(path, "w");
    if (file == NULL) { perror(path); return 1; }
    uint64_t state = 1;
    for (current = EXP; current < FUNCTION_COUNT; current++)
        for (long i = 0; i < count; i++) {
            uint64_t word = next_random(&state);
            uint32_t input = (uint32_t)word, value;
            // Half of them where the results vary: magnitudes between 2^-16 and 2^7.
            if (word >> 63)
                input = (input & 0x807fffffu) | (uint32_t)(111 + (word >> 32) % 23) << 23;
            if (!defined_value(current, input, &value)) value = decide_by_mpfr(current, input);
            fprintf(file, "%s %08x %08x\n", function_names[current], input, value);
            if (current == EXP)
                fprintf(file, "sigmoid %08x %08x\n", input ^ 0x80000000u, sigmoid_of_exp(value));
        }
    return fclose(file) != 0;
}

int main(int argc, char **argv) {
    if (argc == 4 && strcmp(argv[1], "--samples") == 0)
        return write_samples(argv[2], atol(argv[3]));
    kernel_count = find_kernels(kernels);
    for (current = EXP; current < FUNCTION_COUNT; current++) check_function();
    int failures = 0;
    for (int f = 0; f < KERNEL_FUNCTIONS; f++)
        for (int k = 0; k < kernel_count; k++) {
            struct tally *tally = &totals[f][k];
            failures += tally->wrong != 0 || tally->inputs != 1ull << 32;
            printf("%-8s %-10s inputs %llu wrong %llu seconds %.1f\n", kernel_function_names[f],
                   kernels[k].name, (unsigned long long)tally->inputs,
                   (unsigned long long)tally->wrong, tally->seconds);
        }
    return failures != 0;
}
