// Counts the calling thread's allocations, by standing in for malloc and its kin in the test program.
#pragma once
#include <stdint.h>

/// Allocations of this thread since it began.
uint64_t allocation_count(void);
