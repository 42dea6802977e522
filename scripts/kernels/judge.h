// Between the harness's two files.
#ifndef VERIFY_KERNELS_JUDGE_H
#define VERIFY_KERNELS_JUDGE_H

#include <stdbool.h>

void free_rooms(void);
/// Whether the bytes before every room are as they were.
bool rooms_are_sound(void);

#endif
