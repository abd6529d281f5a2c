#include "CTextBlocks.h"

#include <string.h>

// Vectors of Clang, which it makes the processor's of: there is one text for all of them.
typedef uint8_t bytes __attribute__((ext_vector_type(64)));
typedef _Bool flags __attribute__((ext_vector_type(64)));

// Macros, because vectors wider than the processor's have no calling convention.
#define BITS(mask, word)                                     \
    do {                                                     \
        flags set = __builtin_convertvector((mask), flags);  \
        memcpy(&(word), &set, sizeof(word));                 \
    } while (0)
#define WITHIN(text, first, last) ((text) - (uint8_t)(first) <= (uint8_t)((last) - (first)))

/// A block and the two bytes behind it. Returns the bytes outside ASCII, a bit a byte.
static inline __attribute__((always_inline)) uint64_t map_block(const uint8_t *text, uint64_t *bits) {
    bytes own, next, third;
    memcpy(&own, text, 64);
    memcpy(&next, text + 1, 64);
    memcpy(&third, text + 2, 64);
    BITS(WITHIN(own, 'a', 'z'), bits[text_blocks_letters]);
    BITS(WITHIN(own, '0', '9') | WITHIN(own, '#', '&') | WITHIN(own, '*', '+') | (own == '!') | (own == '@')
             | (own == '_') | (own == '|') | ((own == '-') & (next == '-')),
         bits[text_blocks_signs]);
    BITS((own == next) & (own == third), bits[text_blocks_runs]);
    BITS((own == '*') | (own == '#') | (own == '_') | (own == 0xE2), bits[text_blocks_masks]);
    BITS(own >= 0xC0, bits[text_blocks_wide]);
    uint64_t high;
    BITS(own >= 0x80, high);
    return high;
}

// The loader chooses by the processor.
#if defined(__x86_64__) && defined(__linux__)
__attribute__((target_clones("avx512bw", "avx2", "default")))
#endif
bool text_blocks_map(const uint8_t *text, size_t length, uint64_t *bits) {
    uint64_t high = 0;
    size_t offset = 0;
    for (; offset + 66 <= length; offset += 64, bits += text_blocks_words) high |= map_block(text + offset, bits);
    for (; offset < length; offset += 64, bits += text_blocks_words) {
        // Behind the end are zeros.
        uint8_t rest[66] = {0};
        size_t count = length - offset;
        memcpy(rest, text + offset, count < sizeof(rest) ? count : sizeof(rest));
        high |= map_block(rest, bits);
    }
    return high == 0;
}
