// Compares every kernel of every table that this CPU has with the reference's, to the bit, and all
// of them with what docs/numeric-contract.md states. Run it by scripts/verify-kernels.
//
// Exit status 1 if anything differs, or a kernel was not compared.
#include "families.h"
#include "harness.h"

int main(void) {
  check_products();
  check_convolutions();
  check_elementwise();
  check_optimizers();
  check_draws();
  check_classification();
  check_objectives();
  check_pointwise();
  check_sequences();
  check_normalizations();
  check_weights();
  check_stacks();
  check_digests();
  check_vectors();
  check_experiment();
  return report() ? 0 : 1;
}
