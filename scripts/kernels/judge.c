// Cases, their results, and what is said of them.

#include "judge.h"

#include "harness.h"
#include "sha256.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// A kernel that is added to the table must be added to EACH_KERNEL, and then compared: `report`
// fails where one was not.
_Static_assert(sizeof(ss_kernels) == (1 + KERNEL_COUNT) * sizeof(void (*)(void)),
               "harness.h does not list the kernels that a table has");

enum { MAXIMUM_OUTPUTS = 8, MAXIMUM_LINES = 20 };

#define KERNEL_NAME(name) #name,
static const char *const kernel_names[] = {EACH_KERNEL(KERNEL_NAME)};

size_t table_count;

static size_t current_table, outputs_judged, lines_printed;
static enum kernel current_kernel;
static char description[256];
static struct { unsigned char *bytes; size_t count, capacity; } expected[MAXIMUM_OUTPUTS];
static size_t runs[MAXIMUM_TABLES][KERNEL_COUNT], comparisons[MAXIMUM_TABLES];
static size_t differing[MAXIMUM_TABLES];
static sha256 all_results;

/// A kernel that leaves its memory says where it happened before it ends the program.
static void on_fault(int signal_number) {
  char text[512];
  int length = snprintf(text, sizeof text, "%s: %s leaves its memory: %s\n",
                        ss_kernel_table(current_table)->name, kernel_names[current_kernel],
                        description);
  if (write(STDOUT_FILENO, text, (size_t)length) < 0) _exit(signal_number);
  _exit(1);
}

__attribute__((constructor)) static void start(void) {
  table_count = ss_available_kernels();
  if (table_count > MAXIMUM_TABLES) abort();
  sha256_begin(&all_results);
  signal(SIGSEGV, on_fault);
  signal(SIGBUS, on_fault);
  // What is printed before a fault must not be lost.
  setvbuf(stdout, NULL, _IOLBF, 0);
}

void begin_case(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(description, sizeof description, format, arguments);
  va_end(arguments);
  free_rooms();
}

void describe(const char *format, ...) {
  size_t length = strlen(description);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(description + length, sizeof description - length, format, arguments);
  va_end(arguments);
}

const ss_kernels *begin_run(size_t table, enum kernel kernel) {
  current_table = table;
  current_kernel = kernel;
  outputs_judged = 0;
  runs[table][kernel]++;
  return ss_kernel_table(table);
}

static void complain(const char *format, ...) {
  differing[current_table]++;
  if (lines_printed++ >= MAXIMUM_LINES) return;
  va_list arguments;
  va_start(arguments, format);
  printf("%s: %s, %s: ", ss_kernel_table(current_table)->name, kernel_names[current_kernel],
         description);
  vprintf(format, arguments);
  printf("\n");
  va_end(arguments);
}

/// Keeps or compares values whose NaNs are already one.
static void judge(const char *output, const void *values, size_t count, size_t size) {
  if (outputs_judged == MAXIMUM_OUTPUTS) abort();
  size_t number = outputs_judged++, bytes = count * size;
  if (!rooms_are_sound()) complain("memory before %s was written", output);
  if (current_table == 0) {
    if (expected[number].capacity < bytes) {
      free(expected[number].bytes);
      expected[number].bytes = malloc(bytes);
      expected[number].capacity = bytes;
      if (!expected[number].bytes) abort();
    }
    if (bytes > 0) memcpy(expected[number].bytes, values, bytes);
    expected[number].count = count;
    sha256_add(&all_results, values, bytes);
    return;
  }
  comparisons[current_table]++;
  if (expected[number].count != count) {
    complain("%s has %zu values, not %zu", output, count, expected[number].count);
    return;
  }
  const unsigned char *given = values, *wanted = expected[number].bytes;
  for (size_t i = 0; i < count; i++) {
    if (memcmp(given + i * size, wanted + i * size, size) == 0) continue;
    uint64_t is = 0, should = 0;
    memcpy(&is, given + i * size, size);
    memcpy(&should, wanted + i * size, size);
    complain("%s[%zu] of %zu is %0*llx, not %0*llx", output, i, count, (int)(2 * size),
             (unsigned long long)is, (int)(2 * size), (unsigned long long)should);
    return;
  }
}

void judge_words(const char *output, const uint32_t *words, size_t count) {
  judge(output, words, count, sizeof *words);
}

void judge_floats(const char *output, const float *values, size_t count) {
  uint32_t *bits = malloc(count * sizeof *bits + 1);
  if (!bits) abort();
  memcpy(bits, values, count * sizeof *bits);
  for (size_t i = 0; i < count; i++) {
    if ((bits[i] & 0x7fffffff) > 0x7f800000) bits[i] = 0x7fc00000;
  }
  judge(output, bits, count, sizeof *bits);
  free(bits);
}

void judge_doubles(const char *output, const double *values, size_t count) {
  uint64_t *bits = malloc(count * sizeof *bits + 1);
  if (!bits) abort();
  memcpy(bits, values, count * sizeof *bits);
  for (size_t i = 0; i < count; i++) {
    if ((bits[i] & INT64_MAX) > 0x7ff0000000000000) bits[i] = 0x7ff8000000000000;
  }
  judge(output, bits, count, sizeof *bits);
  free(bits);
}

void expect_words(const char *what, const uint32_t *words, const uint32_t *stated, size_t count) {
  comparisons[current_table]++;
  for (size_t i = 0; i < count; i++) {
    if (words[i] == stated[i]) continue;
    complain("%s: word %zu is %08x, the contract states %08x", what, i, words[i], stated[i]);
    return;
  }
}

void expect_text(const char *what, const char *text, const char *stated) {
  comparisons[current_table]++;
  if (strcmp(text, stated) != 0) complain("%s: %s, the contract states %s", what, text, stated);
}

bool report(void) {
  bool sound = true;
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = ss_kernel_table(t);
    size_t compared = 0;
#define KERNEL_COMPARED(kernel)                                                                  \
  if (table->kernel) {                                                                           \
    if (runs[t][KERNEL_##kernel] > 0) compared++;                                                \
    else printf("%s: %s was not compared\n", table->name, #kernel), sound = false;               \
  }
    EACH_KERNEL(KERNEL_COMPARED)
    printf("%s: %zu kernels, %zu comparisons, %zu differ\n", table->name, compared,
           comparisons[t], differing[t]);
    sound = sound && differing[t] == 0;
  }
  // Builds and machines whose references agree print the same.
  uint32_t digest[8];
  sha256_end(&all_results, digest);
  printf("results: %s\n", sha256_words_text(digest));
  return sound;
}
