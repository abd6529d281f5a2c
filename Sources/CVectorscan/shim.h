#pragma once
// Vectorscan keeps Hyperscan's C interface; pkg-config puts its folder on the header path.
#include <hs.h>
#include <stddef.h>

// Vectorscan's code for AVX-512 masks the wrong end of a text's last block: it passes over single characters and small
// sets in the last 63 bytes, at most places of the text in memory (VectorCamp/vectorscan, pull request 378; measured
// with 5.4.9: `@[a-z]{3}` is missed in 33,048 of 640,000 texts, by the code for AVX2 in none). A library for many
// processors carries both: databases are made for AVX2 at most, and scanned by its code.

#if defined(__x86_64__) && defined(__linux__)
hs_error_t HS_CDECL avx2_hs_scan(
    const hs_database_t *database, const char *data, unsigned int length, unsigned int flags, hs_scratch_t *scratch,
    match_event_handler handler, void *context) __attribute__((weak));
#endif

/// What databases are made for: this processor, without AVX-512.
static inline void vectorscan_platform(hs_platform_info_t *platform) {
    hs_populate_platform(platform);
    platform->cpu_features &= HS_CPU_FEATURES_AVX2;
}

/// `hs_scan`, without AVX-512 where the library leaves the choice.
static inline hs_error_t vectorscan_scan(
    const hs_database_t *database, const char *data, unsigned int length, hs_scratch_t *scratch,
    match_event_handler handler, void *context) {
#if defined(__x86_64__) && defined(__linux__)
    if (avx2_hs_scan != NULL && __builtin_cpu_supports("avx2"))
        return avx2_hs_scan(database, data, length, 0, scratch, handler, context);
#endif
    return hs_scan(database, data, length, 0, scratch, handler, context);
}
