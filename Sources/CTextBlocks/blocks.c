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

/// A block and the two bytes behind it.
///
/// - han: which bytes at its beginning belong to a Han character of the block before; changed to say it of the next.
/// - Returns the bytes outside ASCII, a bit a byte.
static inline __attribute__((always_inline)) uint64_t map_block(const uint8_t *text, uint64_t *bits, uint64_t *han) {
    bytes own, next, third;
    memcpy(&own, text, 64);
    memcpy(&next, text + 1, 64);
    memcpy(&third, text + 2, 64);
    BITS(WITHIN(own, 'a', 'z'), bits[text_blocks_letters]);
    BITS(WITHIN(own, '0', '9'), bits[text_blocks_digits]);
    BITS(WITHIN(own, '0', '9') | WITHIN(own, '#', '&') | WITHIN(own, '*', '+') | (own == '!') | (own == '@')
             | (own == '_') | (own == '|') | ((own == '-') & (next == '-')),
         bits[text_blocks_signs]);
    BITS((own == next) & (own == third), bits[text_blocks_runs]);
    BITS((own == '*') | (own == '#') | (own == '_') | (own == 0xE2), bits[text_blocks_masks]);
    BITS(own >= 0xC0, bits[text_blocks_wide]);
    BITS(WITHIN(own, 0xE0, 0xEF), bits[text_blocks_triples]);
    uint64_t first, high;
    BITS(WITHIN(own, 0xE5, 0xE9) | ((own == 0xE4) & (next >= 0xB8)), first);
    bits[text_blocks_han] = first | first << 1 | first << 2 | *han;
    *han = first >> 63 | first >> 62;
    BITS(own >= 0x80, high);
    return high;
}

// The loader chooses by the processor.
#if defined(__x86_64__) && defined(__linux__)
__attribute__((target_clones("avx512bw", "avx2", "default")))
#endif
bool text_blocks_map(const uint8_t *text, size_t length, uint64_t *bits) {
    uint64_t high = 0, han = 0;
    size_t offset = 0;
    for (; offset + 66 <= length; offset += 64, bits += text_blocks_words) high |= map_block(text + offset, bits, &han);
    for (; offset < length; offset += 64, bits += text_blocks_words) {
        // Behind the end are zeros.
        uint8_t rest[66] = {0};
        size_t count = length - offset;
        memcpy(rest, text + offset, count < sizeof(rest) ? count : sizeof(rest));
        high |= map_block(rest, bits, &han);
    }
    return high == 0;
}

#if defined(__x86_64__) && defined(__linux__)
__attribute__((target_clones("arch=x86-64-v3", "default")))
#endif
text_han text_blocks_count_han(const uint8_t *text, size_t length, const uint64_t *bits, const uint8_t *table) {
    // One addition a character counts all there is to count: four numbers of 16 bits, which a block cannot fill.
    static const uint64_t ones[text_han_kinds] = {
        [text_han_simplified] = 1,
        [text_han_traditional] = UINT64_C(1) << 16,
        [text_han_japanese] = UINT64_C(1) << 32,
        [text_han_disguise] = UINT64_C(1) << 48,
        [text_han_disguise | text_han_simplified] = UINT64_C(1) << 48 | 1,
        [text_han_disguise | text_han_traditional] = UINT64_C(1) << 48 | UINT64_C(1) << 16,
        [text_han_disguise | text_han_japanese] = UINT64_C(1) << 48 | UINT64_C(1) << 32,
    };
    // What the first bytes of the three, as they stand, add to a character's place in the table.
    const uint32_t past = 0xA000 - 0x4E00, excess = (0xE0 << 12) + (0x80 << 6) + 0x80 + 0x4E00;
    text_han found = {0};
    // The character before and where it began; and where two equal ones side by side ended.
    uint32_t previous = past;
    size_t last = 0, pair_end = 0;
    for (size_t offset = 0; offset < length; offset += 64, bits += text_blocks_words) {
        uint64_t firsts = bits[text_blocks_han] & bits[text_blocks_wide];
        // A text may end inside a character only where it is no valid one.
        if (length - offset < 64 + 2) firsts &= length - offset < 3 ? 0 : ~UINT64_C(0) >> (66 - (length - offset));
        found.characters += (size_t)__builtin_popcountll(firsts);
        uint64_t sum = 0;
        for (; firsts; firsts &= firsts - 1) {
            size_t place = offset + (size_t)__builtin_ctzll(firsts);
            uint32_t index = ((uint32_t)text[place] << 12) + ((uint32_t)text[place + 1] << 6) + text[place + 2] - excess;
            if (index >= past) continue;
            sum += ones[table[index]];
            if (index == previous && place == last + 3) {
                if (place == pair_end) found.has_runs = true;
                pair_end = place + 3;
            }
            previous = index;
            last = place;
        }
        found.simplified += sum & 0xFFFF;
        found.traditional += sum >> 16 & 0xFFFF;
        found.japanese += sum >> 32 & 0xFFFF;
        found.disguises += sum >> 48;
    }
    return found;
}
