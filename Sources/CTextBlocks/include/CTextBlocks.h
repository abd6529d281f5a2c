#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The words of 64 bits that a block of 64 bytes is described by, a bit a byte, and how many there are.
enum {
    /// Small ASCII letters.
    text_blocks_letters,
    /// Digits, any of ! # $ % & * + @ _ |, and a dash before a dash.
    text_blocks_signs,
    /// Bytes that the next two are equal to.
    text_blocks_runs,
    /// * # _ and the byte that signs and symbols of U+2000 to U+2FFF begin with.
    text_blocks_masks,
    /// First bytes of characters outside ASCII.
    text_blocks_wide,
    text_blocks_words
};

/// Describes a text block by block.
///
/// - bits: room for `text_blocks_words` words a block of 64 bytes, the last of which may be a part.
/// - Returns whether the text is ASCII alone.
bool text_blocks_map(const uint8_t *text, size_t length, uint64_t *bits);
