#include "CGrams.h"

#include "CTextBlocks.h"

// Without branches on what is read, so that the processor waits for the memory of many grams at a time. The loader
// chooses by the processor: shifts by a variable and masks by a count are half the work with the instructions of 2013.
#if defined(__x86_64__) && defined(__linux__)
#define KERNEL __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define KERNEL
#endif
#define INLINE static inline __attribute__((always_inline))

/// The first `count` of eight bytes, 1 to 8, with zeros for the others.
INLINE uint64_t gram_first(unsigned count, uint64_t bytes) { return bytes & ~UINT64_C(0) >> (64 - 8 * count); }

/// The highest bit of each byte behind the first that begins a character, of eight bytes with zeros behind the text's
/// end: there all do.
INLINE uint64_t gram_character_starts(uint64_t bytes) {
    return ~(bytes & ~(bytes << 1)) & UINT64_C(0x8080808080808000);
}

/// Bytes of the character that eight bytes of valid UTF-8 begin with, the last of them with zeros for those behind the
/// text's end.
INLINE unsigned gram_character_length(uint64_t bytes) {
    return (unsigned)__builtin_ctzll(gram_character_starts(bytes)) >> 3;
}

/// Bytes of a gram that begins with a character outside ASCII: two characters, three where the first is of two bytes as
/// most letters of alphabets are, of them the first eight bytes.
///
/// - bytes: the eight bytes from the character on, little-endian, with zeros for those behind the text's end.
INLINE unsigned gram_wide_length(uint64_t bytes) {
    uint64_t starts = gram_character_starts(bytes);
    starts &= starts - 1;
    if ((bytes & 0xE0) == 0xC0) starts &= starts - 1;
    return starts ? (unsigned)__builtin_ctzll(starts) >> 3 : gram_longest_key;
}

/// Whether a filter may hold a key: 1 or 0.
INLINE size_t may_hold(const uint64_t *filter, unsigned shift, uint64_t key) {
    uint64_t hash = gram_hash(key), word = filter[hash >> shift];
    return word >> (hash >> 32 & 63) & word >> (hash >> 26 & 63) & 1;
}

/// Fewer than eight bytes at a text's end, with zeros behind. Apart, because the loops that need it once a text would
/// keep registers for it.
static __attribute__((noinline)) uint64_t last_bytes(const uint8_t *text, size_t length, size_t offset) {
    uint64_t bytes = 0;
    if (offset == length) return 0;
    if (length < sizeof(bytes)) {
        memcpy(&bytes, text + offset, length - offset);
        return bytes;
    }
    memcpy(&bytes, text + length - sizeof(bytes), sizeof(bytes));
    return bytes >> (64 - 8 * (length - offset));
}

/// The eight bytes at `offset`, with zeros for those behind the text's end.
INLINE uint64_t eight_bytes(const uint8_t *text, size_t length, size_t offset) {
    if (length - offset < gram_longest_key) return last_bytes(text, length, offset);
    uint64_t bytes;
    memcpy(&bytes, text + offset, sizeof(bytes));
    return bytes;
}

/// The four bytes before `offset`, with zeros for those before the text.
INLINE uint32_t bytes_before(const uint8_t *text, size_t length, size_t offset) {
    uint32_t bytes;
    if (offset < sizeof(bytes)) {
        return offset == 0 ? 0 : (uint32_t)(eight_bytes(text, length, 0) << (64 - 8 * offset) >> 32);
    }
    memcpy(&bytes, text + offset - sizeof(bytes), sizeof(bytes));
    return bytes;
}

INLINE void note(gram *grams, size_t count, uint64_t key, size_t start, size_t end) {
    grams[count].key = key;
    grams[count].start = (uint32_t)start;
    grams[count].end = (uint32_t)end;
}

/// Whether the character outside ASCII that eight bytes begin with may be a gram alone.
INLINE bool may_be_alone(const uint64_t *characters, uint64_t bytes) {
    unsigned index = gram_character_index(bytes);
    return characters[index >> 6] >> (index & 63) & 1;
}

/// The bytes of words in a block, letters and digits.
INLINE uint64_t word_bytes(const uint64_t *block) { return block[text_blocks_letters] | block[text_blocks_digits]; }

KERNEL size_t grams_find(const uint8_t *text, size_t length, const uint64_t *bits, size_t first, size_t last,
                         size_t blocks, bool is_ascii, const uint64_t *filter, unsigned shift,
                         const uint64_t *characters, gram *grams) {
    size_t count = 0;
    for (size_t block = first; block < last; block++) {
        const uint64_t *own = bits + block * text_blocks_words;
        const uint64_t *next = block + 1 < blocks ? own + text_blocks_words : NULL;
        uint64_t word = word_bytes(own);
        uint64_t before = block > 0 ? word_bytes(own - text_blocks_words) >> 63 : 0;
        uint64_t behind = next ? word_bytes(next) : 0;
        for (uint64_t starts = word & ~(word << 1 | before); starts; starts &= starts - 1) {
            unsigned bit = (unsigned)__builtin_ctzll(starts);
            uint64_t gaps = ~(word >> bit | behind << 1 << (63 - bit)) | 1 << gram_longest_key;
            unsigned size = (unsigned)__builtin_ctzll(gaps);
            size_t start = block * 64 + bit;
            uint64_t key = gram_first(size, eight_bytes(text, length, start));
            note(grams, count, key, start, start + size);
            count += may_hold(filter, shift, key);
        }
        for (uint64_t signs = own[text_blocks_signs] & ~own[text_blocks_digits]; signs; signs &= signs - 1) {
            size_t start = block * 64 + (size_t)__builtin_ctzll(signs);
            note(grams, count, text[start], start, start + 1);
            count += may_hold(filter, shift, text[start]);
        }
        if (is_ascii) continue;
        // Two characters of three bytes side by side, as most are outside alphabets: what the others must be asked for
        // is known of them.
        uint64_t triples = own[text_blocks_triples];
        uint64_t pairs = triples & (triples >> 3 | (next ? next[text_blocks_triples] << 61 : 0));
        for (uint64_t starts = pairs; starts; starts &= starts - 1) {
            size_t start = block * 64 + (size_t)__builtin_ctzll(starts);
            uint64_t bytes = eight_bytes(text, length, start);
            if (may_be_alone(characters, bytes)) note(grams, count++, gram_first(3, bytes), start, start + 3);
            uint64_t key = gram_first(6, bytes);
            note(grams, count, key, start, start + 6);
            count += may_hold(filter, shift, key);
        }
        for (uint64_t starts = own[text_blocks_wide] & ~pairs; starts; starts &= starts - 1) {
            size_t start = block * 64 + (size_t)__builtin_ctzll(starts);
            uint64_t bytes = eight_bytes(text, length, start);
            if (may_be_alone(characters, bytes)) {
                unsigned size = gram_character_length(bytes);
                note(grams, count++, gram_first(size, bytes), start, start + size);
            }
            unsigned size = gram_wide_length(bytes);
            if (start + size > length) continue;
            uint64_t key = gram_first(size, bytes);
            note(grams, count, key, start, start + size);
            count += may_hold(filter, shift, key);
        }
    }
    return count;
}

KERNEL size_t grams_sift(const uint8_t *text, size_t length, const uint64_t *filter, unsigned shift, gram *grams,
                         size_t count) {
    size_t kept = 0;
    for (size_t index = 0; index < count; index++) {
        gram one = grams[index];
        one.before = bytes_before(text, length, one.start);
        one.after = (uint32_t)eight_bytes(text, length, one.end);
        grams[kept] = one;
        kept += may_hold(filter, shift, one.key) | may_hold(filter, shift, gram_key_before(one.key, one.before))
            | may_hold(filter, shift, gram_key_after(one.key, one.after));
    }
    return kept;
}
