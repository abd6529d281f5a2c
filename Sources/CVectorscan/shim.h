#pragma once
// Vectorscan keeps Hyperscan's C interface; pkg-config puts its folder on the header path.
#include <hs.h>
#include <stddef.h>

// Texts are scanned as vectors of one part. For blocks Vectorscan asks beforehand, of some regexes, where their last two
// characters stand last, and that search copies the text to 255 bytes of the stack (VectorCamp/vectorscan, pull request
// 392; 5.4.9: `(no)*a` ends the process at any text of 255 bytes). Vectors are scanned as streams, without the search.
//
// Vectorscan's code for wide registers passes over what stands at the end of a text. For AVX-512 it masks the wrong end
// of the last block (pull request 378; measured with 5.4.9: `@[a-z]{3}` is missed in 33,048 of 640,000 texts). For AVX2
// it misses pairs of characters (5.4.9: `(stst[^a]{3,5}|st|to)kill` in twenty letters and "-stkill"; issue 317 and pull
// request 368 are of its kind), which its code for SSE4.2 finds. A library for many processors carries all: databases are
// made for SSE4.2, and scanned by its code.

#if defined(__x86_64__) && defined(__linux__)
hs_error_t HS_CDECL corei7_hs_scan_vector(
    const hs_database_t *database, const char *const *data, const unsigned int *lengths, unsigned int count,
    unsigned int flags, hs_scratch_t *scratch, match_event_handler handler, void *context) __attribute__((weak));
#endif

/// What databases are made for: this processor, without AVX2 and AVX-512.
static inline void vectorscan_platform(hs_platform_info_t *platform) {
    hs_populate_platform(platform);
    platform->cpu_features = 0;
}

/// `hs_scan_vector` of one part, without AVX2 and AVX-512 where the library leaves the choice.
static inline hs_error_t vectorscan_scan(
    const hs_database_t *database, const char *data, unsigned int length, hs_scratch_t *scratch,
    match_event_handler handler, void *context) {
#if defined(__x86_64__) && defined(__linux__)
    if (corei7_hs_scan_vector != NULL && __builtin_cpu_supports("sse4.2"))
        return corei7_hs_scan_vector(database, &data, &length, 1, 0, scratch, handler, context);
#endif
    return hs_scan_vector(database, &data, &length, 1, 0, scratch, handler, context);
}
