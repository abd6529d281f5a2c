#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The words of 64 bits that a block of 64 bytes is described by, a bit a byte, and how many there are.
enum {
    /// Small ASCII letters.
    text_blocks_letters,
    /// Digits.
    text_blocks_digits,
    /// Digits, any of ! # $ % & * + @ _ |, and a dash before a dash.
    text_blocks_signs,
    /// Bytes that the next two are equal to.
    text_blocks_runs,
    /// * # _ and the byte that signs and symbols of U+2000 to U+2FFF begin with.
    text_blocks_masks,
    /// First bytes of characters outside ASCII.
    text_blocks_wide,
    /// First bytes of characters of three bytes.
    text_blocks_triples,
    /// All bytes of Han characters, U+4E00 to U+9FFF.
    text_blocks_han,
    text_blocks_words
};

/// What a table says of a Han character, one of the first four with or without the last.
enum {
    text_han_plain,
    /// Only simplified text has it; only traditional; only Japanese.
    text_han_simplified,
    text_han_traditional,
    text_han_japanese,
    /// It may stand for another.
    text_han_disguise,
    text_han_kinds = 8
};

/// The Han characters of a text, and how many of them are what.
typedef struct {
    size_t characters, simplified, traditional, japanese, disguises;
    /// Whether three equal ones stand in a row.
    bool has_runs;
} text_han;

/// Describes a text block by block.
///
/// - bits: room for `text_blocks_words` words a block of 64 bytes, the last of which may be a part.
/// - Returns whether the text is ASCII alone.
bool text_blocks_map(const uint8_t *text, size_t length, uint64_t *bits);

/// Counts the Han characters of a text that was described.
///
/// - table: what each from U+4E00 to U+9FFF is.
text_han text_blocks_count_han(const uint8_t *text, size_t length, const uint64_t *bits, const uint8_t *table);
