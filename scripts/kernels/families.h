// The families of kernels; each file compares those of its name.
#ifndef VERIFY_KERNELS_FAMILIES_H
#define VERIFY_KERNELS_FAMILIES_H

void check_products(void);
void check_convolutions(void);
void check_elementwise(void);
void check_optimizers(void);
void check_draws(void);
void check_classification(void);
void check_objectives(void);
void check_pointwise(void);
void check_sequences(void);
void check_normalizations(void);
void check_weights(void);
void check_stacks(void);
void check_digests(void);

/// What the contract states: its vectors, and its experiment from end to end.
void check_vectors(void);
void check_experiment(void);

#endif
