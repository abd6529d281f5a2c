#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Grams: what literals are filed under and texts are looked up by. A gram is a whole word of small ASCII letters and
// digits, another of `text_blocks_signs`, or one to three characters outside ASCII; its key is its first eight bytes as
// a number, little-endian, padded with zeros.

/// A gram of a text.
typedef struct {
    uint64_t key;
    /// Bytes of the text that the key stands for.
    uint32_t start, end;
    /// The four bytes before the gram and behind its key, little-endian, with zeros for those outside the text. Only
    /// `grams_sift` fills them in.
    uint32_t before, after;
} gram;

/// Bytes of a gram's longest key.
enum { gram_longest_key = 8 };

/// Fibonacci hashing (Knuth, The Art of Computer Programming, section 6.4): the best bits are the highest.
static inline uint64_t gram_hash(uint64_t key) { return key * 0x9E3779B97F4A7C15; }

// A filter is a set of keys that says of some others too that they are in it, and never of one of its own that it is
// not (Bloom 1970). Two bits a key, both in one word of 64 bits: one look into memory. The highest bits of the hash
// choose the word, `64 - shift` of them.

/// The bits of a filter's word that stand for a key, by numbers of the hash below those that choose the word.
static inline uint64_t gram_filter_bits(uint64_t hash) {
    return UINT64_C(1) << (hash >> 32 & 63) | UINT64_C(1) << (hash >> 26 & 63);
}

/// Odd, with bits as good as thrown by dice: SplitMix64's (Steele, Lea, Flood 2014).
#define GRAM_MIX UINT64_C(0xBF58476D1CE4E5B9)

/// A key with the first three of the bytes behind it.
static inline uint64_t gram_key_after(uint64_t key, uint32_t after) {
    return key ^ ((uint64_t)(after << 8) | 1) * GRAM_MIX;
}

/// A key with the last three of the bytes before its gram.
static inline uint64_t gram_key_before(uint64_t key, uint32_t before) {
    return key ^ ((uint64_t)(before >> 8) << 8 | 2) * GRAM_MIX;
}

/// A number below 4,096 for the character outside ASCII that eight bytes begin with: of most the code point's last
/// twelve bits.
static inline unsigned gram_character_index(uint64_t bytes) {
    // The two bytes that end a character of three, or are one of two.
    uint64_t pair = bytes >> ((bytes & 0x20) >> 2);
    return (unsigned)((pair & 0x3F) << 6 | (pair >> 8 & 0x3F));
}

/// Notes the grams of some blocks of a text that a filter may hold.
///
/// - bits: the text by blocks, as `text_blocks_map` makes them.
/// - first, last: the blocks to look at, `last` left out; `blocks` is how many the text has.
/// - characters: by `gram_character_index`, a bit each: the characters that are a gram alone.
/// - grams: room for 64 a block.
/// - Returns how many there are.
size_t grams_find(const uint8_t *text, size_t length, const uint64_t *bits, size_t first, size_t last, size_t blocks,
                  bool is_ascii, const uint64_t *filter, unsigned shift, const uint64_t *characters, gram *grams);

/// Moves the grams to the front of which a filter may hold the key, alone or with what stands before or behind it.
///
/// - Returns how many there are.
size_t grams_sift(const uint8_t *text, size_t length, const uint64_t *filter, unsigned shift, gram *grams,
                  size_t count);

/// Asks the memory for a place that will be read soon.
static inline void prefetch_memory(const void *place) { __builtin_prefetch(place); }
