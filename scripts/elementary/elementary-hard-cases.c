// Writes the hard cases of the elementary functions: "function input result", bits in hexadecimal.
//
// The hardest inputs are those whose exact result lies nearest to the midpoint of two neighbouring
// binary32 numbers, where the least error of an intermediate turns the rounding. They are found by
// going through all inputs with the 64-bit enclosures of elementary-oracle.h, and printed with the
// value that MPFR alone gives, the hardest first. Special values and the ends of the ranges follow.
// sigmoid is made of the exact exp by the contract's binary32 operations.
//
// Distances are in units of 2^-53 of the result (about an ulp of binary64). An input may be printed
// twice, as hard and as special. Takes about a minute. Needs x86-64 and MPFR (libmpfr-dev):
//
//   cc -O2 scripts/elementary/elementary-hard-cases.c -o hard-cases -lmpfr -lgmp -lpthread -lm
//   ./hard-cases > Tests/elementary-hard-cases.txt
//
// After a change of the list, scripts/elementary/elementary-coefficients.py chooses the tables again.
#include "elementary-oracle.h"

#include <pthread.h>
#include <stdatomic.h>

struct hard_case { uint32_t input; float distance; };

enum { MAXIMUM_CASES = 4096 };

static const float limits[FUNCTION_COUNT] = {[EXP] = 64, [LOG] = 48, [TANH] = 128,
                                             [EXPM1] = 64, [ERF] = 24};
static struct hard_case cases[MAXIMUM_CASES];
static int case_count;
static pthread_mutex_t case_lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int next_unit;
static enum function current;

/// The distance from the nearest midpoint, in units of 2^-53 of the value.
static inline float midpoint_distance(long double value) {
    float rounded = fabsf((float)value);
    float above = nextafterf(rounded, INFINITY), below = nextafterf(rounded, 0);
    long double magnitude = fabsl(value);
    long double upper = ((long double)rounded + above) / 2;
    long double lower = ((long double)rounded + below) / 2;
    long double distance = fminl(fabsl(upper - magnitude), fabsl(magnitude - lower));
    return (float)(distance / magnitude * 0x1p53L);
}

static void search_binade(const struct binade *b) {
    uint32_t defined;
    for (uint32_t t = 0; t < 1u << (b->high_bits + b->low_bits); t++) {
        uint32_t input = b->first + t;
        if (defined_value(current, input, &defined)) continue;
        long double value = binade_value(b, t);
        // Most inputs leave here: the 40 bits beyond a normal binary32 number are far from 2^39.
        uint64_t significand;
        memcpy(&significand, &value, sizeof significand);
        uint64_t beyond = (significand + (1ull << 19)) & ((1ull << 40) - 1);
        int is_far = beyond - (1ull << 39) > 1ull << 20;
        if (is_far && fabsl(value) >= FLT_MIN) continue;
        if (fabsl(value) < 0x1p-149L || fabsl(value) > FLT_MAX) continue;
        float distance = midpoint_distance(value);
        if (distance > limits[current]) continue;
        pthread_mutex_lock(&case_lock);
        if (case_count == MAXIMUM_CASES) { fputs("too many cases\n", stderr); exit(2); }
        cases[case_count++] = (struct hard_case){input, distance};
        pthread_mutex_unlock(&case_lock);
    }
}

static void *search(void *unused) {
    struct binade *b = malloc(sizeof *b);
    for (int unit; (unit = atomic_fetch_add(&next_unit, 1)) < 2 * BINADES;) {
        // Negative arguments: log has none, and tanh and erf are odd.
        if ((unit & 1) && current != EXP && current != EXPM1) continue;
        binade_prepare(b, current, unit & 1, unit >> 1);
        search_binade(b);
    }
    free(b);
    return unused;
}

static int compare_cases(const void *left, const void *right) {
    const struct hard_case *a = left, *b = right;
    if (a->distance != b->distance) return a->distance < b->distance ? -1 : 1;
    return a->input < b->input ? -1 : a->input > b->input;
}

static uint32_t exact(enum function function, uint32_t input) {
    uint32_t result;
    return defined_value(function, input, &result) ? result : decide_by_mpfr(function, input);
}

static void print_exact(enum function function, uint32_t input) {
    printf("%s %08x %08x\n", function_names[function], input, exact(function, input));
}

static void print_sigmoid(uint32_t input) {
    volatile float denominator = 1.0f + float_of(exact(EXP, input ^ 0x80000000u));
    volatile float result = 1.0f / denominator;
    uint32_t bits = result == result ? bits_of(result) : CANONICAL_NAN;
    printf("sigmoid %08x %08x\n", input, bits);
}

/// Zeros, subnormals, ones, ends of ranges, infinities and NaNs; each is used with both signs.
static const uint32_t magnitudes[] = {
    0x00000000, 0x00000001, 0x00000002, 0x00000003, 0x00400000, 0x007fffff, 0x00800000, 0x00800001,
    0x32ffffff, 0x33000000, 0x33000001, 0x337fffff, 0x33800000, 0x33800001, 0x39000000, 0x39b89ba3,
    0x3f000000, 0x3f317217, 0x3f317218, 0x3f7fffff, 0x3f800000, 0x3f800001, 0x40000000, 0x41102cb3,
    0x41102cb4, 0x41200000, 0x42aeac4f, 0x42aeac50, 0x42b17217, 0x42b17218, 0x42b17219, 0x42cff1b4,
    0x42cff1b5, 0x42cff1b6, 0x42fe0000, 0x43000000, 0x4b800000, 0x7f7fffff, 0x7f800000, 0x7f800001,
    0x7fbfffff, 0x7fc00000, 0x7fffffff,
};

int main(void) {
    printf("# Hard cases: function, input, correctly rounded result (bits in hexadecimal).\n"
           "# Made by scripts/elementary/elementary-hard-cases.c with MPFR %s; hardest first, then "
           "specials.\n",
           mpfr_get_version());
    for (current = EXP; current < FUNCTION_COUNT; current++) {
        pthread_t helper;
        case_count = 0;
        atomic_store(&next_unit, 0);
        pthread_create(&helper, NULL, search, NULL);
        search(NULL);
        pthread_join(helper, NULL);
        qsort(cases, (size_t)case_count, sizeof *cases, compare_cases);
        for (int i = 0; i < case_count; i++) {
            print_exact(current, cases[i].input);
            if (current == TANH || current == ERF) print_exact(current, cases[i].input ^ 0x80000000u);
            if (current == EXP && i < 64) print_sigmoid(cases[i].input ^ 0x80000000u);
        }
    }
    for (size_t i = 0; i < sizeof magnitudes / sizeof *magnitudes; i++)
        for (uint32_t sign = 0; sign < 2; sign++) {
            uint32_t input = sign << 31 | magnitudes[i];
            for (int f = EXP; f < FUNCTION_COUNT; f++) print_exact((enum function)f, input);
            print_sigmoid(input);
        }
    return 0;
}
