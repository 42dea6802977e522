// Compares the elementary functions with expected values read from files, for every instruction
// set of this CPU, and checks how arrays end. For builds and machines (emulated ones) that are too
// slow for all 2^32 inputs, and for those without MPFR.
//
// Usage: elementary-replay FILE...; lines "function input result", bits in hexadecimal, or "#...".
#include "elementary-kernels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cases { size_t count, capacity; uint32_t *input, *expected; };

static struct cases cases[KERNEL_FUNCTIONS];

static void append(struct cases *c, uint32_t input, uint32_t expected) {
    if (c->count == c->capacity) {
        c->capacity = c->capacity == 0 ? 1024 : 2 * c->capacity;
        c->input = realloc(c->input, c->capacity * sizeof *c->input);
        c->expected = realloc(c->expected, c->capacity * sizeof *c->expected);
        if (c->input == NULL || c->expected == NULL) abort();
    }
    c->input[c->count] = input;
    c->expected[c->count++] = expected;
}

static void read_cases(const char *path) {
    char line[128], name[16];
    unsigned input, expected;
    FILE *file = fopen(path, "r");
    if (file == NULL) { perror(path); exit(2); }
    while (fgets(line, sizeof line, file) != NULL) {
        if (line[0] == '#') continue;
        int function = 0;
        if (sscanf(line, "%15s %8x %8x", name, &input, &expected) != 3) exit(2);
        while (function < KERNEL_FUNCTIONS && strcmp(name, kernel_function_names[function]) != 0)
            function++;
        if (function == KERNEL_FUNCTIONS) exit(2);
        append(&cases[function], input, expected);
    }
    fclose(file);
}

static size_t count_wrong(const struct kernel *kernel, int function) {
    const struct cases *c = &cases[function];
    uint32_t *result = malloc(c->count * sizeof *result + 1);
    size_t wrong = 0;
    if (result == NULL) abort();
    memcpy(result, c->input, c->count * sizeof *result);
    kernel->functions[function](c->count, (float *)result, (float *)result);  // x and y the same.
    for (size_t i = 0; i < c->count; i++) {
        if (result[i] == c->expected[i]) continue;
        if (++wrong <= 10)
            printf("%s %s: input %08x expected %08x result %08x\n", kernel_function_names[function],
                   kernel->name, c->input[i], c->expected[i], result[i]);
    }
    free(result);
    return wrong;
}

/// Every length from 0 to 40 at every offset within a vector: nothing around the part may change.
static size_t count_wrong_ends(const struct kernel *kernel, int function) {
    enum { SIZE = 80, FILL = 0x5a };
    size_t wrong = 0;
    const struct cases *c = &cases[function];
    if (c->count < SIZE) return 0;
    for (size_t offset = 0; offset < 16; offset++)
        for (size_t n = 0; n <= 40; n++) {
            uint32_t result[SIZE];
            memset(result, FILL, sizeof result);
            kernel->functions[function](n, (const float *)c->input + offset,
                                        (float *)result + offset);
            for (size_t i = 0; i < SIZE; i++) {
                int inside = i >= offset && i < offset + n;
                wrong += result[i] != (inside ? c->expected[i] : 0x01010101u * FILL);
            }
        }
    return wrong;
}

int main(int argc, char **argv) {
    struct kernel kernels[MAXIMUM_KERNELS];
    int kernel_count = find_kernels(kernels), failures = 0;
    for (int i = 1; i < argc; i++) read_cases(argv[i]);
    for (int f = 0; f < KERNEL_FUNCTIONS; f++)
        for (int k = 0; k < kernel_count; k++) {
            size_t wrong = count_wrong(&kernels[k], f), ends = count_wrong_ends(&kernels[k], f);
            failures += wrong != 0 || ends != 0 || cases[f].count == 0;
            printf("%-8s %-10s inputs %zu wrong %zu wrong at ends %zu\n", kernel_function_names[f],
                   kernels[k].name, cases[f].count, wrong, ends);
        }
    return failures != 0;
}
